import Streaming

/// How far a walk through a listing has come, and what the ones before have met.
struct RedditPosition {
    private struct Stored: Codable {
        /// Which listing it is a position in.
        var listing: String?
        /// What the walks before have met; nil before the first has come to its end.
        var seen: SeenList?
        /// The names that this walk has met, in the order of the listing, with spaces between them.
        var met = ""
        /// The lowest number of the posts that this walk has delivered; what is pinned does not count.
        var lowest: Int64?
        /// The full name that the next page follows.
        var after: String?
        /// Posts that this walk has delivered.
        var sent = 0
        /// Whether the walk has begun at the top more than once.
        var isRepeated: Bool?
    }

    private var stored = Stored()
    private var met: Set<String> = []

    /// A position in another listing counts as none.
    init(_ anchor: Anchor?, in listing: String) {
        stored = anchor?.decode(Stored.self) ?? Stored()
        if stored.listing != listing { stored = Stored(listing: listing) }
        // What stands in a state file may be any number.
        stored.sent = min(max(stored.sent, 0), RedditListing.longest)
        met = Set(stored.met.split(separator: " ").map(String.init))
    }

    /// Whether a walk before has come to its end, so that all that is new is wanted.
    var hasWalked: Bool { stored.seen != nil }
    var sent: Int { stored.sent }
    var isRepeated: Bool { stored.isRepeated ?? false }

    var after: String? {
        get { stored.after }
        set { stored.after = newValue }
    }

    /// Which posts of a page the walks before have not met.
    func news(in posts: [RedditPost]) -> [Bool] {
        let page = posts.map { SeenList.Entry(id: $0.id, number: $0.number, isPinned: $0.isPinned) }
        return stored.seen?.news(in: page) ?? page.map { _ in true }
    }

    /// The walk has come to a post.
    ///
    /// - Returns: false when it had come to it before.
    mutating func meet(_ post: RedditPost) -> Bool {
        stored.after = post.id
        guard met.insert(post.id).inserted else { return false }
        stored.met += stored.met.isEmpty ? post.id : " " + post.id
        return true
    }

    /// A post is delivered.
    mutating func send(_ post: RedditPost) {
        stored.sent += 1
        guard let number = post.number, !post.isPinned else { return }
        stored.lowest = min(stored.lowest ?? number, number)
    }

    /// The walk begins at the top again, but for what it has met.
    mutating func restart() {
        stored.after = nil
        stored.isRepeated = true
    }

    /// The walk has come to its end.
    ///
    /// - Parameter isCut: whether older posts were left out.
    mutating func finish(isCut: Bool) {
        var seen = stored.seen ?? SeenList(floor: isCut ? stored.lowest : nil)
        seen.add(stored.met.split(separator: " ").map(String.init), number: RedditPost.number)
        stored = Stored(listing: stored.listing, seen: seen)
        met = []
    }

    /// The walk has come to its end, in an order that is read anew each time.
    mutating func forget() {
        stored = Stored(listing: stored.listing)
        met = []
    }

    var anchor: Anchor { Anchor(encoding: stored) }
}
