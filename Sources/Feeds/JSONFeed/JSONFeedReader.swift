import Records

/// Reads a JSON Feed (1.0 or 1.1), item by item, as its bytes arrive.
struct JSONFeedReader: ~Copyable {
    private let base: String
    private let defaultLanguage: String?
    private var splitter: JSONFeedSplitter
    private var hasReadHead = false
    private var hasReadWholeHead = false
    private var isFinished = false
    private(set) var feed: ResourceDraft
    var entry: ResourceDraft
    private(set) var format = FeedFormat.unknown
    /// A member that only a feed has was met.
    private(set) var isFeed = false
    private(set) var problems = FeedProblems()

    init(base: String?, language: String?, limits: FeedLimits) {
        self.base = base ?? ""
        defaultLanguage = language
        feed = ResourceDraft(limits: limits)
        entry = ResourceDraft(limits: limits)
        splitter = JSONFeedSplitter(limits: limits)
    }

    var line: Int { splitter.line }
    var isComplete: Bool { splitter.isComplete && isFeed }

    mutating func push(_ write: (inout ByteStorage) -> Void) { splitter.push(write) }

    mutating func finish() { isFinished = true }

    /// Reads on to the end of the next item.
    mutating func advance() -> Bool {
        while splitter.advance() {
            readHeadBeforeItems()
            guard let item = try? JSON(parsing: Array(splitter.itemBytes)), item.object != nil else {
                problems.note(.badItem, line: splitter.line)
                continue
            }
            isFeed = true
            JSONFeedMapping(base: base).read(item: item, into: &entry)
            if entry.isCut { problems.note(.tooManyParts, line: splitter.line) }
            return true
        }
        if splitter.skippedLongItem { problems.note(.textTooLong, line: splitter.line) }
        readHeadBeforeItems()
        if splitter.isComplete || isFinished { readWholeHead() }
        return false
    }

    /// Reads what the feed says of itself before its items.
    private mutating func readHeadBeforeItems() {
        guard !hasReadHead, let length = splitter.headBeforeItems else { return }
        hasReadHead = true
        let text = Array(splitter.head.bytes(0..<length)) + Array("]}".utf8)
        if let head = try? JSON(parsing: text) { take(head) }
    }

    /// Reads what it says of itself anywhere.
    private mutating func readWholeHead() {
        guard !hasReadWholeHead else { return }
        hasReadWholeHead = true
        if let head = try? JSON(parsing: Array(splitter.head.bytes())) { take(head) }
    }

    private mutating func take(_ head: JSON) {
        let version = head["version"]?.string ?? ""
        isFeed = isFeed || version.contains("jsonfeed.org") || head["items"]?.array != nil
        format = version.hasSuffix("/1") ? .json1 : .json11
        JSONFeedMapping(base: base).read(head: head, into: &feed)
        if feed.language == nil { feed.language = feed.texts.store(defaultLanguage) }
    }
}
