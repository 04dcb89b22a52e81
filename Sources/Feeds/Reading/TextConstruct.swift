/// A text element that is open.
struct TextConstruct {
    /// Where the text goes when it ends.
    enum Property {
        case title, extensionTitle, subtitle, summary, description, info, rights, content
    }

    let property: Property
    /// How much the text says beside others of the same entry.
    let worth: TextDraft.Worth
    var type: TextType
    /// Whether elements inside are expected.
    var isXML: Bool
    var isBase64: Bool
    var location: StoredText?
    /// Where text that is not yet escaped begins, once the text is XHTML.
    var escapedUpTo: Int

    /// The text turns out to have elements inside.
    mutating func becomeXHTML(at position: Int) {
        type = .xhtml
        isXML = true
        escapedUpTo = position
    }
}
