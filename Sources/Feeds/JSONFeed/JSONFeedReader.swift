import Records

/// Reads a JSON Feed (1.0 or 1.1), item by item, as its bytes arrive.
struct JSONFeedReader: ~Copyable {
    private let base: String
    private let defaultLanguage: String?
    private var splitter: JSONFeedSplitter
    private var headLength = -1
    private(set) var feed = FeedResource()
    private(set) var entry = FeedResource()
    private(set) var format = FeedFormat.unknown
    /// A member that only a feed has was met.
    private(set) var isFeed = false
    private(set) var problems = FeedProblems()

    init(base: String?, language: String?, limits: FeedLimits) {
        self.base = base ?? ""
        defaultLanguage = language
        splitter = JSONFeedSplitter(limits: limits)
    }

    var line: Int { splitter.line }
    var isComplete: Bool { splitter.isComplete && isFeed }

    mutating func push(_ bytes: Bytes) { splitter.push(bytes) }

    /// Reads on to the end of the next item.
    mutating func advance() -> Bool {
        while splitter.advance() {
            readHead()
            guard let item = try? JSON(parsing: Array(splitter.itemBytes)), item.object != nil else {
                problems.note(.badItem, line: splitter.line)
                continue
            }
            isFeed = true
            entry = JSONFeedMapping(base: base).entry(item)
            return true
        }
        if splitter.skippedLongItem { problems.note(.textTooLong, line: splitter.line) }
        readHead()
        return false
    }

    /// Reads what is known of the feed itself, when there is more of it.
    private mutating func readHead() {
        guard splitter.head.count != headLength, let head = closedHead(), head["items"] != nil || splitter.isComplete
        else { return }
        headLength = splitter.head.count
        let version = head["version"]?.string ?? ""
        isFeed = isFeed || version.contains("jsonfeed.org") || head["items"]?.array != nil
        format = version.hasSuffix("/1") ? .json1 : .json11
        feed = JSONFeedMapping(base: base).feed(head)
        if feed.language == nil { feed.language = defaultLanguage }
    }

    /// The head as a whole document; nil when it stops inside something.
    private func closedHead() -> JSON? {
        for ending in splitter.isComplete ? [""] : ["]}", "}"] {
            if let head = try? JSON(parsing: Array(splitter.head.bytes()) + Array(ending.utf8)) { return head }
        }
        return nil
    }
}
