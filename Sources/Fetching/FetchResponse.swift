package import FoundationEssentials

/// A server's answer.
package struct FetchResponse: Sendable {
    package enum Outcome: Sendable {
        /// A body follows; it is read once and streams.
        case content(FetchBody)
        /// What the validators stand for has not changed.
        case notModified
        /// 410: the address is gone for good and should not be asked again.
        case gone
    }

    package let outcome: Outcome
    package let status: Int
    package let headers: HeaderFields
    /// Where the answer came from, after all redirects.
    package let url: WebURL
    /// Where the requested address has moved for good: the end of the permanent redirects (301, 308) that the chain
    /// begins with, or nil.
    package let permanentLocation: WebURL?
    /// What to keep and to send the next time, once everything in this answer has been delivered.
    package let validators: Validators?
    /// Until when it makes no sense to ask again, by the server's account.
    package let freshUntil: Date?

    /// The body, or nil when there is none.
    package var body: FetchBody? {
        if case .content(let body) = outcome { body } else { nil }
    }

    /// Whether the server says that what the validators stand for is what it still has (304).
    package var isUnchanged: Bool {
        if case .notModified = outcome { true } else { false }
    }

    package var mediaType: MediaType? { headers["content-type"].flatMap(MediaType.init) }
    package var links: LinkHeader { LinkHeader(headers) }
}
