import Feeds
import Fetching
import Logging
import Records
import Streaming

/// How far a source is with a document that is read as a whole, and what it knows of the last one.
struct DocumentPosition {
    private var stored = StoredDocument()
    /// What was read from the last anchor, and need not be written again while nothing has changed.
    private var former: (stored: StoredDocument, anchor: Anchor)?
    /// As it stands in the spec.
    private let address: String
    private var next: Validators?
    private var movedTo: String?
    /// Whether the document, should it break off, can be told from another by the next attempt; false also when
    /// the last attempt could not, since the server may name each of its answers anew.
    private(set) var canGoOn = false

    /// An anchor of another kind of source, or of another address, counts as none.
    ///
    /// - Parameter url: the address as it stands in the spec; nil for a file.
    init(_ anchor: Anchor?, of url: WebURL? = nil) {
        address = url?.string ?? ""
        let document = url.map { Fingerprint.of($0.string) }
        stored.document = document
        guard let anchor, let stored = StoredDocument(anchor), stored.document == document else { return }
        self.stored = stored
        former = (stored, anchor)
    }

    var validators: Validators? { stored.validators }
    var permanentURL: String? { stored.url }
    var isGone: Bool { stored.isGone ?? false }
    var found: FoundFeed? { stored.found?.value }
    var ids: ItemIDMemory? {
        get { stored.ids?.value }
        set { stored.ids = newValue.map(EncodedPart.init) }
    }
    var pace: FeedPace? {
        get { stored.pace?.value }
        set { stored.pace = newValue.map(EncodedPart.init) }
    }

    /// A document comes; its items are those of one reading, however many attempts it takes.
    mutating func open(into outlet: SourceOutlet) throws {
        stored.showing = try outlet.beginReading(goingOn: stored.showing)
    }

    /// A document starts. If it is the one whose reading was broken off, the items that were sent are skipped.
    ///
    /// - Parameter fingerprint: tells one state of the document from another; nil if nothing can.
    mutating func begin(fingerprint: String?, validators: Validators? = nil, into outlet: SourceOutlet) throws
    {
        next = validators
        canGoOn = fingerprint != nil && (stored.reading == nil || stored.reading == fingerprint)
        guard fingerprint == nil || fingerprint != stored.reading else { return }
        stored.reading = fingerprint
        try outlet.restart(from: anchor)
    }

    /// A document on the web starts.
    ///
    /// Validators alone do not tell one state from another: those of many servers are weak, of some always the same, and
    /// many send none. A feed with something new begins with another item.
    ///
    /// - Parameter first: the id of its first item.
    mutating func begin(_ validators: Validators?, first: String, into outlet: SourceOutlet) throws {
        let tag = validators?.etag ?? validators?.lastModified ?? ""
        try begin(
            fingerprint: Fingerprint.of("\(tag)\n\(first)"), validators: validators, into: outlet)
    }

    /// The document has been sent to its end.
    mutating func end(into outlet: SourceOutlet) async throws {
        stored.reading = nil
        stored.shown = stored.showing
        stored.showing = nil
        stored.validators = next
        arrive(into: outlet)
        try await outlet.send([Record](), then: anchor)
    }

    /// The document has not changed, but what the server says of it may have.
    mutating func keep(_ validators: Validators?, into outlet: SourceOutlet) async throws {
        if let validators { stored.validators = validators }
        if let shown = stored.shown { try outlet.isUnchanged(since: shown) }
        arrive(into: outlet)
        try await outlet.send([Record](), then: anchor)
    }

    /// The server has sent us elsewhere for good. That counts once the document was there: who signs in to a
    /// network or is blocked is "permanently" redirected, too.
    mutating func move(to url: String?) { movedTo = url }

    /// The document is no longer where it had moved to.
    mutating func moveBack() {
        stored.url = nil
        stored.validators = nil
    }

    /// The document is a page that names a feed, which is read instead of it.
    mutating func find(_ found: FoundFeed) {
        forgetFound()
        stored.found = EncodedPart(found)
    }

    /// What is known was that of a feed which is not to be read any more.
    mutating func forgetFound() {
        stored = StoredDocument(document: stored.document)
        movedTo = nil
    }

    mutating func markGone(into outlet: SourceOutlet) async throws {
        stored.isGone = true
        try await outlet.send([Record](), then: anchor)
    }

    private mutating func arrive(into outlet: SourceOutlet) {
        guard let movedTo, movedTo != stored.url else { return }
        stored.url = movedTo
        outlet.say(
            .notice, once: "\(address) has moved for good to \(movedTo); change its address in the pipeline")
    }

    private var anchor: Anchor {
        if let former, former.stored == stored { return former.anchor }
        return stored.anchor
    }
}
