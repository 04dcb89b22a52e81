import Crypto
import Fetching
import FoundationEssentials
import HTTPTypes
import Notation

/// What tells one content of a path from another: a strong tag, and when it was made.
package struct ReplyVersion: Sendable, Equatable {
    private let hash: String
    /// Seconds since 1970; nil while the second is not over, in which another content may follow.
    private let modified: Int64?

    /// What content is told apart by.
    package static func hash(of bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).prefix(16).map { String($0, radix: 16, width: 2) }.joined()
    }

    /// - Parameters:
    ///   - hash: of the content, as ``hash(of:)`` makes it.
    ///   - modified: when the content was made, in nanoseconds since 1970.
    ///   - now: the same for the time now.
    package init(hash: String, modified: Int64, now: Int64) {
        self.hash = hash
        let second = modified / 1_000_000_000
        self.modified = modified > 0 && second < now / 1_000_000_000 ? second : nil
    }

    /// The compressed form is other bytes, and a strong tag says that bytes are the same.
    func tag(isCompressed: Bool) -> String { isCompressed ? "\"\(hash)-gzip\"" : "\"\(hash)\"" }

    var lastModified: String? {
        modified.map { Timestamp(nanosecondsSince1970: $0 * 1_000_000_000).mailDate }
    }

    /// Whether a client has this content; what it says of tags goes before what it says of dates (RFC 9110, 13.2.2).
    func isKnown(by fields: HTTPFields) -> Bool {
        if let tags = fields[.ifNoneMatch] {
            return tags.split(separator: ",").contains { text in
                var tag = text.trimmingPrefix { $0 == " " || $0 == "\t" }
                while tag.last == " " || tag.last == "\t" { tag.removeLast() }
                if tag.hasPrefix("W/") { tag.removeFirst(2) }
                return tag == "*" || tag == self.tag(isCompressed: false)
                    || tag == self.tag(isCompressed: true)
            }
        }
        guard let modified, let text = fields[.ifModifiedSince],
            let since = HTTPDate.parse(text, now: Date(timeIntervalSince1970: Double(modified)))
        else { return false }
        return Double(modified) <= since.timeIntervalSince1970
    }
}
