import Notation
import Records

extension XMLTokenizer {
    /// Reads what begins with the `<` at ``position``; nil without progress means that more bytes are needed.
    @inline(__always)
    mutating func readMarkup(into text: inout OutputBuffer) -> Token? {
        let bytes = buffer.bytes
        guard position + 1 < bytes.count else {
            if isFinished { takeLiterally(into: &text) }
            return nil
        }
        let second = bytes[position + 1]
        if second.isLetter { return readStartTag(bytes) }
        switch second {
        case .slash: return readEndTag(bytes)
        case UInt8(ascii: "!"):
            readDeclaration(bytes, into: &text)
            return nil
        case UInt8(ascii: "?"):
            state = .instruction
            position += 2
            scanned = position
            return nil
        case _ where second.startsName: return readUnusualStartTag(bytes)
        default:
            note(.bareLessThan)
            takeLiterally(into: &text)
            return nil
        }
    }

    private mutating func takeLiterally(into text: inout OutputBuffer) {
        text.append(.lessThan)
        position += 1
    }

    @inline(__always)
    private mutating func readEndTag(_ bytes: Bytes) -> Token? {
        let start = position + 2
        // Of many tags without end each is searched no further than the next.
        var end = bytes.position(of: .greaterThan, or: .lessThan, from: max(start, scanned))
        guard end < bytes.count else {
            scanned = bytes.count
            if isFinished { position = bytes.count }
            return nil
        }
        let next = bytes[end] == .greaterThan ? end + 1 : end
        while end > start, bytes[end - 1].isSpace { end -= 1 }
        name = start..<end
        position = next
        scanned = next
        return .endTag
    }

    /// `<!--`, `<![CDATA[`, `<!DOCTYPE`, or some other declaration, which is skipped.
    private mutating func readDeclaration(_ bytes: Bytes, into text: inout OutputBuffer) {
        let rest = bytes.part(position..<min(bytes.count, position + 9))
        let isShort = rest.count < 9 && !isFinished
        if rest.count >= 4, rest.hasPrefixIgnoringCase("<!--") {
            state = .comment
            position += 4
            scanned = position
        } else if rest.hasPrefixIgnoringCase("<![cdata[") {
            beginSection(length: 9)
        } else if isShort, Self.couldBecomeMarkup(rest) {
            return
        } else if rest.hasPrefixIgnoringCase("<!doctype") {
            readDoctype(bytes)
        } else if let length = lengthOfBadSectionStart(bytes) {
            guard length > 0 else { return }
            note(.badSection)
            beginSection(length: length)
        } else if rest.count > 2, rest[2].isLetter || rest[2] == UInt8(ascii: "[") {
            state = .instruction
            position += 2
            scanned = position
        } else {
            note(.bareLessThan)
            takeLiterally(into: &text)
        }
    }

    private static func couldBecomeMarkup(_ rest: Bytes) -> Bool {
        let candidates: [StaticString] = ["<!--", "<![cdata[", "<!doctype"]
        return candidates.contains { candidate in
            (0..<min(rest.count, candidate.utf8CodeUnitCount)).allSatisfy {
                rest[$0].lowercased == candidate.utf8Start[$0]
            }
        }
    }

    @inline(__always)
    private mutating func readStartTag(_ bytes: Bytes) -> Token? {
        // What has been looked at before waits for its end, and is not read from its beginning with each piece.
        if scanned <= position {
            let nameEnd = bytes.endOfName(from: position + 1)
            if nameEnd < bytes.count, bytes[nameEnd] == .greaterThan {
                takeBareTag(name: (position + 1)..<nameEnd)
                return .startTag
            }
            if let end = readPlainAttributes(bytes, from: nameEnd) {
                position = end
                scanned = end
                openQuote = 0
                return .startTag
            }
        }
        guard let close = endOfTag(bytes) else { return nil }
        attributes.empty()
        values.removeAll()
        var end = close
        isEmptyElement = end > position + 1 && bytes[end - 1] == .slash
        if isEmptyElement { end -= 1 }
        var i = position + 1
        while i < end, !bytes[i].isSpace, bytes[i] != .slash { i += 1 }
        name = (position + 1)..<i
        if i < end { readAttributes(bytes.part(0..<end), from: i) }
        position = close < bytes.count && bytes[close] == .greaterThan ? close + 1 : close
        scanned = position
        openQuote = 0
        return .startTag
    }

    /// The same out of line, for names that begin with no letter.
    @inline(never)
    private mutating func readUnusualStartTag(_ bytes: Bytes) -> Token? { readStartTag(bytes) }

    /// Takes a name of letters with `>` behind it, which is most start tags.
    @inline(__always) private mutating func takeBareTag(name: Range<Int>) {
        attributes.empty()
        self.name = name
        isEmptyElement = false
        position = name.upperBound + 1
        scanned = position
        openQuote = 0
    }

    /// The position of the `>` that ends the tag at ``position``; a `>` inside a quoted value does not.
    private mutating func endOfTag(_ bytes: Bytes) -> Int? {
        var i = max(scanned, position + 1)
        if i == position + 1 { openQuote = 0 }
        while i < bytes.count {
            let byte = bytes[i]
            if openQuote != 0 {
                if byte == openQuote { openQuote = 0 }
            } else if byte == .greaterThan {
                return i
            } else if byte == .lessThan {
                note(.unbalancedQuote)
                return i
            } else if byte == .quote || byte == .apostrophe, followsEqualsSign(bytes, i) {
                openQuote = byte
            }
            i += 1
        }
        scanned = i
        guard isFinished || i - position > Self.tagLimit else { return nil }
        // The quotes do not pair up: the first `>` has to do. At the end of the document an open tag is lost.
        note(.unbalancedQuote)
        if let first = bytes.position(of: .greaterThan, from: position) { return first }
        if isFinished { position = bytes.count }
        return nil
    }

    private func followsEqualsSign(_ bytes: Bytes, _ quote: Int) -> Bool {
        var i = quote - 1
        while i > position, bytes[i].isSpace { i -= 1 }
        return bytes[i] == UInt8(ascii: "=")
    }
}
