package import FoundationEssentials

/// What lets a server answer "not changed": the caller keeps it with its position and gives it back next time.
package struct Validators: Sendable, Codable, Equatable {
    /// The `ETag` exactly as the server sent it, weak or strong, quoted or not.
    package let etag: String?
    /// The `Last-Modified` exactly as the server sent it.
    package let lastModified: String?
    /// When the body that they stand for was received.
    package let storedAt: Date

    /// Validators are used for this long, so that a server whose 304 are wrong cannot silence a feed for ever.
    package static let lifetime: Duration = .seconds(8 * 86_400)

    package init(etag: String?, lastModified: String?, storedAt: Date) {
        self.etag = etag
        self.lastModified = lastModified
        self.storedAt = storedAt
    }

    /// The validators of an answer, or nil when it has none.
    init?(_ headers: HeaderFields, received: Date) {
        self.init(
            etag: headers["etag"].flatMap(Validators.echoable),
            lastModified: headers["last-modified"].flatMap(Validators.echoable), storedAt: received)
        if etag == nil && lastModified == nil { return nil }
    }

    /// Whether they may still be used.
    package func isValid(at date: Date) -> Bool {
        let age = date.timeIntervalSince(storedAt)
        return age >= 0 && age < Double(Validators.lifetime.components.seconds)
    }

    /// The validators after a 304: what it names replaces ours, the body stays the one that we have.
    func updated(by headers: HeaderFields) -> Validators {
        Validators(
            etag: headers["etag"].flatMap(Validators.echoable) ?? etag,
            lastModified: headers["last-modified"].flatMap(Validators.echoable) ?? lastModified,
            storedAt: storedAt)
    }

    /// Nil for a value that was no valid UTF-8 and so could not be given back byte for byte.
    private static func echoable(_ value: String) -> String? {
        value.isEmpty || value.unicodeScalars.contains("\u{FFFD}") ? nil : value
    }
}
