import Fetching
import Foundation
import Records
import Streaming

/// How far a source is with its pages.
struct HTTPJSONPosition {
    private struct Stored {
        /// A fingerprint of the address, which may hold a key.
        let document: String
        var since: SinceValue?
        var highest: SinceValue?
        var page: String?
        var reading: String?
        /// The number of the reading that gave what the document shows, and of the one that is under way.
        var shown: Int64?
        var showing: Int64?
        var validators: Validators?
        var opened: Validators?
        /// The server has said that the document will not come back.
        var isGone = false
    }

    private var stored: Stored

    /// A position in another document counts as none.
    init(_ anchor: Anchor?, of url: WebURL) {
        let name = Fingerprint.of(url.string)
        stored = Stored(document: name)
        guard let anchor, let json = try? JSON(parsing: anchor.json), json["document"]?.string == name else {
            return
        }
        stored = Stored(
            document: name, since: SinceValue(stored: json["since"]),
            highest: SinceValue(stored: json["highest"]), page: json["page"]?.string,
            reading: json["reading"]?.string, shown: json["shown"]?.int, showing: json["showing"]?.int,
            validators: Validators(json["validators"]),
            opened: Validators(json["opened"]), isGone: json["is_gone"]?.bool ?? false)
    }

    /// The greatest value that the runs before have met.
    var since: SinceValue? { stored.since }
    /// The page to go on with; nil for the first.
    var page: WebURL? { stored.page.flatMap { try? WebURL($0) } }
    var validators: Validators? { stored.validators }
    var isGone: Bool { stored.isGone }

    mutating func opened(_ validators: Validators?) { stored.opened = validators }

    /// The first page comes, or another; the items of all are those of one reading.
    mutating func open(into outlet: SourceOutlet) throws {
        stored.showing = try outlet.beginReading(goingOn: stored.showing)
    }

    /// A page begins. If it is the one whose reading was broken off, its records that were sent are skipped.
    ///
    /// - Parameter fingerprint: tells the items from those of another page.
    mutating func begin(_ fingerprint: String, into outlet: SourceOutlet) throws {
        guard fingerprint != stored.reading else { return }
        stored.reading = fingerprint
        try outlet.restart(from: anchor)
    }

    /// The document has not changed, but what the server says of it may have.
    mutating func keep(_ validators: Validators?, into outlet: SourceOutlet) throws {
        if let validators { stored.validators = validators }
        if let shown = stored.shown { try outlet.isUnchanged(since: shown) }
    }

    mutating func markGone() { stored.isGone = true }

    mutating func note(_ value: SinceValue) {
        if stored.highest.map({ value.isGreater(than: $0) }) ?? true { stored.highest = value }
    }

    mutating func turn(to page: WebURL) {
        stored.page = page.string
        stored.reading = nil
    }

    /// The page to go on with is no more; what was read before it is read again.
    mutating func startOver() {
        (stored.highest, stored.page, stored.reading, stored.opened) = (nil, nil, nil, nil)
    }

    /// All pages have been read.
    mutating func finish() {
        if let highest = stored.highest, stored.since.map({ highest.isGreater(than: $0) }) ?? true {
            stored.since = highest
        }
        stored.validators = stored.opened
        stored.shown = stored.showing
        stored.showing = nil
        (stored.highest, stored.page, stored.reading, stored.opened) = (nil, nil, nil, nil)
    }

    var anchor: Anchor {
        let members: [(String, JSON?)] = [
            ("document", .string(stored.document)), ("since", stored.since?.stored),
            ("highest", stored.highest?.stored),
            ("page", stored.page.map(JSON.string)),
            ("reading", stored.reading.map(JSON.string)), ("shown", stored.shown.map(JSON.int)),
            ("showing", stored.showing.map(JSON.int)), ("validators", stored.validators.map(JSON.init)),
            ("opened", stored.opened.map(JSON.init)), ("is_gone", stored.isGone ? .bool(true) : nil)
        ]
        let present = members.compactMap { name, value in value.map { (name, $0) } }
        return Anchor(json: JSON.object(JSONObject(present)).text)
    }
}

extension JSON {
    fileprivate init(_ validators: Validators) {
        let members: [(String, JSON?)] = [
            ("etag", validators.etag.map(JSON.string)),
            ("last_modified", validators.lastModified.map(JSON.string)),
            ("stored_at", .double(validators.storedAt.timeIntervalSince1970))
        ]
        self = .object(JSONObject(members.compactMap { name, value in value.map { (name, $0) } }))
    }
}

extension Validators {
    fileprivate init?(_ json: JSON?) {
        guard let storedAt = json?["stored_at"]?.double else { return nil }
        self.init(
            etag: json?["etag"]?.string, lastModified: json?["last_modified"]?.string,
            storedAt: Date(timeIntervalSince1970: storedAt))
    }
}

/// Tells one text from another, by a hash that is the same in every run.
enum Fingerprint {
    static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var hash = SipHash128(key: SipHashKey(0, 0))
        hash.update(bytes)
        let (high, low) = hash.finish()
        return String(high, radix: 16) + String(low, radix: 16)
    }

    static func of(_ text: String) -> String {
        var text = text
        return text.withUTF8 { of($0) }
    }
}
