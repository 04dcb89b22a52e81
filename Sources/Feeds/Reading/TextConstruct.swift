/// A text element that is open.
struct TextConstruct {
    /// Where the text goes when it ends.
    enum Property {
        case title, mediaTitle, subtitle, summary, description, info, rights, content
    }

    let property: Property
    var type: String
    var isBase64: Bool
    let location: String?
    /// Where text that is not yet escaped begins, once the text is XHTML.
    var escapedUpTo: Int

    var isXHTML: Bool { type == FeedText.xhtml }
    /// Whether elements inside are expected.
    var isXML: Bool { type.hasSuffix("xml") }
}
