/// RFC 8259 as plainly as it can be said, to compare the fast parser with: accepts or refuses, nothing else.
struct ReferenceScanner {
    private let bytes: [UInt8]
    private var position = 0
    private let maximumDepth: Int

    /// Whether the bytes are one JSON text in valid UTF-8, a byte order mark before it allowed.
    static func accepts(_ bytes: [UInt8], maximumDepth: Int = 512) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        var scanner = ReferenceScanner(bytes: body, maximumDepth: maximumDepth)
        scanner.space()
        guard scanner.value(depth: 0) else { return false }
        scanner.space()
        return scanner.position == body.count
    }

    private init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Character) -> Bool {
        guard let ascii = character.asciiValue, next == ascii else { return false }
        position += 1
        return true
    }

    private mutating func space() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func word(_ letters: String) -> Bool {
        letters.allSatisfy { take($0) }
    }

    private mutating func value(depth: Int) -> Bool {
        switch next {
        case UInt8(ascii: "{"): return container("{", "}", depth: depth) { $0.member(depth: $1) }
        case UInt8(ascii: "["): return container("[", "]", depth: depth) { $0.value(depth: $1) }
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return number()
        }
    }

    private mutating func container(
        _ open: Character, _ close: Character, depth: Int, _ item: (inout ReferenceScanner, Int) -> Bool
    ) -> Bool {
        guard depth < maximumDepth, take(open) else { return false }
        space()
        if take(close) { return true }
        while true {
            space()
            guard item(&self, depth + 1) else { return false }
            space()
            if take(close) { return true }
            guard take(",") else { return false }
        }
    }

    private mutating func member(depth: Int) -> Bool {
        guard string() else { return false }
        space()
        guard take(":") else { return false }
        space()
        return value(depth: depth)
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let byte = next {
            position += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte < 0x20 { return false }
            if byte == UInt8(ascii: "\\"), !escape() { return false }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard let letter = next else { return false }
        position += 1
        if letter == UInt8(ascii: "u") {
            for _ in 0..<4 {
                guard let digit = next, Character(Unicode.Scalar(digit)).isHexDigit, digit < 0x80 else {
                    return false
                }
                position += 1
            }
            return true
        }
        return Array("\"\\/bfnrt".utf8).contains(letter)
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0"), !digits() { return false }
        if take("."), !digits() { return false }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            return digits()
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position > start
    }
}
