import Notation
import Records

extension HTMLText {
    /// Whether text that should be plain is probably HTML: it has an end tag or a reference, and no tag or
    /// reference that HTML does not know.
    package static func looksLikeHTML(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { looksLikeHTML($0) }
    }

    static func looksLikeHTML(_ bytes: Bytes) -> Bool {
        guard bytes.position(of: .lessThan, or: .ampersand, from: 0) < bytes.count else { return false }
        return hasEvidence(bytes) && !hasUnknownNames(bytes)
    }

    /// `&#146;` as `&#x2019;`, which is what it means to browsers.
    static func mendingReferences(_ html: String) -> String {
        guard html.utf8.contains(.ampersand) else { return html }
        var html = html
        return html.withUTF8 { bytes in
            var output = OutputBuffer(reserving: bytes.count)
            var i = 0
            while i < bytes.count {
                if bytes[i] == .ampersand, let end = endOfReference(bytes, i),
                    bytes[i + 1] == UInt8(ascii: "#"),
                    let number = Int(String(bytes.part((i + 2)..<(end - 1)))), (0x80...0x9F).contains(number)
                {
                    output.append("&#x" + String(Windows1252.scalar(UInt8(number)).value, radix: 16) + ";")
                    i = end
                } else {
                    output.append(bytes[i])
                    i += 1
                }
            }
            return String(output.bytes)
        }
    }

    private static func hasEvidence(_ bytes: Bytes) -> Bool {
        for i in 0..<bytes.count {
            if bytes[i] == .ampersand, let end = endOfReference(bytes, i), end > i + 2 { return true }
            guard bytes[i] == .lessThan, i + 2 < bytes.count, bytes[i + 1] == .slash else { continue }
            let end = endOfName(bytes, i + 2)
            if end > i + 2, end < bytes.count, bytes[end] == .greaterThan { return true }
        }
        return false
    }

    private static func hasUnknownNames(_ bytes: Bytes) -> Bool {
        for i in 0..<bytes.count {
            if bytes[i] == .lessThan {
                let start = i + 1 < bytes.count && bytes[i + 1] == .slash ? i + 2 : i + 1
                let end = endOfName(bytes, start)
                if end > start,
                    !HTMLAllowList.elements.contains(String(bytes.part(start..<end)).asciiLowercased)
                {
                    return true
                }
            } else if bytes[i] == .ampersand, let end = endOfReference(bytes, i),
                bytes[i + 1] != UInt8(ascii: "#"),
                !HTMLEntities.isDefined(bytes.part((i + 1)..<(end - 1)))
            {
                return true
            }
        }
        return false
    }

    /// The position after the `;` of `&name;` or `&#number;`.
    private static func endOfReference(_ bytes: Bytes, _ start: Int) -> Int? {
        var i = start + 1
        if i < bytes.count, bytes[i] == UInt8(ascii: "#") { i += 1 }
        let end = endOfName(bytes, i)
        return end > i && end < bytes.count && bytes[end] == UInt8(ascii: ";") ? end + 1 : nil
    }

    private static func endOfName(_ bytes: Bytes, _ start: Int) -> Int {
        var i = start
        while i < bytes.count, bytes[i].isLetter || bytes[i].isDigit || bytes[i] == UInt8(ascii: "_") {
            i += 1
        }
        return i
    }
}
