import Glibc

/// Texts with a type: titles, summaries, contents.
extension FeedReader {
    mutating func startText(_ kind: ElementKind, textStart: Int) {
        let written = tokenizer.attributes.isEmpty ? nil : tokenizer.attribute("type")
        let type = written.map(FeedText.mimeType) ?? Self.defaultType(kind)
        var property = Self.property(kind)
        if property == .summary || property == .description, subject == .entry, entry.summary != nil,
            entry.content.isEmpty
        {
            property = .content
        }
        construct = TextConstruct(
            property: property, type: type, isBase64: isBase64(type), location: tokenizer.attribute("src"),
            escapedUpTo: textStart)
    }

    private mutating func isBase64(_ type: String) -> Bool {
        if let mode = tokenizer.attribute("mode") { return mode.asciiLowercased == "base64" }
        return !type.hasPrefix("text/") && !type.hasSuffix("+xml") && !type.hasSuffix("/xml") && !type.isEmpty
    }

    mutating func endText(_ frame: Frame) {
        guard var open = construct else { return }
        construct = nil
        if open.isXML { escapeText(from: open.escapedUpTo) }
        var bytes = text.bytes(from: frame.textStart).trimmed
        if open.isXHTML, format == .atom10 { bytes = Self.withoutEnclosingDiv(bytes) }
        var value = String(valid: bytes)
        if open.isBase64, let decoded = Base64.decode(bytes) { value = decoded }
        if !format.declaresTextTypes, open.type == FeedText.plain, HTMLText.looksLikeHTML(value) {
            open.type = FeedText.html
        }
        let finished = FeedText(
            value, type: open.type, language: language, base: base.isEmpty ? nil : base,
            location: open.location)
        store(finished, as: open.property)
    }

    private mutating func store(_ text: FeedText, as property: TextConstruct.Property) {
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
            case .content: $0.content.append(text)
            }
        }
        if subject == .entry { titleIsSecondary = isSecondary }
    }

    private static func defaultType(_ kind: ElementKind) -> String {
        switch kind {
        case .description, .encodedContent: FeedText.html
        case .body: FeedText.xhtml
        default: FeedText.plain
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
