import Records

/// Reads a JSON Feed (1.0 or 1.1), item by item, as its bytes arrive.
struct JSONFeedReader: ~Copyable {
    private let base: String
    /// What the references of items are relative to: the document's address, of a saved one the feed's own.
    private var itemBase: String
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
    private let limits: FeedLimits
    /// How many items there were.
    private var itemNumber = 0
    /// Those that could not be read and were not asked for yet.
    private var lostItems: [LostItem] = []

    init(base: String?, language: String?, limits: FeedLimits) {
        self.base = base ?? ""
        itemBase = self.base
        defaultLanguage = language
        self.limits = limits
        feed = ResourceDraft(limits: limits)
        entry = ResourceDraft(limits: limits)
        splitter = JSONFeedSplitter(limits: limits)
    }

    var line: Int { splitter.line }
    var isComplete: Bool { splitter.isComplete && isFeed }

    mutating func push(_ write: (inout OutputBuffer) -> Void) { splitter.push(write) }

    mutating func finish() { isFinished = true }

    /// Reads on to the end of the next item.
    mutating func advance() -> Bool {
        while splitter.advance() {
            readHeadBeforeItems()
            itemNumber += 1
            guard let item = readItem() else { continue }
            isFeed = true
            let mapping = JSONFeedMapping(base: itemBase, textSize: limits.textSize)
            mapping.read(item: item, into: &entry)
            if mapping.cutsTexts(of: item) { problems.note(.textTooLong, line: splitter.line) }
            if entry.isCut { problems.note(.tooManyParts, line: splitter.line) }
            return true
        }
        readHeadBeforeItems()
        if splitter.isComplete || isFinished { readWholeHead() }
        return false
    }

    /// Answers the items that could not be read since this was asked last.
    mutating func takeLostItems() -> [LostItem] {
        defer { lostItems = [] }
        return lostItems
    }

    private mutating func readItem() -> JSON? {
        guard let bytes = splitter.itemBytes else { return lose(.tooLong(limit: splitter.itemLimit)) }
        do {
            let (item, isMended) = try JSONMender.read(bytes, depth: limits.depth)
            if isMended { problems.note(.badJSON, line: splitter.itemLine) }
            return item.object == nil ? lose(.notAnObject) : item
        } catch {
            return lose(.invalid(error))
        }
    }

    private mutating func lose(_ reason: LostItem.Reason) -> JSON? {
        problems.note(.badItem, line: splitter.itemLine)
        lostItems.append(LostItem(number: itemNumber, line: splitter.itemLine, reason: reason))
        return nil
    }

    private func readHead(_ bytes: Bytes) -> JSON? { try? JSONMender.read(bytes, depth: limits.depth).value }

    /// Reads what the feed says of itself before its items.
    private mutating func readHeadBeforeItems() {
        guard !hasReadHead, let length = splitter.headBeforeItems else { return }
        hasReadHead = true
        let text = Array(splitter.head.bytes(0..<length)) + Array("]}".utf8)
        if let head = text.withUnsafeBufferPointer({ readHead($0) }) { take(head) }
    }

    /// Reads what it says of itself anywhere.
    private mutating func readWholeHead() {
        guard !hasReadWholeHead else { return }
        hasReadWholeHead = true
        if let head = readHead(splitter.head.bytes) { take(head) }
    }

    private mutating func take(_ head: JSON) {
        let version = head["version"]?.string ?? ""
        isFeed = isFeed || version.contains("jsonfeed.org") || head["items"]?.array != nil
        format = version.hasSuffix("/1") ? .json1 : .json11
        JSONFeedMapping(base: base, textSize: limits.textSize).read(head: head, into: &feed)
        if base.isEmpty { itemBase = feed.repeated(feed.ownAddress ?? feed.link) ?? "" }
        if feed.language == nil { feed.language = feed.texts.store(defaultLanguage) }
    }
}
