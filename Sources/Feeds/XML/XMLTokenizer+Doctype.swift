import Notation

extension XMLTokenizer {
    /// Reads a DOCTYPE with its internal subset; waits for its end, within ``doctypeLimit``.
    mutating func readDoctype(_ bytes: Bytes) {
        guard let end = Self.endOfDoctype(bytes, from: position) else {
            if isFinished || bytes.count - position > Self.doctypeLimit {
                state = .instruction
                scanned = position
            }
            return
        }
        let declaration = bytes.part((position + 9)..<end)
        doctype = String(declaration)
        readEntityDeclarations(declaration)
        position = end + 1
    }

    private static func endOfDoctype(_ bytes: Bytes, from start: Int) -> Int? {
        var depth = 0
        var quote: UInt8 = 0
        for i in start..<min(bytes.count, start + doctypeLimit) {
            let byte = bytes[i]
            if quote != 0 {
                if byte == quote { quote = 0 }
                continue
            }
            switch byte {
            case .quote, .apostrophe: quote = byte
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            case .greaterThan where depth <= 0: return i
            default: break
            }
        }
        return nil
    }

    /// Keeps `<!ENTITY name "text">` when the text holds neither markup nor another entity: nothing can
    /// multiply.
    private mutating func readEntityDeclarations(_ subset: Bytes) {
        var i = 0
        while let open = subset.position(of: .lessThan, from: i), entities.count < 100 {
            i = open + 1
            let rest = subset.part(open..<subset.count)
            guard rest.hasPrefixIgnoringCase("<!entity"), rest.count > 10 else { continue }
            var words = rest.part(8..<rest.count)
            guard let name = Self.word(&words), let value = Self.quoted(&words) else { continue }
            guard value.count <= 1024, !value.contains(.lessThan), !value.contains(UInt8(ascii: "%")) else {
                continue
            }
            if value.contains(.ampersand) {
                guard let scalar = Self.soleReference(value) else { continue }
                entities[name] = String(Character(scalar))
            } else {
                entities[name] = String(value)
            }
        }
    }

    private static func word(_ bytes: inout Bytes) -> String? {
        var low = 0
        while low < bytes.count, bytes[low].isSpace { low += 1 }
        var high = low
        while high < bytes.count, bytes[high].continuesName { high += 1 }
        defer { bytes = bytes.part(high..<bytes.count) }
        return high > low ? String(bytes.part(low..<high)) : nil
    }

    private static func quoted(_ bytes: inout Bytes) -> Bytes? {
        var low = 0
        while low < bytes.count, bytes[low].isSpace { low += 1 }
        guard low < bytes.count, bytes[low] == .quote || bytes[low] == .apostrophe else { return nil }
        guard let high = bytes.position(of: bytes[low], from: low + 1) else { return nil }
        return bytes.part((low + 1)..<high)
    }

    private static func soleReference(_ value: Bytes) -> Unicode.Scalar? {
        guard value.count > 3, value[0] == .ampersand, value[1] == UInt8(ascii: "#"),
            value.last == UInt8(ascii: ";")
        else { return nil }
        return CharacterReference.scalar(value.part(2..<(value.count - 1))) ?? nil
    }
}
