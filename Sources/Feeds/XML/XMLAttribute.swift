import Notation
import Records

/// An attribute of the last start tag, as positions in the tokenizer's buffer.
struct XMLAttribute {
    let name: Range<Int>
    /// Without the quotes.
    let value: Range<Int>
    /// Whether the value stands among the tokenizer's ``XMLTokenizer/values``, because references in it were
    /// replaced.
    let isMended: Bool
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
            guard attributes.count < attributeLimit else { return note(.tooManyParts) }
            let name = nameStart..<i
            while i < bytes.count, bytes[i].isSpace { i += 1 }
            guard i < bytes.count, bytes[i] == UInt8(ascii: "=") else {
                note(.badAttribute)
                attributes.append(XMLAttribute(name: name, value: i..<i, isMended: false))
                continue
            }
            i += 1
            while i < bytes.count, bytes[i].isSpace { i += 1 }
            let value = attributeValue(bytes, &i)
            let mended = mendValue(bytes.part(value), keepsBreaks: Self.holdsAddress(bytes.part(name)))
            attributes.append(XMLAttribute(name: name, value: mended ?? value, isMended: mended != nil))
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

    /// Whether the attribute's value is an address. A line break in one means nothing, which can no longer be told when
    /// it has become a space.
    private static func holdsAddress(_ name: Bytes) -> Bool {
        let local =
            name.position(of: UInt8(ascii: ":"), from: 0).map { name.part(($0 + 1)..<name.count) } ?? name
        return addressNames.contains { local.equalsIgnoringCase($0) }
    }

    private static let addressNames: [StaticString] = [
        "href", "url", "src", "base", "uri", "resource", "about", "poster", "cite"
    ]

    /// Replaces references in a value, and makes its white space spaces but for line breaks that are to be kept;
    /// answers where the result stands among ``values``, nil when there is nothing to do.
    private mutating func mendValue(_ raw: Bytes, keepsBreaks: @autoclosure () -> Bool) -> Range<Int>? {
        guard raw.contains(where: { $0 == .ampersand || $0 < 0x20 }) else { return nil }
        var mended = OutputBuffer(reserving: 16)
        let keepsBreaks = keepsBreaks()
        swap(&mended, &values)
        let start = mended.count
        var i = 0
        while i < raw.count {
            if raw[i] == .ampersand,
                let length = readReference(raw.part(i..<raw.count), mayContinue: false, into: &mended)
            {
                i += length
            } else {
                mended.append(raw[i].isSpace && !keepsBreaks ? .space : raw[i])
                i += 1
            }
        }
        swap(&mended, &values)
        return start..<values.count
    }

    /// The value of the attribute that is written `qualifiedName` in any ASCII case; nil when there is none.
    func attribute(_ qualifiedName: StaticString) -> Bytes? {
        for attribute in attributes
        where attribute.name.count == qualifiedName.utf8CodeUnitCount
            && buffer.bytes(attribute.name).equalsIgnoringCase(qualifiedName)
        {
            return value(of: attribute)
        }
        return nil
    }

    /// False when no attribute is as long as `base`, `lang`, `xml:base` and `xml:lang`, which are asked for at
    /// each tag.
    var mayHaveBaseOrLanguage: Bool {
        for attribute in attributes where attribute.name.count == 4 || attribute.name.count == 8 {
            let last = buffer.bytes(attribute.name).last?.lowercased
            if last == UInt8(ascii: "e") || last == UInt8(ascii: "g") { return true }
        }
        return false
    }

    /// The same as a text of its own.
    func attributeText(_ qualifiedName: StaticString) -> String? {
        attribute(qualifiedName).map { String(valid: $0) }
    }

    /// An attribute's value, references replaced and white space made spaces (in addresses kept); valid until the next tag.
    func value(of attribute: XMLAttribute) -> Bytes {
        attribute.isMended ? values.bytes(attribute.value) : buffer.bytes(attribute.value)
    }

    /// The last tag's name in bytes as written.
    var nameBytes: Bytes { buffer.bytes(name) }
}
