import Feeds
import Fetching
import Logging
import Records
import Streaming

/// How far a source is with a document that is read as a whole, and what it knows of the last one.
struct DocumentPosition {
    private struct Stored: Codable {
        /// A fingerprint of the address that all this is about, which may hold a key; files have none.
        var document: String?
        /// Of the last document that was read to its end.
        var validators: Validators?
        /// Where the document has moved to for good.
        var url: String?
        /// The feed that the document, a page, names.
        var found: FoundFeed?
        /// What the feed said about when it changes.
        var pace: FeedPace?
        /// Which items bear ids that the feed gives to several.
        var ids: ItemIDMemory?
        /// The server has said that the document will not come back.
        var isGone: Bool?
        /// Of the document that is being read.
        var reading: String?
        /// The number of the reading that gave what the document shows.
        var shown: Int64?
        /// The number of the reading that is under way.
        var showing: Int64?
    }

    private var stored = Stored()
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
        guard let stored = anchor?.decode(Stored.self), stored.document == document else { return }
        self.stored = stored
    }

    var validators: Validators? { stored.validators }
    var permanentURL: String? { stored.url }
    var isGone: Bool { stored.isGone ?? false }
    var found: FoundFeed? { stored.found }
    var ids: ItemIDMemory? {
        get { stored.ids }
        set { stored.ids = newValue }
    }
    var pace: FeedPace? {
        get { stored.pace }
        set { stored.pace = newValue }
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
        stored.found = found
    }

    /// What is known was that of a feed which is not to be read any more.
    mutating func forgetFound() {
        stored = Stored(document: stored.document)
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

    private var anchor: Anchor { Anchor(encoding: stored) }
}
