import Notation
import Records

/// A document of one format: finds out which, and reads entries from it.
struct FeedDocument: ~Copyable {
    private enum State {
        /// The first bytes are being gathered.
        case start
        case xml, json, failed
    }

    /// How much may stand before the first `<` or `{`.
    private static let junkLimit = 1 << 16

    /// How much of an HTML page is read in search of a feed inside.
    private static let pageLimit = 1 << 16

    private let context: FeedParser.Context
    private var state = State.start
    private var start = OutputBuffer()
    private var decoder: CharsetDecoder?
    private var text = OutputBuffer(reserving: 1 << 16)
    /// How much white space `text` is known to begin with, so that it is looked at once.
    private var blank = 0
    private var xml: FeedReader
    private var json: JSONFeedReader
    private(set) var failure: FeedFailure?
    private(set) var isFinished = false
    private var byteCount = 0
    /// The charset that is used, and what was found out about it.
    private var charset: CharsetDecoder.Report?

    init(context: FeedParser.Context) {
        self.context = context
        xml = FeedReader(base: context.url, language: context.language, limits: context.limits)
        json = JSONFeedReader(base: context.url, language: context.language, limits: context.limits)
    }

    /// What the feed says of itself so far.
    var feed: FeedResource { state == .json ? FeedResource(json.feed) : FeedResource(xml.feed) }
    var format: FeedFormat { state == .json ? json.format : xml.format }
    var isComplete: Bool { state == .json ? json.isComplete : xml.isComplete }

    mutating func push(_ bytes: Bytes) {
        guard state != .failed, !isFinished else { return }
        byteCount += bytes.count
        guard decoder != nil else {
            start.append(bytes)
            chooseCharset()
            return
        }
        decode(bytes)
    }

    mutating func finish() {
        guard !isFinished else { return }
        isFinished = true
        if decoder == nil { chooseCharset() }
        if state != .failed { decode(Bytes(start: nil, count: 0)) }
        xml.finish()
        json.finish()
        if state == .start { fail(byteCount == 0 ? .empty : .notText) }
    }

    /// Reads on to the end of the next entry.
    mutating func advance() -> Bool {
        switch state {
        case .start, .failed: return false
        case .json:
            let found = json.advance()
            if !found, isFinished, !json.isFeed { fail(.notAJSONFeed) }
            return found
        case .xml:
            let found = xml.advance()
            if !found { judgeRoot() }
            return found
        }
    }

    /// Ends the reading of what has turned out to be no feed.
    private mutating func judgeRoot() {
        guard !xml.isFeed else { return }
        if xml.isInPage, byteCount > Self.pageLimit { return fail(.htmlPage) }
        guard isFinished else { return }
        guard let root = xml.rootName else {
            return fail(xml.tokenizer.doctype == nil ? .notText : .htmlPage)
        }
        fail(
            xml.isInPage || HTMLAllowList.elements.contains(root.asciiLowercased)
                ? .htmlPage : .notAFeed(root: root))
    }

    private mutating func fail(_ failure: FeedFailure) {
        self.failure = failure
        state = .failed
    }

    private mutating func chooseCharset() {
        let charset = context.contentType.flatMap(ContentType.charset)
        let fallback = context.contentType.map(ContentType.fallbackCharset) ?? "utf-8"
        guard
            let decision = CharsetDecision(
                start.bytes, httpCharset: charset, fallback: fallback, isComplete: isFinished)
        else { return }
        decoder = CharsetDecoder(decision)
        var first = OutputBuffer(reserving: 16)
        swap(&first, &start)
        decode(first.bytes(from: decision.markLength))
    }

    private mutating func decode(_ bytes: Bytes) {
        switch state {
        case .xml: xml.push { charset = decoder?.decode(bytes, into: &$0, isLast: isFinished) }
        case .json: json.push { charset = decoder?.decode(bytes, into: &$0, isLast: isFinished) }
        case .failed: break
        case .start:
            charset = decoder?.decode(bytes, into: &text, isLast: isFinished)
            chooseFormat()
            handOverStart()
        }
    }

    /// Gives the reader what was gathered until the format was known.
    private mutating func handOverStart() {
        switch state {
        case .xml: xml.push { $0.append(text.bytes) }
        case .json: json.push { $0.append(text.bytes) }
        case .start, .failed: return
        }
        text.removeAll()
    }

    /// Tells JSON from XML by the first character that is neither white space nor junk.
    private mutating func chooseFormat() {
        // A second byte order mark is a character that nobody sees.
        while text.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        while blank < text.count, text.bytes[blank].isSpace { blank += 1 }
        let bytes = text.bytes(from: blank)
        guard let first = bytes.first else { return }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            state = .json
        } else if bytes.contains(.lessThan) {
            state = .xml
        } else if bytes.count > Self.junkLimit {
            fail(.notText)
        }
    }

    /// Lends the entry that ``advance()`` has found.
    mutating func withEntry<R>(_ body: (inout ResourceDraft) -> R) -> R {
        state == .json ? body(&json.entry) : body(&xml.entry)
    }

    /// Answers the items that could not be read since this was asked last.
    mutating func takeLostItems() -> [LostItem] { json.takeLostItems() }

    /// The language that the feed gives, unless that is too long to be one.
    ///
    /// Inlined, because a call of what only reads would copy the whole document, for each item.
    @inline(__always) var language: String? {
        state == .json ? json.feed.repeated(json.feed.language) : xml.feed.repeated(xml.feed.language)
    }

    /// Where that stands; it is looked at anew only when that changes.
    @inline(__always) var storedLanguage: StoredText? {
        state == .json ? json.feed.language : xml.feed.language
    }

    /// How much text the feed has given of itself; it is not described anew as long as that stays the same.
    var feedSize: Int { state == .json ? json.feed.texts.count : xml.feed.texts.count }

    /// Who is meant by an item that names nobody: in Atom (RFC 4287, 4.2.1) and JSON Feed the authors of the feed.
    var authors: [FeedAuthor] {
        if state == .json { return json.feed.inheritedAuthors }
        return xml.format.declaresTextTypes ? xml.feed.inheritedAuthors : []
    }

    // MARK: What is known at the end

    /// The feed as its items show it.
    func reference(url: String?) -> FeedReference {
        var feed = state == .json ? json.feed.reference : xml.feed.reference
        feed.url = feed.url ?? url
        return feed
    }

    func info(url: String?) -> FeedInfo {
        var info = FeedInfo(feed, format: format, charset: charset?.name)
        if info.url == nil { info.url = url }
        return info
    }

    func problems(skipped: Bool) -> [FeedProblem] {
        guard failure == nil else { return [] }
        var problems = state == .json ? json.problems : xml.tokenizer.problems
        let line = state == .json ? json.line : xml.tokenizer.line
        if charset?.isChanged == true { problems.note(.wrongCharset, line: 1) }
        if charset?.isRepaired == true { problems.note(.invalidBytes, line: 1) }
        if state == .json ? json.feed.isCut : xml.feed.isCut { problems.note(.tooManyParts, line: line) }
        if skipped { problems.note(.tooManyItems, line: line) }
        if !isComplete { problems.note(.cutOff, line: line) }
        return problems.all
    }
}

/// The Content-Type header.
enum ContentType {
    /// The charset parameter, without its quotes.
    static func charset(_ header: String) -> String? {
        for part in header.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, String(pair[0]).asciiLowercased.trimmed == "charset" else { continue }
            let name = CharsetName.normalized(String(pair[1]))
            return name.isEmpty ? nil : name
        }
        return nil
    }

    /// What a document is in that names no charset: text in ASCII, or in UTF-8 when it turns out not to be
    /// that.
    static func fallbackCharset(_ header: String) -> String {
        header.trimmed.asciiLowercased.hasPrefix("text/") ? "us-ascii" : "utf-8"
    }
}
