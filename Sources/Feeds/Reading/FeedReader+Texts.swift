import Glibc
import Notation
import Records

/// Texts with a type: titles, summaries, contents.
extension FeedReader {
    mutating func startText(_ kind: ElementKind, textStart: Int) {
        let type = Self.defaultType(kind)
        construct = TextConstruct(
            property: Self.property(kind), worth: Self.worth(kind), type: type, isXML: type.isXHTML,
            isBase64: false, location: nil, escapedUpTo: textStart)
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
        var bytes = text.bytes(from: frame.textStart).trimmed.withoutSectionMarks
        if open.type.isXHTML, format == .atom10 { bytes = Self.withoutEnclosingDiv(bytes) }
        var value = store(bytes)
        if open.isBase64, let decoded = Base64.decode(bytes, .forgiving),
            let decoded = String(validating: decoded, as: UTF8.self)
        {
            value = update { $0.texts.store(decoded) }
        }
        if !format.declaresTextTypes, open.type.isPlain,
            update({ HTMLText.looksLikeHTML($0.texts.bytes(value)) })
        {
            open.type = .html
        }
        let scope = storeScope()
        let finished = TextDraft(
            value: value, type: open.type, language: scope.language, base: scope.base,
            location: open.location, worth: open.worth)
        take(finished, as: open.property)
    }

    /// Gives the text its place; what is empty takes nothing from what there is.
    private mutating func take(_ text: TextDraft, as property: TextConstruct.Property) {
        guard !text.value.isEmpty || text.location != nil else { return }
        let isFeed = subject != .entry
        update {
            switch property {
            case .title, .extensionTitle:
                let isBorrowed = property == .extensionTitle
                guard $0.title == nil || $0.borrowed.contains(.title) else { return }
                $0.title = text
                $0.borrowed.set(.title, to: isBorrowed)
            case .subtitle: $0.subtitle = text
            case .summary where isFeed: $0.summary = text
            case .description where isFeed: $0.subtitle = text
            case .summary, .description: $0.add(summary: text)
            case .info: $0.info = text
            case .rights: $0.rights = text
            case .content: $0.add(content: text)
            }
        }
    }

    private static func worth(_ kind: ElementKind) -> TextDraft.Worth {
        switch kind {
        case .content, .encodedContent, .body: .content
        case .extensionSummary: .extensionSummary
        case .caption: .caption
        default: .description
        }
    }

    private static func defaultType(_ kind: ElementKind) -> TextType {
        switch kind {
        case .description, .caption, .encodedContent: .html
        case .body: .xhtml
        default: .plain
        }
    }

    private static func property(_ kind: ElementKind) -> TextConstruct.Property {
        switch kind {
        case .title: .title
        case .extensionTitle: .extensionTitle
        case .subtitle: .subtitle
        case .summary, .extensionSummary: .summary
        case .info: .info
        case .rights: .rights
        case .content, .encodedContent, .body: .content
        default: .description
        }
    }
}
