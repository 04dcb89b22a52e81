/// What stands of a segment in the table of its family.
struct SegmentRow: Equatable {
    enum State: Int64 {
        /// Keys are looked up in it.
        case whole = 0
        /// Others are being merged into it.
        case written = 1
        /// It was merged into another or has nothing that counts; what is left of it will be deleted.
        case replaced = 2
    }

    /// Numbers of pages and ranges below it belong to the segment before.
    static let numbers: Int64 = 1 << 24
    private static let mostRangeBits: Int64 = 20

    let family: SegmentFamily
    let id: Int64
    /// Its age among the others: what is said by one with a higher place is newer.
    let place: Int64
    var state: State
    /// The segment that it is being merged into.
    var target: Int64?
    /// Its keys are divided by so many of their first bits into ranges.
    let rangeBits: Int
    /// The ranges that have been written.
    var ranges = 0
    var keys = 0
    var pages = 0
    /// When the key was last seen that was seen longest ago; `.max` where there is none.
    var earliest: Int64 = .max
    var latest: Int64 = .min
    var hasReadings = false

    init(_ family: SegmentFamily, id: Int64, place: Int64, state: State, rangeBits: Int) {
        self.family = family
        self.id = id
        self.place = place
        self.state = state
        self.rangeBits = rangeBits
    }

    /// The number of a page or a range in its table.
    func number(_ index: Int) -> Int64 { id * SegmentRow.numbers + Int64(index) }

    /// The first bits of keys that ranges are told by, so that a range has one or two thousand keys.
    static func rangeBits(for keys: Int) -> Int {
        var bits = 0
        while bits < mostRangeBits, keys >> bits > 2048 { bits += 1 }
        return bits
    }

    /// Whether it has a filter, which stands in memory: not the large ones of stories, of which there are so many that most
    /// of them are looked up in the file.
    var hasFilter: Bool { family == .keys || rangeBits <= SegmentRow.mostFilteredRangeBits }
    private static let mostFilteredRangeBits = 10

    /// All rows, the newest segment first.
    static func all(_ connection: Connection, _ family: SegmentFamily) throws -> [SegmentRow] {
        guard try family.isThere(connection) else { return [] }
        let statement = try connection.statement(
            """
            SELECT id, place, state, target, range_bits, ranges, keys, pages, earliest, latest, has_readings
            FROM \(family.segmentTable) ORDER BY place DESC, id DESC
            """)
        defer { statement.reset() }
        var rows: [SegmentRow] = []
        while try statement.step() { rows.append(try SegmentRow(statement, family)) }
        return rows
    }

    private init(_ statement: Statement, _ family: SegmentFamily) throws {
        self.family = family
        func number(_ column: Int32, in range: ClosedRange<Int64>, _ name: String) throws -> Int64 {
            guard let value = statement.int(column), range.contains(value) else {
                throw ImpossibleValue(table: family.segmentTable, value: name)
            }
            return value
        }
        // Such that no number of a page overflows.
        id = try number(0, in: 1...1 << 38, "id")
        place = try number(1, in: 1...1 << 38, "place")
        guard let state = State(rawValue: try number(2, in: 0...2, "state")) else {
            throw ImpossibleValue(table: family.segmentTable, value: "state")
        }
        self.state = state
        target = statement.isNull(3) ? nil : try number(3, in: 1...1 << 38, "target")
        rangeBits = Int(try number(4, in: 0...SegmentRow.mostRangeBits, "range_bits"))
        ranges = Int(try number(5, in: 0...1 << rangeBits, "ranges"))
        keys = Int(try number(6, in: 0...1 << 40, "keys"))
        pages = Int(try number(7, in: 0...SegmentRow.numbers - 1, "pages"))
        earliest = try number(8, in: .min ... .max, "time")
        latest = try number(9, in: .min ... .max, "time")
        hasReadings = try number(10, in: 0...1, "has_readings") != 0
    }

    func store(_ connection: Connection) throws {
        try connection.run(
            """
            INSERT OR REPLACE INTO \(family.segmentTable)
                (id, place, state, target, range_bits, ranges, keys, pages, earliest, latest, has_readings)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(id), .int(place), .int(state.rawValue), target.map { .int($0) } ?? .null,
            .int(Int64(rangeBits)),
            .int(Int64(ranges)), .int(Int64(keys)), .int(Int64(pages)), .int(earliest), .int(latest),
            .int(hasReadings ? 1 : 0))
    }
}
