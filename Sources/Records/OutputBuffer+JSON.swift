import CSIMD

/// Writing JSON text. Separators are the caller's.
extension OutputBuffer {
    /// A node's text, as it stands in its chunk.
    package mutating func append(_ node: Node) { append(node.text) }

    /// The content of a string, its escapes taken away; the text of any other node.
    package mutating func append(contentOf node: Node) {
        let raw = node.rawContent
        guard node.kind == .escapedString else { return append(raw) }
        _ = append(space: raw.count) { unescape(raw, into: $0.bindMemory(to: UInt8.self)) }
    }

    /// A record's object, its overlay applied; an unchanged record is copied as it is.
    package mutating func append(_ record: borrowing Record) {
        guard record.isChanged else { return append(record.node.text) }
        append(UInt8(ascii: "{"))
        var isFirst = true
        for (name, value) in record.fields {
            if !isFirst { append(UInt8(ascii: ",")) }
            isFirst = false
            switch name {
            case .node(let node): append(node.text)
            case .key(let key): append(quoting: key)
            }
            append(UInt8(ascii: ":"))
            append(value.text)
        }
        append(UInt8(ascii: "}"))
    }

    package mutating func append(quoting key: Key) {
        key.utf8.withUnsafeBufferPointer { _ = append(quoting: $0) }
    }

    package mutating func append(quoting text: String) {
        var text = text
        text.withUTF8 { _ = append(quoting: $0) }
    }

    /// A string literal; `utf8` must be valid. Answers whether anything had to be escaped.
    @discardableResult
    package mutating func append(quoting utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        let plain = plainPrefix(utf8)
        append(UnsafeBufferPointer(rebasing: utf8[..<plain]), between: UInt8(ascii: "\""))
        guard plain < utf8.count, let start = utf8.baseAddress else { return false }
        removeLast(1)
        var position = plain
        while position < utf8.count {
            append(escaping: utf8[position])
            position += 1
            let run = csimd_plain_prefix(start + position, utf8.count - position)
            append(UnsafeBufferPointer(start: start + position, count: run))
            position += run
        }
        append(UInt8(ascii: "\""))
        return true
    }

    /// The number of leading bytes that need no escape. Of most strings that is all, and most are short.
    private func plainPrefix(_ utf8: UnsafeBufferPointer<UInt8>) -> Int {
        guard let start = utf8.baseAddress else { return 0 }
        let whole = utf8.count & ~15
        let run = csimd_plain_prefix(start, whole)
        guard run == whole else { return run }
        // The last bytes once more rather than one by one.
        if whole > 0, csimd_plain_prefix(start + utf8.count - 16, 16) == 16 { return utf8.count }
        return whole + csimd_plain_prefix(start + whole, utf8.count - whole)
    }

    /// The name of a member and its colon; in `name` nothing needs escaping.
    mutating func append(plainName name: StaticString) {
        let text = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        append(text, between: UInt8(ascii: "\""))
        append(UInt8(ascii: ":"))
    }

    private mutating func append(escaping byte: UInt8) {
        let short: UInt8? =
            switch byte {
            case 0x22, 0x5C: byte
            case 0x08: UInt8(ascii: "b")
            case 0x09: UInt8(ascii: "t")
            case 0x0A: UInt8(ascii: "n")
            case 0x0C: UInt8(ascii: "f")
            case 0x0D: UInt8(ascii: "r")
            default: nil
            }
        append(UInt8(ascii: "\\"))
        if let short { return append(short) }
        append("u00")
        let digits: StaticString = "0123456789abcdef"
        append(digits.utf8Start[Int(byte >> 4)])
        append(digits.utf8Start[Int(byte & 0xF)])
    }

    package mutating func append(decimal value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    package mutating func append(decimal value: UInt64) {
        reserve(20)
        _ = append(space: 20) { space in
            var rest = value
            var digits = 1
            while rest > 9 {
                rest /= 10
                digits += 1
            }
            rest = value
            for position in stride(from: digits - 1, through: 0, by: -1) {
                space[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            return digits
        }
    }

    /// The shortest text that reads back as the same number, always with a fraction or an exponent; `null` for
    /// infinities and NaN, which JSON does not have.
    package mutating func append(decimal value: Double) {
        append(value.isFinite ? value.description : "null")
    }
}
