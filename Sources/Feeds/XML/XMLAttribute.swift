/// An attribute of the last start tag, as positions in the tokenizer's buffer.
struct XMLAttribute {
    let name: Range<Int>
    /// Without the quotes, references not yet replaced.
    let value: Range<Int>
}

extension XMLTokenizer {
    /// Reads the attributes between `from` and the end of `bytes`; values without quotes or without `=` are
    /// allowed.
    mutating func readAttributes(_ bytes: Bytes, from start: Int) {
        var i = start
        while true {
            while i < bytes.count, bytes[i].isSpace || bytes[i] == .slash { i += 1 }
            let nameStart = i
            while i < bytes.count, bytes[i] != UInt8(ascii: "="), !bytes[i].isSpace { i += 1 }
            guard i > nameStart else {
                guard i < bytes.count else { return }
                i += 1  // a stray `=`
                continue
            }
            let name = nameStart..<i
            while i < bytes.count, bytes[i].isSpace { i += 1 }
            guard i < bytes.count, bytes[i] == UInt8(ascii: "=") else {
                note(.badAttribute)
                attributes.append(XMLAttribute(name: name, value: i..<i))
                continue
            }
            i += 1
            while i < bytes.count, bytes[i].isSpace { i += 1 }
            attributes.append(XMLAttribute(name: name, value: attributeValue(bytes, &i)))
        }
    }

    private mutating func attributeValue(_ bytes: Bytes, _ i: inout Int) -> Range<Int> {
        guard i < bytes.count else { return i..<i }
        let start = i
        if bytes[i] == .quote || bytes[i] == .apostrophe {
            let end = bytes.position(of: bytes[i], from: i + 1) ?? bytes.count
            i = min(bytes.count, end + 1)
            return (start + 1)..<end
        }
        note(.badAttribute)
        while i < bytes.count, !bytes[i].isSpace { i += 1 }
        return start..<i
    }

    /// The value of the attribute that is written `qualifiedName` in any ASCII case; nil when there is none.
    mutating func attribute(_ qualifiedName: StaticString) -> String? {
        guard !attributes.isEmpty else { return nil }
        for attribute in attributes
        where buffer.bytes(attribute.name).equalsIgnoringCase(qualifiedName) {
            return value(of: attribute)
        }
        return nil
    }

    /// An attribute's value, references replaced and white space made spaces.
    mutating func value(of attribute: XMLAttribute) -> String {
        let raw = buffer.bytes(attribute.value)
        guard raw.contains(where: { $0 == .ampersand || $0 < 0x20 }) else {
            return String(valid: raw)
        }
        var text = ByteStorage(capacity: raw.count)
        var i = 0
        while i < raw.count {
            if raw[i] == .ampersand,
                let length = readReference(raw.part(i..<raw.count), mayContinue: false, into: &text)
            {
                i += length
            } else {
                text.append(raw[i].isSpace ? .space : raw[i])
                i += 1
            }
        }
        return String(valid: text.bytes())
    }

    /// The last tag's name in bytes as written.
    var nameBytes: Bytes { buffer.bytes(name) }
}
