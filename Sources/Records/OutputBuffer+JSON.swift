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
        reserve(utf8.count + 2)
        let target = base + count
        target[0] = UInt8(ascii: "\"")
        let plain = Self.copyPlain(utf8, to: target + 1)
        target[plain + 1] = UInt8(ascii: "\"")
        guard plain < utf8.count else {
            length &+= plain + 2
            return false
        }
        length &+= plain + 1
        append(escapingFrom: plain, of: utf8)
        return true
    }

    /// `"name":"value"` if nothing in the value needs an escape; false, and nothing is written, if something does. In
    /// `name` nothing needs escaping.
    @inline(__always)
    mutating func append(plainName name: StaticString, plain value: UnsafeBufferPointer<UInt8>) -> Bool {
        let nameLength = name.utf8CodeUnitCount
        reserve(nameLength + value.count + 5)
        let target = base + count
        Self.write(name, to: target)
        target[nameLength + 3] = UInt8(ascii: "\"")
        guard Self.copyPlain(value, to: target + nameLength + 4) == value.count else { return false }
        target[nameLength + value.count + 4] = UInt8(ascii: "\"")
        length &+= nameLength + value.count + 5
        return true
    }

    /// Copies the leading bytes that need no escape where there is room for all, and answers how many those are.
    @inline(__always)
    private static func copyPlain(
        _ utf8: UnsafeBufferPointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        guard let source = utf8.baseAddress else { return 0 }
        return csimd_copy_plain(target, source, utf8.count)
    }

    /// Writes a name in quotes, and its colon.
    @inline(__always)
    private static func write(_ name: StaticString, to target: UnsafeMutablePointer<UInt8>) {
        let nameLength = name.utf8CodeUnitCount
        target[0] = UInt8(ascii: "\"")
        copy(nameLength, from: name.utf8Start, to: target + 1)
        target[nameLength + 1] = UInt8(ascii: "\"")
        target[nameLength + 2] = UInt8(ascii: ":")
    }

    /// The rest of a string literal in which something needs an escape, and its last quote.
    private mutating func append(escapingFrom start: Int, of utf8: UnsafeBufferPointer<UInt8>) {
        var position = start
        while position < utf8.count {
            append(escaping: utf8[position])
            position += 1
            let rest = UnsafeBufferPointer(rebasing: utf8[position...])
            reserve(rest.count)
            let plain = Self.copyPlain(rest, to: base + count)
            length &+= plain
            position += plain
        }
        append(UInt8(ascii: "\""))
    }

    /// The name of a member and its colon; in `name` nothing needs escaping.
    @inline(__always)
    mutating func append(plainName name: StaticString) {
        reserve(name.utf8CodeUnitCount + 3)
        Self.write(name, to: base + count)
        length &+= name.utf8CodeUnitCount + 3
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
