import CSQLite
import Records
import TestSupport

extension Law.Findings {
    /// Looks at what a pipeline has left on a disk.
    init(on disk: Disk, spec: SpecDraft, now: Duration, seed: UInt64) {
        let folder = Simulation.folder + "/out"
        for sink in Set(spec.sinks) {
            switch sink {
            case .lines(let name):
                for file in disk.names(in: folder) where file.hasPrefix("\(name).jsonl") {
                    for line in disk.text("\(folder)/\(file)").split(separator: "\n") {
                        add(String(line), of: sink, field: spec.uniqueField)
                    }
                }
            case .table(let name):
                outputs[sink] = Law.Findings.rows(
                    of: "\(folder)/\(name).db", column: spec.isWeb ? "title" : "key", on: disk, now: now,
                    seed: seed)
            }
        }
        for line in disk.text(Simulation.folder + "/.feedspine/simulated.dead.jsonl").split(separator: "\n") {
            guard let record = (try? JSON(parsing: String(line)))?["record"],
                let unique = record[spec.uniqueField]?.string
            else {
                broken.append(String(line))
                continue
            }
            deadLetters.append(unique)
        }
    }

    private mutating func add(_ line: String, of sink: SpecDraft.Sink, field: String) {
        guard let json = try? JSON(parsing: line) else {
            broken.append(line)
            return
        }
        if json["foreign"] != nil {
            foreign[sink.name, default: []].append(line)
        } else if let unique = json[field]?.string {
            outputs[sink, default: []].append(unique)
        } else {
            broken.append(line)
        }
    }

    private static func rows(
        of path: String, column: String, on disk: Disk, now: Duration, seed: UInt64
    ) -> [String] {
        guard disk.exists(path) else { return [] }
        let trace = Trace(keepsLines: false)
        let process = DiskProcess(number: -1, disk: disk, trace: trace)
        DatabaseSystem.enter(process, Scheduler(seed: seed, now: now, trace: trace), seed: seed)
        defer {
            process.die()
            DatabaseSystem.leave()
        }
        var database: OpaquePointer?
        defer { sqlite3_close_v2(database) }
        guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else { return [] }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let query = "SELECT \(column) FROM items ORDER BY \(column)"
        guard sqlite3_prepare_v2(database, query, -1, &statement, nil) == SQLITE_OK else {
            return [String(cString: sqlite3_errmsg(database))]
        }
        var rows: [String] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            if let text = sqlite3_column_text(statement, 0) { rows.append(String(cString: text)) }
        }
        return rows
    }
}
