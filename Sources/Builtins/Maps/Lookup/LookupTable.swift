import Glibc
import Records
import State

/// A table in memory: of each row its key and the columns that are asked for. Of rows with one key the last counts.
final class LookupTable: Sendable {
    private let chunk: Chunk
    /// The root of a row's values in the chunk.
    private let rows: [LookupKey: UInt32]

    private init(_ chunk: Chunk, _ rows: [LookupKey: UInt32]) {
        self.chunk = chunk
        self.rows = rows
    }

    /// The values of a row, one for each column that is asked for, null for what it does not have; nil where no row has the
    /// key.
    func row(_ key: LookupKey) -> (chunk: Chunk, root: UInt32)? { rows[key].map { (chunk, $0) } }

    /// Reads a file.
    ///
    /// - Throws: ``LookupProblem``, ``CSVProblem``, or `FileError`.
    static func read(_ request: LookupRequest, calls: any FileCalls) throws -> LookupTable {
        var builder = Builder(request)
        switch request.format {
        case .csv(let delimiter): try builder.readCSV(delimiter, calls)
        case .jsonl: try builder.readJSONLines(calls)
        case .sqlite: preconditionFailure("a database is asked, not read")
        }
        return try builder.finish()
    }

    /// What a row costs beside its texts.
    private static let overhead = 100

    private struct Builder: ~Copyable {
        let request: LookupRequest
        var values = ChunkBuilder()
        var keys: [LookupKey] = []
        var keyBytes = 0

        init(_ request: LookupRequest) { self.request = request }

        mutating func readCSV(_ delimiter: UInt8, _ calls: any FileCalls) throws {
            var reader = CSVReader(delimiter: delimiter, limit: request.limit)
            var places: Places?
            try forEachLine(calls) { line, builder in
                try reader.read(line.isWhole ? line.bytes + [UInt8(ascii: "\n")] : line.bytes)
                try builder.add(reader.takeRows(), &places)
            }
            try reader.finish()
            try add(reader.takeRows(), &places)
            if places == nil { throw LookupProblem.noHeader }
        }

        mutating func readJSONLines(_ calls: any FileCalls) throws {
            try forEachLine(calls) { line, builder in try builder.add(jsonLine: line.bytes, line.number) }
        }

        /// Where in a row stands what is asked for.
        private struct Places {
            let key: Int
            let values: [Int]
            let count: Int
        }

        private mutating func add(_ rows: [CSVReader.Row], _ places: inout Places?) throws {
            for row in rows {
                guard let known = places else {
                    places = try self.places(in: row.cells)
                    continue
                }
                guard row.cells.count == known.count else {
                    throw LookupProblem.cells(line: row.line, row.cells.count, expected: known.count)
                }
                try add(key: row.cells[known.key]) { values in
                    for place in known.values { values.string(row.cells[place]) }
                }
            }
        }

        private func places(in header: [String]) throws -> Places {
            func place(_ name: String) throws -> Int {
                guard let place = header.firstIndex(of: name) else {
                    throw LookupProblem.noColumn(name, known: header)
                }
                return place
            }
            return Places(
                key: try place(request.keyColumn), values: try request.columns.map(place), count: header.count
            )
        }

        mutating func add(jsonLine line: [UInt8], _ number: Int) throws {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return }
            let parsed = line.withUnsafeBufferPointer {
                try? JSONParser().parse($0, origin: Origin(source: "lookup", received: 0))
            }
            guard let (chunk, root) = parsed, chunk.node(at: root).kind == .object else {
                throw LookupProblem.noObject(line: number)
            }
            let object = chunk.node(at: root)
            // A row without a key is nobody's.
            guard let key = object[Key(request.keyColumn)].flatMap(LookupMap.text) else { return }
            try add(key: key) { [columns = request.columns] values in
                for column in columns {
                    if let value = object[Key(column)] { values.copy(value) } else { values.null() }
                }
            }
        }

        private mutating func add(key: String, _ write: (inout ChunkBuilder) -> Void) throws {
            values.beginArray()
            write(&values)
            values.endArray()
            keys.append(LookupKey(key))
            keyBytes += key.utf8.count + LookupTable.overhead
            guard values.byteCount + keyBytes <= request.limit, !values.isTooLarge else {
                throw LookupProblem.tooLarge(limit: request.limit)
            }
        }

        consuming func finish() throws -> LookupTable {
            let keys = keys
            let (chunk, roots) = try values.finish(origin: Origin(source: "lookup", received: 0))
            return LookupTable(chunk, Dictionary(zip(keys, roots), uniquingKeysWith: { $1 }))
        }

        private mutating func forEachLine(
            _ calls: any FileCalls,
            _ body: ((bytes: [UInt8], number: Int, isWhole: Bool), inout Builder) throws -> Void
        ) throws {
            let limit = request.limit
            let isThere = try FileLine.forEach(in: request.path, calls: calls, limit: limit) { line in
                guard let bytes = line.bytes else { throw LookupProblem.tooLarge(limit: limit) }
                try body((bytes, line.number, line.isWhole), &self)
            }
            if !isThere { throw FileError(path: request.path, doing: "read it", code: ENOENT) }
        }
    }
}

/// Why a file is not the table that is asked for.
enum LookupProblem: Error, Equatable, CustomStringConvertible {
    case noHeader
    case noColumn(String, known: [String])
    case cells(line: Int, Int, expected: Int)
    case noObject(line: Int)
    case tooLarge(limit: Int)
    case noTable(String)
    case noIndex(String, column: String)

    var description: String {
        switch self {
        case .noHeader: "it has no line with the names of columns"
        case .noColumn(let name, let known):
            "it has no column '\(name)'; it has \(known.prefix(20).map { "'\($0)'" }.joined(separator: ", "))"
        case .cells(let line, let count, let expected):
            "line \(line): \(count) cells, where the first line has \(expected)"
        case .noObject(let line): "line \(line): no JSON object"
        case .tooLarge(let limit):
            "it takes more than \(limit) bytes of memory; raise `memory`, or put the table into a SQLite file"
        case .noTable(let name): "it has no table '\(name)'"
        case .noIndex(let table, let column):
            "nothing finds a row of '\(table)' by '\(column)' without reading all; make an index: "
                + "CREATE INDEX \"\(table)_\(column)\" ON \"\(table)\" (\"\(column)\")"
        }
    }
}
