/// The segments of a history as a transaction has left them, with what is kept in memory of each.
///
/// A look into the file may begin behind the transaction that changed it last, and with the catalog of before. That does no
/// harm: what a transaction replaces is deleted by a later one, and by then nobody has the catalog of before any more.
struct SegmentCatalog: Sendable {
    /// The number of the segment that the history of an earlier version goes into.
    static let earlierHistory: Int64 = 1

    let family: SegmentFamily
    /// The newest first.
    private(set) var rows: [SegmentRow]
    /// Those in which keys are looked up, the newest first.
    private(set) var whole: [Segment] = []
    /// Keys that were last seen before it are forgotten, whether they are still there or not.
    var cutoff: Int64
    /// Whether there are the tables of an earlier version.
    var hasEarlierHistory: Bool
    private var nextID: Int64

    init(_ connection: Connection, _ family: SegmentFamily = .keys) throws {
        self.family = family
        rows = try SegmentRow.all(connection, family)
        nextID = max(SegmentCatalog.earlierHistory, rows.map(\.id).max() ?? 0) + 1
        let statement = try connection.statement("SELECT value FROM setting WHERE name = ?")
        defer { statement.reset() }
        try statement.bind(1, .text(family.cutoffSetting))
        cutoff = .min
        hasEarlierHistory = try family == .keys && EarlierHistory.isThere(connection)
        if try statement.step() {
            guard let time = statement.int(0) else { throw ImpossibleValue(table: "setting", value: "time") }
            cutoff = time
        }
        try checkTargets()
        try load(connection)
    }

    private func checkTargets() throws {
        for row in rows where row.state == .whole {
            if let target = row.target, self.row(target)?.state != .written {
                throw ImpossibleValue(table: family.segmentTable, value: "target")
            }
        }
    }

    /// Whether keys of an earlier version's table still have to be looked up there.
    var readsEarlierHistory: Bool {
        hasEarlierHistory && row(SegmentCatalog.earlierHistory)?.state == .written
    }
    /// Whether something has been begun that is to be gone on with.
    var hasUnfinished: Bool { hasEarlierHistory || rows.contains { $0.state != .whole } }
    var isEmpty: Bool { whole.isEmpty && !readsEarlierHistory }
    /// Those in which keys are looked up.
    var wholeRows: [SegmentRow] { rows.filter { $0.state == .whole } }
    /// No key that is there was last seen before it.
    var earliest: Int64 { readsEarlierHistory ? .min : wholeRows.map(\.earliest).min() ?? .max }

    func isLoaded(_ id: Int64) -> Bool { whole.contains { $0.row.id == id } }

    func row(_ id: Int64) -> SegmentRow? { rows.first { $0.id == id } }

    /// Those that are being merged into another, the newest first.
    func inputs(of target: Int64) -> [Segment] {
        let ids = rows.filter { $0.state == .whole && $0.target == target }.map(\.id)
        return whole.filter { ids.contains($0.row.id) }
    }

    /// A number for a new segment, and the place of one that is newer than all others.
    mutating func newNumber() -> (id: Int64, place: Int64) {
        defer { nextID += 1 }
        return (nextID, max(SegmentCatalog.earlierHistory, rows.map(\.place).max() ?? 0) + 1)
    }

    mutating func put(_ row: SegmentRow) {
        rows.removeAll { $0.id == row.id }
        rows.append(row)
        rows.sort { ($0.place, $0.id) > ($1.place, $1.id) }
    }

    mutating func remove(_ id: Int64) { rows.removeAll { $0.id == id } }

    /// Lets go of what is not looked up any more, and then reads of those that are what is not in memory: the two together
    /// may be twice what the history needs.
    mutating func load(_ connection: Connection) throws {
        let ids = Set(wholeRows.map(\.id))
        whole.removeAll { !ids.contains($0.row.id) }
        var loaded: [Segment] = []
        for row in wholeRows {
            let known = whole.first { $0.row.id == row.id }
            loaded.append(try known ?? Segment(row, connection))
        }
        whole = loaded
    }
}
