/// Reads pages.
struct SegmentPages {
    private let select: Statement

    private let family: SegmentFamily

    init(_ connection: Connection, _ family: SegmentFamily) throws {
        self.family = family
        select = try connection.statement("SELECT entries FROM \(family.pageTable) WHERE id = ?")
    }

    /// Lends a page of a segment.
    func with<Result>(_ index: Int, of row: SegmentRow, _ body: (SegmentPage) throws -> Result) throws
        -> Result
    {
        defer { select.reset() }
        try select.bind(1, row.number(index))
        let result = try select.step() ? select.withBytes(0) { try SegmentPage($0).map(body) } : nil
        guard case .some(.some(let result)) = result else {
            throw ImpossibleValue(table: family.pageTable, value: "page of keys")
        }
        return result
    }
}

extension Segment {
    /// What it says of a key; nil where it is not there.
    func entry(for key: HistoryKey, _ pages: SegmentPages) throws -> HistoryEntry? {
        for page in self.pages(from: key.high, through: key.high) {
            if let entry = try pages.with(page, of: row, { $0.entry(for: key) }) { return entry }
        }
        return nil
    }

    /// Adds the entries whose high words are within a range, in their order.
    func append(
        from low: UInt64, through high: UInt64, to entries: inout [HistoryEntry], _ pages: SegmentPages
    ) throws {
        for page in self.pages(from: low, through: high) {
            try pages.with(page, of: row) { page in
                for index in 0..<page.count {
                    let entry = page.entry(at: index)
                    if entry.key.high >= low, entry.key.high <= high { entries.append(entry) }
                }
            }
        }
    }
}
