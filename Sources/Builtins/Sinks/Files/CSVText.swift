import CEL
import PipelineSpec
import Records
import Streaming

/// A line of a table for each record, with the quoting of RFC 4180.
struct CSVText: RecordText {
    private enum Source {
        case field(FieldPath)
        case expression(Program)
    }

    private let columns: [(name: String, source: Source)]
    private let delimiter: UInt8
    private let context: EvaluationContext

    init(_ columns: CSVColumns, delimiter: CSVDelimiter, _ context: BuildContext) throws {
        self.columns =
            switch columns {
            case .fields(let fields): fields.map { ("\($0)", .field($0)) }
            case .expressions(let map):
                try map.entries.map { ($0.key, .expression(try context.compile($0.value.source))) }
            }
        self.delimiter = delimiter.byte
        self.context = context[EvaluationContextKey.self]
    }

    /// The line with the names of the columns.
    var header: [UInt8] {
        var output = OutputBuffer()
        append(columns.map(\.name), to: &output)
        return Array(output.bytes)
    }

    func append(_ records: [Record], to output: inout OutputBuffer) -> [Refusal] {
        var refusals: [Refusal] = []
        let span = records.span
        for index in span.indices {
            do {
                append(try cells(span[index]), to: &output)
            } catch {
                refusals.append(Refusal(index: index, reason: "\(error)"))
            }
        }
        return refusals
    }

    private func append(_ cells: [String], to output: inout OutputBuffer) {
        for (place, cell) in cells.enumerated() {
            if place > 0 { output.append(delimiter) }
            append(cell, to: &output)
        }
        output.append(UInt8(ascii: "\n"))
    }

    private func append(_ cell: String, to output: inout OutputBuffer) {
        let quote = UInt8(ascii: "\"")
        // A line without a byte is none to many readers.
        let isQuoted =
            cell.isEmpty
            ? columns.count == 1
            : cell.utf8.contains { $0 == delimiter || $0 == quote || $0 == 0x0A || $0 == 0x0D }
        guard isQuoted else { return output.append(cell) }
        output.append(quote)
        for byte in cell.utf8 {
            if byte == quote { output.append(quote) }
            output.append(byte)
        }
        output.append(quote)
    }

    private func cells(_ record: borrowing Record) throws -> [String] {
        var results = ChunkBuilder()
        var isMade: [Bool] = []
        var allowance = Allowance()
        let limit = RecordGrowth.limit(for: record)
        for case (let name, .expression(let program)) in columns {
            isMade.append(try append(program, name, record, to: &results, &allowance))
            guard results.byteCount <= limit else { throw RecordTooLarge(making: limit) }
        }
        let (chunk, roots) = try results.finish(origin: record.chunk.origin)
        var next = roots.makeIterator()
        var made = isMade.makeIterator()
        return withExtendedLifetime(chunk) {
            columns.map { column in
                switch column.source {
                case .field(let path): CSVText.cell(path, of: record)
                case .expression:
                    made.next() == true ? next.next().map { CSVText.cell(chunk.node(at: $0)) } ?? "" : ""
                }
            }
        }
    }

    /// - Returns: false for a column that the record has nothing for.
    private func append(
        _ program: Program, _ name: String, _ record: borrowing Record, to results: inout ChunkBuilder,
        _ allowance: inout Allowance
    ) throws -> Bool {
        do throws(EvaluationError) {
            return try program.append(record, in: context, to: &results, spending: &allowance)
        } catch {
            guard error.kind == .missingField else { throw ColumnFailure(column: name, error: error) }
            return false
        }
    }

    private static func cell(_ path: FieldPath, of record: borrowing Record) -> String {
        path.node(in: record).map(cell) ?? ""
    }

    /// Text as it is, what is nested as JSON, nothing for null.
    private static func cell(_ node: Node) -> String {
        switch node.kind {
        case .null: ""
        case .array, .object: node.json
        default: node.plainText
        }
    }
}

/// The expression of a column has failed for a record.
struct ColumnFailure: Error, CustomStringConvertible {
    let column: String
    let error: EvaluationError

    var description: String { "column '\(column)': \(error)" }
}

extension CSVText {
    static let component = SinkComponent(
        "csv", "Appends records to a table of text (CSV).",
        details: """
            The first line of each file has the names of the columns; lines end with a line feed, and what needs quotes has \
            them as RFC 4180 says. A text stands there as it is, a list or an object as its JSON, and nothing for what a \
            record does not have. A file that begins with other columns is not appended to.

            A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, also one that a feed has sent. \
            For such readers let an expression put a `'` in front: \
            `columns: { title: "title.matches('^[=+@-]') ? '\\'' + title : title" }`.

            \(FileOptions.details)
            """,
        FileOptions.path(example: "history/news-{date}.csv"),
        Field<CSVColumns>(
            "columns", "The fields that are written, or names of columns and what stands in them.",
            example: "[id, published, title, url]"),
        Field<CSVDelimiter>("delimiter", default: .comma, "What stands between two columns."),
        FileOptions.zone, FileOptions.openFiles, FileOptions.compression, FileOptions.rotate
    ) { context, path, columns, delimiter, zone, openFiles, compression, rotation in
        let text = try CSVText(columns, delimiter: delimiter, context)
        return FileOptions(
            path: path, zone: zone, openFiles: openFiles, compression: compression, rotation: rotation
        )

        .sink(of: context, writing: text, OutputForm(header: text.header))
    }
    .showing(
        "{ path: history/items.csv.gz, columns: [id, published, title, url], rotate: { size: 100MB, keep: 30 } }"
    )
    .depending(on: FileOptions.isNamedByCompression)
    .with(FileOptions.traits)
}
