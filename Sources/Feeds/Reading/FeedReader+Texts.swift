import Glibc

/// Texts with a type: titles, summaries, contents.
extension FeedReader {
    mutating func startText(_ kind: ElementKind, textStart: Int) {
        var property = Self.property(kind)
        if property == .summary || property == .description, subject == .entry, entry.summary != nil,
            entry.content.isEmpty
        {
            property = .content
        }
        let type = Self.defaultType(kind)
        construct = TextConstruct(
            property: property, type: type, isXML: type.isXHTML, isBase64: false, location: nil,
            escapedUpTo: textStart)
        if !tokenizer.attributes.isEmpty { readTextAttributes() }
    }

    /// What the attributes of a text say of it.
    private mutating func readTextAttributes() {
        guard var open = construct else { return }
        if let written = tokenizer.attribute("type") {
            open.type = update { TextType(written, in: &$0.texts) }
            open.isXML = open.type.isXHTML
            if case .other(let name) = open.type {
                let name = update { $0.texts.string(name) }
                open.isXML = name.hasSuffix("xml")
                let isText = name.hasPrefix("text/") || name.hasSuffix("+xml") || name.hasSuffix("/xml")
                open.isBase64 = !isText && !name.isEmpty
            }
        }
        if let mode = tokenizer.attribute("mode") { open.isBase64 = mode.equalsIgnoringCase("base64") }
        open.location = store(attribute: "src")
        construct = open
    }

    mutating func endText(_ frame: Frame) {
        guard var open = construct else { return }
        construct = nil
        if open.isXML { escapeText(from: open.escapedUpTo) }
        var bytes = text.bytes(from: frame.textStart).trimmed
        if open.type.isXHTML, format == .atom10 { bytes = Self.withoutEnclosingDiv(bytes) }
        var value = store(bytes)
        if open.isBase64, let decoded = Base64.decode(bytes) { value = update { $0.texts.store(decoded) } }
        if !format.declaresTextTypes, open.type.isPlain,
            update({ HTMLText.looksLikeHTML($0.texts.bytes(value)) })
        {
            open.type = .html
        }
        let finished = TextDraft(
            value: value, type: open.type, language: store(language), base: base.isEmpty ? nil : store(base),
            location: open.location)
        take(finished, as: open.property)
    }

    private mutating func take(_ text: TextDraft, as property: TextConstruct.Property) {
        let titleWasSecondary = titleIsSecondary
        var isSecondary = titleWasSecondary
        let isFeed = subject != .entry
        update {
            switch property {
            case .title:
                guard !text.value.isEmpty, $0.title == nil || titleWasSecondary else { return }
                $0.title = text
                isSecondary = false
            case .mediaTitle:
                guard !text.value.isEmpty, $0.title == nil || titleWasSecondary else { return }
                $0.title = text
                isSecondary = true
            case .subtitle: $0.subtitle = text
            case .summary: $0.summary = text
            case .description:
                if isFeed { $0.subtitle = text } else { $0.summary = text }
            case .info: $0.info = text
            case .rights: $0.rights = text
            case .content: $0.add(content: text)
            }
        }
        if subject == .entry { titleIsSecondary = isSecondary }
    }

    private static func defaultType(_ kind: ElementKind) -> TextType {
        switch kind {
        case .description, .encodedContent: .html
        case .body: .xhtml
        default: .plain
        }
    }

    private static func property(_ kind: ElementKind) -> TextConstruct.Property {
        switch kind {
        case .title: .title
        case .mediaTitle: .mediaTitle
        case .subtitle: .subtitle
        case .summary: .summary
        case .info: .info
        case .rights: .rights
        case .content, .encodedContent, .body: .content
        default: .description
        }
    }
}
