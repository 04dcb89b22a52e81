import Records
import TestSupport

extension Law.Findings {
    /// Looks at what a pipeline has left on a disk.
    init(on disk: Disk, spec: SpecDraft, now: Duration, seed: UInt64) {
        let folders = [World.folder + "/out", World.folder + "/written"]
        for sink in Set(spec.sinks) {
            switch sink {
            case .lines(let name):
                let rotated = spec.rotates ? disk.files(in: folders, named: name + "-") : []
                for file in disk.files(in: folders, named: name + ".jsonl") + rotated {
                    for line in disk.text(file).split(separator: "\n") {
                        add(String(line), of: sink, field: spec.uniqueField)
                    }
                }
            case .table(let name):
                let column = spec.isWeb ? "title" : "key"
                // A table is made with its first row.
                let tables = "SELECT name FROM sqlite_schema WHERE name = 'items'"
                let access = DatabaseAccess(disk: disk, now: now, seed: seed)
                for file in disk.files(in: folders, named: name + ".db")
                where !file.contains("-") && access.column(tables, of: file) == ["items"] {
                    outputs[sink, default: []] += access.column(
                        "SELECT \(column) FROM items ORDER BY \(column)", of: file)
                }
            }
        }
        for line in disk.text(World.folder + "/.feedspine/simulated.dead.jsonl").split(separator: "\n") {
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
}
