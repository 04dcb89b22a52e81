import Streaming

/// What has been read of a list, and what is left of the part that is being read.
struct HackerNewsPosition {
    private struct Stored: Codable {
        var list: String?
        /// Of the newest, what has been read; nil before the first run.
        var seen: SeenList?
        /// Of these, what was not to be seen and is asked for again.
        var postponed: [Int64]?
        var walk: [Int64] = []
    }

    private var stored = Stored()

    /// A position in another list counts as none.
    init(_ anchor: Anchor?, in list: HackerNewsList) {
        stored = anchor?.decode(Stored.self) ?? Stored()
        if stored.list != list.rawValue { stored = Stored(list: list.rawValue) }
    }

    /// The stories that are to be read, in that order.
    var walk: [Int64] { stored.walk }

    func isPostponed(_ id: Int64) -> Bool { stored.postponed?.contains(id) ?? false }

    /// Begins a list that is read anew each time.
    mutating func plan(_ ids: some Sequence<Int64>) { stored.walk = Array(ids) }

    /// Begins the list of the newest, oldest first: at most `limit` that were not met before, and as many of those that
    /// are asked for again.
    mutating func plan(newest ids: [Int64], _ limit: Int) {
        guard let seen = stored.seen else {
            let first = ids.sorted().suffix(limit)
            stored.seen = SeenList(floor: ids.count > limit ? first.first : nil)
            stored.walk = Array(first)
            return
        }
        let news = seen.news(in: ids.map { SeenList.Entry(id: "\($0)", number: $0) })
        let fresh = zip(ids, news).filter(\.1).map(\.0)
        let listed = Set(ids)
        stored.postponed = stored.postponed?.filter(listed.contains)
        let again = stored.postponed?.sorted().suffix(limit) ?? []
        stored.walk = (again + fresh.sorted().prefix(limit)).sorted()
    }

    mutating func delivered(_ id: Int64) {
        stored.postponed?.removeAll { $0 == id }
        read(id)
    }

    /// The story is asked for again in the next run.
    mutating func postponed(_ id: Int64) {
        if stored.seen != nil, !isPostponed(id) { stored.postponed = (stored.postponed ?? []) + [id] }
        read(id)
    }

    private mutating func read(_ id: Int64) {
        stored.seen?.add(["\(id)"]) { Int64($0) }
        if stored.walk.first == id { stored.walk.removeFirst() }
    }

    var anchor: Anchor { Anchor(encoding: stored) }
}
