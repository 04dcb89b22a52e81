/// Reads tables of text as RFC 4180 has them: cells between quotes may hold delimiters, line ends and doubled quotes.
struct CSVReader {
    private enum Place {
        case cellStart, plain, quoted
        /// Behind a quote within quotes: the end, or the first of two.
        case quote
    }

    struct Row {
        let cells: [String]
        /// The number of the line that it begins in, from 1.
        let line: Int
    }

    private let delimiter: UInt8
    /// Bytes that a row may have.
    private let limit: Int
    /// Those that have been read and not been taken.
    private var rows: [Row] = []
    /// Of the row that is being read.
    private var size = 0
    private var place = Place.cellStart
    private var cell: [UInt8] = []
    private var cells: [String] = []
    private var line = 1
    private var firstLine = 1
    private var isFirst = true

    init(delimiter: UInt8, limit: Int) {
        self.delimiter = delimiter
        self.limit = limit
    }

    /// Takes the rows that are whole by now.
    mutating func takeRows() -> [Row] {
        defer { rows.removeAll(keepingCapacity: true) }
        return rows
    }

    /// - Throws: ``CSVProblem``.
    mutating func read(_ bytes: [UInt8]) throws(CSVProblem) {
        var bytes = bytes[...]
        // A mark of UTF-8 is no part of the first name.
        if isFirst, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        isFirst = false
        for byte in bytes {
            size += 1
            guard size <= limit else { throw .longRow(line: firstLine) }
            try read(byte)
        }
    }

    /// - Throws: ``CSVProblem`` where quotes are open.
    mutating func finish() throws(CSVProblem) {
        if place == .quoted { throw .openQuotes(line: firstLine) }
        if !cells.isEmpty || place != .cellStart { endRow() }
    }

    private mutating func read(_ byte: UInt8) throws(CSVProblem) {
        if byte == newline { line += 1 }
        switch (place, byte) {
        case (.cellStart, quotes): place = .quoted
        case (.quoted, quotes): place = .quote
        case (.quote, quotes):
            cell.append(byte)
            place = .quoted
        case (.quoted, _): cell.append(byte)
        case (_, delimiter): endCell()
        case (_, newline):
            if cell.last == carriageReturn, place == .plain { cell.removeLast() }
            endRow()
        case (.quote, carriageReturn): break
        case (.quote, _): throw .textBehindQuotes(line: line)
        case (.cellStart, _), (.plain, _):
            cell.append(byte)
            place = .plain
        }
    }

    private mutating func endCell() {
        cells.append(String(decoding: cell, as: UTF8.self))
        cell.removeAll(keepingCapacity: true)
        place = .cellStart
    }

    private mutating func endRow() {
        let isEmpty = cells.isEmpty && cell.isEmpty && place != .quote
        endCell()
        // A line without a byte is no row.
        if !isEmpty { rows.append(Row(cells: cells, line: firstLine)) }
        cells.removeAll(keepingCapacity: true)
        firstLine = line
        size = 0
    }
}

private let quotes = UInt8(ascii: "\"")
private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

/// What makes a text no table.
enum CSVProblem: Error, Equatable, CustomStringConvertible {
    case openQuotes(line: Int)
    case textBehindQuotes(line: Int)
    case longRow(line: Int)

    var description: String {
        switch self {
        case .openQuotes(let line): "line \(line): quotes are not closed"
        case .textBehindQuotes(let line):
            "line \(line): something stands between closing quotes and the next cell"
        case .longRow(let line): "line \(line): the row is too long; are quotes open?"
        }
    }
}
