import Streaming

/// Which statuses have been delivered: the last ones by their numbers, and all that is not after those.
struct MastodonPosition {
    private struct Stored: Codable {
        var timeline: String?
        var account: String?
        /// What is not after this status is not wanted, or was delivered; nil before the first run.
        var start: String?
        /// The last that were delivered after it, in the order of their numbers.
        var delivered: [String] = []
    }

    /// Before all statuses.
    static let beginning = "0"
    /// As many as one page has, so that looking at them again costs one request.
    private static let overlap = MastodonTimeline.pageSize

    private var stored = Stored()

    /// A position in another timeline counts as none: the numbers of two instances cannot be compared.
    init(_ anchor: Anchor?, in timeline: String) {
        stored = anchor?.decode(Stored.self) ?? Stored()
        if stored.timeline != timeline { stored = Stored(timeline: timeline) }
    }

    /// The number of the account, so that it is looked up only once.
    var account: String? {
        get { stored.account }
        set { stored.account = newValue }
    }

    var hasBegun: Bool { stored.start != nil }

    /// What the next page follows.
    var start: String { stored.start ?? Self.beginning }

    mutating func begin(after start: String) { stored.start = start }

    func isNew(_ number: String) -> Bool {
        MastodonStatus.follows(number, start) && !stored.delivered.contains(number)
    }

    mutating func deliver(_ number: String) {
        let place = stored.delivered.lastIndex { MastodonStatus.follows(number, $0) }.map { $0 + 1 } ?? 0
        stored.delivered.insert(number, at: place)
        if stored.delivered.count > Self.overlap { stored.start = stored.delivered.removeFirst() }
    }

    /// All up to a status has been read.
    mutating func pass(to number: String) {
        guard MastodonStatus.follows(number, start) else { return }
        stored.start = number
        stored.delivered.removeAll { !MastodonStatus.follows($0, number) }
    }

    var anchor: Anchor { Anchor(encoding: stored) }
}
