import Notation
import Records

/// An attribute of the last start tag, as positions in the tokenizer's buffer.
struct XMLAttribute {
    let name: Range<Int>
    /// Without the quotes.
    var value: Range<Int>
    /// Whether the value stands among the tokenizer's ``XMLTokenizer/values``, because references in it were
    /// replaced.
    var isMended: Bool
    /// What names that are the same but for case have in common, to tell most others from them at once.
    let mark: UInt64
}

extension XMLAttribute {
    init(name: Range<Int>, value: Range<Int>, isMended: Bool = false, in bytes: Bytes) {
        self.init(name: name, value: value, isMended: isMended, mark: Self.mark(bytes.part(name)))
    }

    /// The last bytes of a name without what tells capital letters from small ones, and its length.
    @inline(__always) static func mark(_ name: Bytes) -> UInt64 {
        (ByteLanes.last(name) | 0x2020_2020_2020_2020) ^ UInt64(truncatingIfNeeded: name.count) << 56
    }
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
                attributes.append(XMLAttribute(name: name, value: i..<i, in: bytes))
                continue
            }
            i += 1
            while i < bytes.count, bytes[i].isSpace { i += 1 }
            let value = attributeValue(bytes, &i)
            let mended = mendValue(bytes.part(value), keepsBreaks: Self.holdsAddress(bytes.part(name)))
            attributes.append(
                XMLAttribute(name: name, value: mended ?? value, isMended: mended != nil, in: bytes))
        }
    }

    /// Reads the tag at ``position`` if all of it is there and its attributes are as most are: `name="value"` after white
    /// space. Answers where it ends; nil for every other tag, which is read with the mistakes that people make.
    ///
    /// - Parameter nameEnd: where the tag's own name ends.
    mutating func readPlainAttributes(_ bytes: Bytes, from nameEnd: Int) -> Int? {
        var i = nameEnd
        attributes.empty()
        var needMending = false
        while i < bytes.count {
            let start = i
            while i < bytes.count, bytes[i].isSpace { i += 1 }
            let isEmpty = i + 1 < bytes.count && bytes[i] == .slash
            if isEmpty { i += 1 }
            guard i < bytes.count else { return nil }
            if bytes[i] == .greaterThan {
                if needMending { mendValues(bytes) }
                (name, isEmptyElement) = ((position + 1)..<nameEnd, isEmpty)
                return i + 1
            }
            guard !isEmpty, i > start, attributes.count < attributeLimit else { return nil }
            let word = i..<bytes.endOfName(from: i)
            i = word.upperBound + 1
            guard !word.isEmpty, i < bytes.count, bytes[i - 1] == UInt8(ascii: "="), bytes[i] == .quote
            else { return nil }
            var end = bytes.position(of: .quote, or: .ampersand, from: i + 1)
            if end < bytes.count, bytes[end] == .ampersand {
                needMending = true
                end = bytes.position(of: .quote, from: end) ?? bytes.count
            }
            let value = (i + 1)..<end
            needMending = needMending || bytes.part(value).hasControls
            attributes.append(XMLAttribute(name: word, value: value, in: bytes))
            i = end + 1
        }
        return nil
    }

    private mutating func mendValues(_ bytes: Bytes) {
        values.removeAll()
        for index in attributes.indices {
            let attribute = attributes[index]
            guard
                let mended = mendValue(
                    bytes.part(attribute.value), keepsBreaks: Self.holdsAddress(bytes.part(attribute.name)))
            else { continue }
            (attributes[index].value, attributes[index].isMended) = (mended, true)
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
        guard raw.position(of: .ampersand, from: 0) != nil || raw.hasControls else { return nil }
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
    ///
    /// Inlined, because a call of what only reads would copy the whole tokenizer.
    @inline(__always)
    func attribute(_ qualifiedName: StaticString) -> Bytes? {
        let wanted = Bytes(of: qualifiedName)
        let mark = XMLAttribute.mark(wanted)
        for attribute in attributes where attribute.mark == mark && attribute.name.count == wanted.count {
            // Of a name this short the mark says all else: a document's text has no control characters, which alone differ from
            // what may stand in a name by the bit that tells capital letters from small ones.
            if wanted.count <= 8 || buffer.bytes(attribute.name).equalsIgnoringCase(wanted) {
                return value(of: attribute)
            }
        }
        return nil
    }

    /// Whether an attribute may declare a namespace, a base or a language, which is asked at each tag: its name begins with
    /// an x or is as short as `base` and `lang`.
    @inline(__always) var hasReservedAttributes: Bool {
        for attribute in attributes
        where attribute.name.count == 4 || buffer.bytes(attribute.name).first?.lowercased == UInt8(ascii: "x")
        {
            return true
        }
        return false
    }

    /// The same as a text of its own.
    func attributeText(_ qualifiedName: StaticString) -> String? {
        attribute(qualifiedName).map { String(valid: $0) }
    }

    /// An attribute's value, references replaced and white space made spaces (in addresses kept); valid until the next tag.
    @inline(__always) func value(of attribute: XMLAttribute) -> Bytes {
        attribute.isMended ? values.bytes(attribute.value) : buffer.bytes(attribute.value)
    }

    /// The last tag's name in bytes as written.
    @inline(__always) var nameBytes: Bytes { buffer.bytes(name) }
}
