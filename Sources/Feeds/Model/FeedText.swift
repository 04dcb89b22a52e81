/// A piece of text as the document gives it: with its type, language and base.
package struct FeedText: Sendable, Equatable {
    /// The text; of XHTML the markup inside the element, written as HTML.
    package var value: String
    /// The MIME type: `text/plain`, `text/html`, `application/xhtml+xml`, or what the document says.
    package var type: String
    package var language: String?
    /// What relative references in the text are relative to.
    package var base: String?
    /// Where the text is when it is not here (Atom's `content src`).
    package var location: String?

    package init(
        _ value: String, type: String = FeedText.plain, language: String? = nil, base: String? = nil,
        location: String? = nil
    ) {
        self.value = value
        self.type = type
        self.language = language
        self.base = base
        self.location = location
    }

    package static let plain = "text/plain"
    package static let html = "text/html"
    package static let xhtml = "application/xhtml+xml"

    /// Whether the text is markup.
    package var isMarkup: Bool { type == FeedText.html || type == FeedText.xhtml }

    /// The MIME type for the short names of Atom and RSS; other names in lower case.
    static func mimeType(_ name: String) -> String {
        let name = name.asciiLowercased.trimmed
        switch name {
        case "text", "plain": return plain
        case "html": return html
        case "xhtml": return xhtml
        default: return name
        }
    }
}
