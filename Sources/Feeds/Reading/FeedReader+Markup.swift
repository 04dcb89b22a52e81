import Notation
import Records

/// Elements inside a text: they are its markup.
extension FeedReader {
    mutating func openMarkup(_ name: ElementNames.Resolved) {
        markupNames.append(name.name)
        guard var open = construct else { return }
        if !open.isXML {
            // A lone <div> around escaped markup is a habit of some tools, not markup.
            if name.name.asciiLowercased == "div" {
                frames[frames.count - 1].isExtension = true
                return
            }
            open.becomeXHTML(at: text.count)
        }
        escapeText(from: open.escapedUpTo)
        writeStartTag(name)
        open.escapedUpTo = text.count
        construct = open
    }

    mutating func closeMarkup(_ frame: Frame, _ name: String) {
        // Here the flag says that the start tag was not written.
        guard var open = construct, !frame.isExtension else { return }
        escapeText(from: open.escapedUpTo)
        if !HTMLElements.isVoid(name) {
            text.append("</")
            text.append(name)
            text.append(.greaterThan)
        }
        open.escapedUpTo = text.count
        construct = open
    }

    private mutating func writeStartTag(_ name: ElementNames.Resolved) {
        text.append(.lessThan)
        text.append(name.name)
        if let namespace = foreignNamespace(name.name) {
            text.append(" xmlns=\"")
            text.append(namespace)
            text.append(.quote)
        }
        for attribute in tokenizer.attributes {
            let written = tokenizer.buffer.bytes(attribute.name)
            guard !written.hasPrefixIgnoringCase("xmlns") else { continue }
            text.append(.space)
            text.append(written)
            text.append("=\"")
            HTMLText.appendEscaped(tokenizer.value(of: attribute), quotes: true, to: &text)
            text.append(.quote)
        }
        text.append(HTMLElements.isVoid(name.name) ? " />" : ">")
    }

    /// SVG and MathML have to say what they are when they stand alone.
    private func foreignNamespace(_ name: String) -> String? {
        guard name == "svg" || name == "math" else { return nil }
        let qualified = String(tokenizer.nameBytes)
        let prefix = qualified.contains(":") ? String(qualified.prefix { $0 != ":" }) : ""
        guard let uri = names.scope.uri(prefix) else { return nil }
        return uri == Namespaces.svg || uri.asciiLowercased == Namespaces.mathML ? uri : nil
    }

    /// Escapes the text from `start` on, which the tokenizer has appended as it is.
    mutating func escapeText(from start: Int) {
        let bytes = text.bytes(from: start)
        guard bytes.contains(where: { $0 == .ampersand || $0 == .lessThan || $0 == .greaterThan }) else {
            return
        }
        var raw = OutputBuffer(reserving: bytes.count)
        raw.append(bytes)
        text.truncate(to: start)
        HTMLText.appendEscaped(raw.bytes, quotes: false, to: &text)
    }

    /// Without the `<div>` that Atom requires around XHTML, if it is around all of it.
    static func withoutEnclosingDiv(_ text: Bytes) -> Bytes {
        guard text.hasPrefixIgnoringCase("<div"), text.count > 10 else { return text }
        let end: StaticString = "</div>"
        let tail = text.part((text.count - end.utf8CodeUnitCount)..<text.count)
        guard tail.equals(end), text[4] == .greaterThan || text[4].isSpace else { return text }
        guard let first = text.position(of: .greaterThan, from: 0) else { return text }
        // In escaped text every `<` begins a tag, and void elements are written with a slash.
        var depth = 0
        var i = 0
        while let open = text.position(of: .lessThan, from: i),
            let close = text.position(of: .greaterThan, from: open)
        {
            if text[open + 1] == .slash { depth -= 1 } else if text[close - 1] != .slash { depth += 1 }
            if depth == 0, close + 1 < text.count { return text }
            i = close + 1
        }
        // A start tag that was cut off for its length has no end of its own.
        let content = first + 1
        guard content <= text.count - end.utf8CodeUnitCount else { return text }
        return text.part(content..<(text.count - end.utf8CodeUnitCount)).trimmed
    }
}
