import Records

/// Reads an XML feed of any kind, entry by entry, as its bytes arrive.
///
/// Use: ``push(_:)`` clean UTF-8, then ``advance()`` as long as it answers true; each time ``entry`` is the
/// one whose closing tag has arrived.
struct FeedReader: ~Copyable {
    /// What is being described at the moment.
    enum Subject {
        case feed, entry, source
    }

    /// An open element.
    struct Frame {
        let hash: UInt64
        let kind: ElementKind
        /// Where the element's text begins in ``text``.
        let textStart: Int
        var setsBase = false
        var setsLanguage = false
        /// The element is kept as it is.
        var isExtension = false
        /// The element is markup inside a text; its name is in ``markupNames``.
        var isMarkup = false

        /// Whether an entry may stand directly in the element: it is none of the feed's own parts.
        var mayHoldEntries: Bool {
            !isMarkup && (kind.holdsOnlyElements || kind == .other && !isExtension)
        }
    }

    let limits: FeedLimits
    var tokenizer = XMLTokenizer()
    var names = ElementNames()
    var text = OutputBuffer(reserving: 4096)
    var frames = FrameStack()
    /// Elements below the depth limit, which are not looked at.
    var ignoredDepth = 0
    /// The innermost element is one of HTML's without content, whose end tag mostly is not written.
    var hasOpenVoid = false

    var bases: [String] { didSet { storedScope = nil } }
    var languages: [String?] { didSet { storedScope = nil } }
    /// Where the base and the language of the texts of the open entry stand among them; nil until they are asked for.
    var storedScope: (base: StoredText?, language: StoredText?)?
    var format = FeedFormat.unknown
    /// A feed element was met, so this is a feed.
    var isFeed = false
    /// The element that the feed is has been closed.
    var feedHasEnded = false
    /// The name of the first element.
    var rootName: String? {
        didSet { rootIsPage = rootName.map { HTMLAllowList.isPage($0.asciiLowercased) } ?? false }
    }
    private var rootIsPage = false
    /// What the references of entries are relative to where the document does not say, and how much text the feed had
    /// given of itself when that was found.
    var entryBase = ""
    var entryBaseSize = -1

    var feed: ResourceDraft
    var entry: ResourceDraft
    var source: ResourceDraft
    var subject = Subject.feed
    /// How many frames there were before the open entry's.
    var entryDepth = 0
    /// The length of the name that the open entry's tag has.
    var entryNameLength = 0
    /// The last element that was closed was an entry.
    var entryJustEnded = false
    /// A start tag that has been read but waits until the entry before it is delivered.
    var hasPendingStart = false

    /// The text element that is being read.
    var construct: TextConstruct?
    var markupNames: [String] = []
    /// The innermost image, text input and person.
    var isInImage = false
    var isInTextInput = false
    var person: PersonRole?
    /// The isPermaLink of the open guid.
    var idIsLink = false

    init(base: String?, language: String?, limits: FeedLimits) {
        self.limits = limits
        feed = ResourceDraft(limits: limits)
        entry = ResourceDraft(limits: limits)
        source = ResourceDraft(limits: limits)
        tokenizer.attributeLimit = limits.attributes
        bases = [base ?? ""]
        languages = [language.map(Self.languageTag)]
        feed.language = feed.texts.store(languages[0])
    }

    /// What references here are relative to.
    var base: String { bases.count > 1 || subject == .feed ? bases[bases.count - 1] : entryBase }
    var language: String? { languages[languages.count - 1] }

    /// The document said everything that it began.
    ///
    /// What follows the feed's own element (a counter's picture, a page around it) is none of it.
    var isComplete: Bool { isFeed && (frames.isEmpty || feedHasEnded && subject == .feed) && rootName != nil }

    /// The feed, if there is one, is inside an HTML page that has not come to it.
    var isInPage: Bool { !isFeed && rootIsPage }

    mutating func push(_ write: (inout OutputBuffer) -> Void) { tokenizer.push(write) }

    mutating func finish() { tokenizer.finish() }

    /// Reads on to the end of the next entry; false when more bytes are needed for that.
    mutating func advance() -> Bool {
        if hasPendingStart {
            hasPendingStart = false
            openPendingElement()
            if takeEntryEnd() { return true }
        }
        while let token = tokenizer.next(into: &text, keepingText: keepsText) {
            limitText()
            switch token {
            case .startTag:
                let hash = ElementNames.hash(tokenizer.nameBytes)
                if startsEntryInsideEntry(hash) {
                    hasPendingStart = true
                    closeElements(to: entryDepth)
                    return takeEntryEnd()
                }
                if subject != .entry { leaveFeedParts() }
                openElement(hash)
            case .endTag:
                closeElement()
            }
            if takeEntryEnd() { return true }
        }
        limitOpenText()
        return false
    }

    @inline(never)
    private mutating func openPendingElement() { openElement(ElementNames.hash(tokenizer.nameBytes)) }

    /// Whether text means something here.
    @inline(__always) private var keepsText: Bool {
        guard construct == nil, let parent = frames.last else { return true }
        return !parent.kind.holdsOnlyElements
    }

    @inline(__always)
    private mutating func takeEntryEnd() -> Bool {
        guard entryJustEnded else { return false }
        entryJustEnded = false
        if entry.isCut { tokenizer.note(.tooManyParts) }
        return true
    }

    /// An entry inside an entry means that the end of the first one is missing.
    @inline(__always)
    private mutating func startsEntryInsideEntry(_ hash: UInt64) -> Bool {
        guard subject != .feed, frames.count > entryDepth, hash == frames[entryDepth].hash,
            tokenizer.name.count == entryNameLength
        else { return false }
        tokenizer.note(.missingEndTag)
        ignoredDepth = 0
        return true
    }

    /// An entry inside something that the feed says of itself means that the end of that is missing.
    private mutating func leaveFeedParts() {
        guard subject == .feed || subject == .source && !isInEntry else { return }
        guard let last = frames.last, !last.mayHoldEntries || ignoredDepth > 0, isEntryTag() else { return }
        tokenizer.note(.missingEndTag)
        ignoredDepth = 0
        while let last = frames.last, !last.mayHoldEntries { closeElements(to: frames.count - 1) }
    }

    /// Cuts the text of an element that has too much of it.
    @inline(__always)
    private mutating func limitText() {
        let start = frames.last?.textStart ?? 0
        guard text.count - start > limits.textSize else { return }
        text.truncate(toCharactersWithin: start + limits.textSize)
        tokenizer.note(.textTooLong)
    }

    /// The same while more of the text may come, so that some bytes too many stay: what follows a cut must not fill it up.
    private mutating func limitOpenText() {
        let start = frames.last?.textStart ?? 0
        // As many as a character has, and one.
        text.truncate(to: start + min(limits.textSize, .max - start - 5) + 5)
    }

    static func languageTag(_ tag: String) -> String {
        tag.contains("_") ? String(tag.map { $0 == "_" ? "-" : $0 }) : tag
    }
}

/// Whose details the elements inside a person are.
enum PersonRole {
    case author, contributor, publisher
    /// One beyond the limit.
    case leftOut
}
