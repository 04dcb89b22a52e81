import Notation

/// Which charset a document is in, decided from its first bytes: byte order mark, HTTP, XML declaration,
/// UTF-8.
struct CharsetDecision: Equatable {
    /// The name as it was given, in lower case.
    var name: String
    /// The charset to turn to when the bytes are not in the first: the other one that was named.
    var alternative: String?
    /// Bytes of the mark to leave out.
    var markLength = 0

    /// How many bytes are looked at for an XML declaration.
    static let declarationLimit = 1024

    /// Decides; nil when more bytes are needed to tell.
    ///
    /// `fallback` is the charset of a document that says nothing.
    init?(_ start: Bytes, httpCharset: String?, fallback: String = "utf-8", isComplete: Bool) {
        guard start.count >= 4 || isComplete else { return nil }
        let mark = Self.mark(start)
        guard let declared = Self.declaredCharset(start, wide: mark?.name, isComplete: isComplete) else {
            return nil
        }
        let http = httpCharset.map(CharsetName.normalized).flatMap { $0.isEmpty ? nil : $0 }
        let xml = declared.isEmpty ? nil : declared
        if let mark {
            // Without a mark the shape of the first bytes tells the width; a name that fits it says it
            // better.
            let named = mark.length == 0 ? [http, xml].compactMap { $0 } : []
            name = named.first { CharsetName.isWide($0) && !CharsetName.isUnorderedUnicode($0) } ?? mark.name
            markLength = mark.length
            return
        }
        let usable = [http, xml].compactMap { $0 }.filter { !CharsetName.isWide($0) }
        name = Self.widened(usable.first ?? fallback)
        alternative = usable.dropFirst().first.map(Self.widened)
        if alternative == name { alternative = nil }
    }

    /// GB 2312 is always taken for its superset.
    private static func widened(_ name: String) -> String { name == "gb2312" ? "gb18030" : name }

    private static func mark(_ start: Bytes) -> (name: String, length: Int)? {
        let four = (0..<4).map { $0 < start.count ? start[$0] : 1 }
        switch (four[0], four[1], four[2], four[3]) {
        case (0x00, 0x00, 0xFE, 0xFF): return ("utf-32be", 4)
        case (0xFF, 0xFE, 0x00, 0x00): return ("utf-32le", 4)
        case (0xFE, 0xFF, _, _): return ("utf-16be", 2)
        case (0xFF, 0xFE, _, _): return ("utf-16le", 2)
        case (0xEF, 0xBB, 0xBF, _): return ("utf-8", 3)
        case (0x00, 0x00, 0x00, 0x3C), (0x00, 0x00, 0x00, 0x7B): return ("utf-32be", 0)
        case (0x3C, 0x00, 0x00, 0x00), (0x7B, 0x00, 0x00, 0x00): return ("utf-32le", 0)
        case (0x00, 0x3C, 0x00, _), (0x00, 0x7B, 0x00, _): return ("utf-16be", 0)
        case (0x3C, 0x00, _, 0x00), (0x7B, 0x00, _, 0x00): return ("utf-16le", 0)
        case (0x4C, 0x6F, 0xA7, 0x94): return ("cp037", 0)
        default: return nil
        }
    }

    /// The charset of the XML declaration, empty when there is none; nil when its end has not arrived.
    private static func declaredCharset(_ start: Bytes, wide: String?, isComplete: Bool) -> String? {
        // In a wide charset the declaration's characters are found by leaving out the zero bytes.
        let text =
            wide == nil || wide == "utf-8"
            ? Array(start.prefix(declarationLimit)) : start.prefix(4096).filter { $0 != 0 }
        return text.withUnsafeBufferPointer { bytes in
            var i = 0
            while i < bytes.count, bytes[i].isSpace || bytes[i] >= 0xEF { i += 1 }
            let rest = bytes.part(i..<bytes.count)
            let head: StaticString = "<?xml"
            if rest.count < 5 {
                let couldBe = (0..<rest.count).allSatisfy { rest[$0] == head.utf8Start[$0] }
                return couldBe && !isComplete && bytes.count < declarationLimit ? nil : ""
            }
            guard rest.hasPrefixIgnoringCase(head) else { return "" }
            guard let end = rest.position(of: .greaterThan, from: 5) else {
                return isComplete || bytes.count >= declarationLimit ? "" : nil
            }
            return pseudoAttribute("encoding", in: rest.part(5..<end)).map(CharsetName.normalized) ?? ""
        }
    }

    private static func pseudoAttribute(_ name: StaticString, in declaration: Bytes) -> String? {
        var i = 0
        while i < declaration.count {
            let rest = declaration.part(i..<declaration.count)
            i += 1
            guard rest.hasPrefixIgnoringCase(name) else { continue }
            var value = rest.part(name.utf8CodeUnitCount..<rest.count).trimmed
            guard value.first == UInt8(ascii: "=") else { continue }
            value = value.part(1..<value.count).trimmed
            guard let quote = value.first, quote == .quote || quote == .apostrophe,
                let end = value.position(of: quote, from: 1)
            else { continue }
            return String(value.part(1..<end))
        }
        return nil
    }
}
