/// A `Content-Type`, as far as a reader of feeds needs it.
package struct MediaType: Sendable, Equatable {
    /// Type and subtype in lower case, such as `application/rss+xml`.
    package let essence: String
    /// The charset as the server names it, without quotes.
    package let charset: String?

    package init?(_ value: String) {
        let parts = HeaderFields.split(value, at: ";")
        guard let essence = parts.first?.lowercased(), essence.contains("/") else { return nil }
        self.essence = essence
        charset = parts.dropFirst().map(HeaderFields.parameter).first { $0.name == "charset" }?.value
    }

    /// Whether the document is an HTML page (a login page, say) by its own account.
    package var isHTML: Bool { essence == "text/html" || essence == "application/xhtml+xml" }
}
