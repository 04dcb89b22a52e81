/// Writes a segment, range by range.
struct SegmentWriter {
    private(set) var row: SegmentRow
    private let insertPage: Statement
    private let insertRange: Statement
    private var builder: SegmentPageBuilder
    private var page: [UInt8] = []
    private var fences: [UInt8] = []
    private var filterBytes: [UInt8] = []

    /// - Parameter row: it may have ranges already.
    init(_ row: SegmentRow, _ connection: Connection) throws {
        self.row = row
        insertPage = try connection.statement(
            "INSERT INTO \(row.family.pageTable) (id, entries) VALUES (?, ?)")
        insertRange = try connection.statement(
            "INSERT INTO \(row.family.rangeTable) (id, fences, filter) VALUES (?, ?, ?)")
        builder = SegmentPageBuilder(isShort: row.family.isShort)
        page.reserveCapacity(SegmentPage.size)
    }

    /// The high words of the keys of the range that is to be written next.
    var nextRange: ClosedRange<UInt64> {
        if row.rangeBits == 0 { return 0...UInt64.max }
        let shift = UInt64(64 - row.rangeBits)
        let first = UInt64(row.ranges) << shift
        return first...(first | (1 << shift - 1))
    }

    var isWhole: Bool { row.ranges == 1 << row.rangeBits }

    /// Writes all keys of the next range.
    ///
    /// - Parameter entries: in their order, each key once.
    mutating func write(_ entries: ArraySlice<HistoryEntry>) throws {
        var filter = row.hasFilter ? KeyFilter(keys: entries.count) : nil
        fences.removeAll(keepingCapacity: true)
        for entry in entries {
            filter?.insert(row.family.filtered(entry.key))
            if !builder.add(entry) {
                try writePage()
                _ = builder.add(entry)
            }
        }
        if !builder.entries.isEmpty { try writePage() }
        filterBytes.removeAll(keepingCapacity: true)
        for word in filter?.words ?? [] { filterBytes.append(bigEndian: word) }
        defer { insertRange.reset() }
        try insertRange.bind(1, row.number(row.ranges))
        try fences.withUnsafeBytes { fences in
            try filterBytes.withUnsafeBytes { filter in
                try insertRange.bind(2, borrowing: fences)
                try insertRange.bind(3, borrowing: filter)
                _ = try insertRange.step()
            }
        }
        row.keys += entries.count
        row.ranges += 1
    }

    private mutating func writePage() throws {
        guard row.pages < SegmentRow.numbers - 1 else {
            throw ImpossibleValue(table: row.family.segmentTable, value: "number of pages")
        }
        fences.append(bigEndian: builder.entries[0].key.high)
        builder.write(to: &page)
        defer { insertPage.reset() }
        try insertPage.bind(1, row.number(row.pages))
        try page.withUnsafeBytes {
            try insertPage.bind(2, borrowing: $0)
            _ = try insertPage.step()
        }
        row.pages += 1
        row.earliest = min(row.earliest, builder.earliest)
        row.latest = max(row.latest, builder.latest)
        row.hasReadings = row.hasReadings || builder.hasReadings
        builder.removeAll()
    }
}

extension SegmentWriter {
    /// Writes the pages and ranges of a segment of all entries at once.
    ///
    /// - Parameter entries: in their order, each key once.
    static func write(
        _ entries: [HistoryEntry], _ family: SegmentFamily, id: Int64, place: Int64, _ connection: Connection
    ) throws -> SegmentRow {
        var writer = try SegmentWriter(
            SegmentRow(
                family, id: id, place: place, state: .whole,
                rangeBits: SegmentRow.rangeBits(for: entries.count)),
            connection)
        var rest = entries[...]
        while !writer.isWhole {
            let last = writer.nextRange.upperBound
            let range = rest.prefix { $0.key.high <= last }
            try writer.write(range)
            rest = rest[range.endIndex...]
        }
        return writer.row
    }
}
