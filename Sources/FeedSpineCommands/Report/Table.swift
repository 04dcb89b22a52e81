/// A table of text: the first column left, the others right; a column in which nothing stands is left out.
struct Table {
    private let header: [String]
    private var rows: [[String]] = []

    init(_ header: String...) { self.header = header }

    mutating func add(_ cells: String...) { rows.append(cells) }

    /// The lines, each at most `width` columns: the first column gives way.
    func lines(width: Int) -> [String] {
        let used = header.indices.filter { column in column == 0 || rows.contains { !$0[column].isEmpty } }
        let all = ([header] + rows).map { row in used.map { row[$0] } }
        var widths = used.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let others = widths.dropFirst().reduce(0) { $0 + $1 + 2 }
        widths[0] = min(widths[0], max(8, width - others))
        return all.map { row in
            var line = Table.fit(row[0], widths[0])
            for (cell, width) in zip(row.dropFirst(), widths.dropFirst()) {
                line += "  " + String(repeating: " ", count: width - cell.count) + cell
            }
            return String(line.prefix(width))
        }
    }

    /// What is too long loses its middle: names that are made of addresses differ at their ends.
    private static func fit(_ text: String, _ width: Int) -> String {
        if text.count <= width { return text + String(repeating: " ", count: width - text.count) }
        let tail = (width - 1) / 2
        return text.prefix(width - 1 - tail) + "…" + text.suffix(tail)
    }
}
