import Notation

/// A tag, comment or declaration found in HTML text.
struct HTMLTag {
    /// The position after it.
    let end: Int
    /// The packed name; 0 for comments, declarations and long names.
    private let name: UInt64
    private let isEndTag: Bool
    private let role: HTMLElements.TextRole

    /// What the tags of one text have shown, so that nothing is looked for twice.
    struct Findings {
        /// No `>` follows.
        fileprivate var isPastLastEnd = false
        /// A tag's quotes did not pair up: from then on the first `>` ends a tag.
        fileprivate var quotesAreBroken = false
    }

    /// Reads what begins with the `<` at `start`; nil when that is only a character.
    init?(_ bytes: Bytes, at start: Int, _ findings: inout Findings) {
        guard start + 1 < bytes.count else { return nil }
        let second = bytes[start + 1]
        if second == UInt8(ascii: "!") || second == UInt8(ascii: "?") {
            guard let end = Self.endOfDeclaration(bytes, start, &findings) else { return nil }
            (self.end, name, isEndTag, role) = (end, 0, true, .inline)
            return
        }
        isEndTag = second == .slash
        let nameStart = start + (isEndTag ? 2 : 1)
        guard nameStart < bytes.count, bytes[nameStart].isLetter else { return nil }
        var i = nameStart
        while i < bytes.count, bytes[i].isLetter || bytes[i].isDigit { i += 1 }
        name = PackedWord.of(bytes.part(nameStart..<i))
        role = HTMLElements.textRole(name, written: bytes.part(nameStart..<i))
        guard let close = Self.endOfTag(bytes, from: i, &findings) else { return nil }
        end = close + 1
    }

    /// What the element puts between the words before and after its tags.
    var gap: HTMLText.Gap { role.contains(.inline) ? .none : role.contains(.breaking) ? .line : .space }
    /// Whether this is the start or the end of preformatted text; nil when it is neither.
    var beginsPreformatted: Bool? { role.contains(.preformatted) ? !isEndTag : nil }
    var hidesContent: Bool { !isEndTag && role.contains(.hidden) }

    /// The position after the end tag of an element whose content is not looked at.
    func endOfElement(_ bytes: Bytes) -> Int {
        var i = end
        while let open = bytes.position(of: .lessThan, from: i) {
            i = open + 1
            guard i < bytes.count, bytes[i] == .slash else { continue }
            var j = i + 1
            while j < bytes.count, bytes[j].isLetter { j += 1 }
            guard PackedWord.of(bytes.part((i + 1)..<j)) == name else { continue }
            return bytes.position(of: .greaterThan, from: j).map { $0 + 1 } ?? bytes.count
        }
        return bytes.count
    }

    private static func endOfTag(_ bytes: Bytes, from start: Int, _ findings: inout Findings) -> Int? {
        guard !findings.quotesAreBroken else { return firstEnd(bytes, from: start, &findings) }
        guard !findings.isPastLastEnd else { return nil }
        var i = start
        while true {
            i = bytes.position(of: .greaterThan, or: UInt8(ascii: "="), from: i)
            guard i < bytes.count else { break }
            if bytes[i] == .greaterThan { return i }
            i += 1
            guard i < bytes.count, bytes[i] == .quote || bytes[i] == .apostrophe else { continue }
            guard let close = bytes.position(of: bytes[i], from: i + 1) else { break }
            i = close + 1
        }
        findings.quotesAreBroken = true
        return firstEnd(bytes, from: start, &findings)
    }

    private static func firstEnd(_ bytes: Bytes, from start: Int, _ findings: inout Findings) -> Int? {
        guard !findings.isPastLastEnd else { return nil }
        let end = bytes.position(of: .greaterThan, from: start)
        findings.isPastLastEnd = end == nil
        return end
    }

    private static func endOfDeclaration(
        _ bytes: Bytes, _ start: Int, _ findings: inout Findings
    ) -> Int? {
        let isComment = start + 3 < bytes.count && bytes[start + 2] == 0x2D && bytes[start + 3] == 0x2D
        guard isComment else { return firstEnd(bytes, from: start, &findings).map { $0 + 1 } }
        var i = start + 2
        while let close = bytes.position(of: .greaterThan, from: i) {
            if close >= start + 4, bytes[close - 1] == 0x2D, bytes[close - 2] == 0x2D { return close + 1 }
            i = close + 1
        }
        // An open comment hides the rest, as in browsers.
        return bytes.count
    }
}

/// A character reference found in HTML text.
struct HTMLReference {
    /// What it stands for; nil for a character that no text may hold.
    let scalar: Unicode.Scalar?
    /// The position after it.
    let end: Int

    /// Reads what begins with the `&` at `start`; nil when that is only a character.
    init?(_ bytes: Bytes, at start: Int) {
        var i = start + 1
        guard i < bytes.count else { return nil }
        let limit = min(bytes.count, start + 34)
        let isNumeric = bytes[i] == UInt8(ascii: "#")
        if isNumeric { i += 1 }
        let nameStart = i
        while i < limit, bytes[i].isLetter || bytes[i].isDigit { i += 1 }
        let name = bytes.part(nameStart..<i)
        let isTerminated = i < bytes.count && bytes[i] == UInt8(ascii: ";")
        end = isTerminated ? i + 1 : i
        if isNumeric {
            guard let known = CharacterReference.scalar(name) else { return nil }
            scalar = known
        } else {
            guard isTerminated, let known = HTMLEntities.scalar(for: name) else { return nil }
            scalar = known
        }
    }
}

extension Unicode.Scalar {
    /// White space, no-break spaces included.
    var isSpace: Bool {
        switch value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
            true
        default: false
        }
    }
}
