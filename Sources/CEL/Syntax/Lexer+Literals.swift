import Notation

/// Numbers, strings and bytes.
extension Lexer {
    // MARK: Numbers

    mutating func number() -> Token.Kind? {
        let start = position
        if peek() == UInt8(ascii: "0"), peek(1) | 0x20 == UInt8(ascii: "x"), peek(2).hexValue != nil {
            position += 2
            while peek().hexValue != nil { position += 1 }
            return integer(digits: start + 2..<position, radix: 16, from: start)
        }
        while peek().isDigit { position += 1 }
        var isDouble = false
        if peek() == UInt8(ascii: "."), peek(1).isDigit {
            isDouble = true
            position += 1
            while peek().isDigit { position += 1 }
        }
        let sign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
        if peek() | 0x20 == UInt8(ascii: "e"), peek(1 + sign).isDigit {
            isDouble = true
            position += 1 + sign
            while peek().isDigit { position += 1 }
        }
        guard isDouble else { return integer(digits: start..<position, radix: 10, from: start) }
        guard !rejectTrailingLetters(from: start) else { return nil }
        let literal = String(decoding: text[start..<position], as: UTF8.self)
        guard let value = Double(literal), value.isFinite else {
            fail(.numberOutOfRange(literal), from: start)
            return nil
        }
        return .double(value)
    }

    private mutating func integer(digits: Range<Int>, radix: Int, from start: Int) -> Token.Kind? {
        let isUnsigned = peek() | 0x20 == UInt8(ascii: "u")
        if isUnsigned { position += 1 }
        guard !rejectTrailingLetters(from: start) else { return nil }
        let limit = isUnsigned ? UInt64.max : UInt64(Int64.max) + 1
        let digitText = String(decoding: text[digits], as: UTF8.self)
        guard let magnitude = UInt64(digitText, radix: radix), magnitude <= limit else {
            fail(.numberOutOfRange(String(decoding: text[start..<position], as: UTF8.self)), from: start)
            return nil
        }
        return isUnsigned ? .uint(magnitude) : .int(magnitude)
    }

    /// A letter that touches a number (`1abc`, `0xg`) belongs to no token.
    private mutating func rejectTrailingLetters(from start: Int) -> Bool {
        guard peek().isIdentifierPart else { return false }
        while peek().isIdentifierPart { position += 1 }
        fail(.malformedNumber(String(decoding: text[start..<position], as: UTF8.self)), from: start)
        return true
    }

    // MARK: Strings and bytes

    /// The outcome of trying to read a string or bytes literal; `kind` is nil when it was one but malformed.
    struct QuotedLiteral {
        let kind: Token.Kind?
    }

    /// Reads a literal if one begins here, else leaves the position alone.
    mutating func quotedLiteral() -> QuotedLiteral? {
        var isRaw = false
        var isBytes = false
        var length = 0
        while length < 2 {
            let letter = peek(length) | 0x20
            if letter == UInt8(ascii: "r"), !isRaw, peek(length).isLetter {
                isRaw = true
            } else if letter == UInt8(ascii: "b"), !isBytes, peek(length).isLetter {
                isBytes = true
            } else {
                break
            }
            length += 1
        }
        let quote = peek(length)
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
        let start = position
        position += length
        guard let content = quotedContent(quote: quote, isRaw: isRaw, isBytes: isBytes, from: start) else {
            return QuotedLiteral(kind: nil)
        }
        return QuotedLiteral(
            kind: isBytes ? .bytes(content) : .string(String(decoding: content, as: UTF8.self)))
    }

    private mutating func quotedContent(quote: UInt8, isRaw: Bool, isBytes: Bool, from start: Int) -> [UInt8]?
    {
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        var content: [UInt8] = []
        var isValid = true
        while position < text.count {
            let byte = text[position]
            if byte == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
                position += isTriple ? 3 : 1
                return isValid ? content : nil
            }
            if !isTriple, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
            if byte == UInt8(ascii: "\\"), !isRaw {
                if !appendEscape(to: &content, isBytes: isBytes) { isValid = false }
            } else {
                content.append(byte)
                position += 1
            }
        }
        fail(.unterminatedString, from: start)
        return nil
    }

    /// Decodes the escape at the position; reports and skips a malformed one.
    private mutating func appendEscape(to content: inout [UInt8], isBytes: Bool) -> Bool {
        let start = position
        position += 1
        let letter = peek()
        if let plain = Lexer.simpleEscape(letter) {
            position += 1
            content.append(plain)
            return true
        }
        switch letter {
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            position += 1
            return appendCode(digits: 2, radix: 16, to: &content, isBytes: isBytes, from: start)
        case UInt8(ascii: "u") where !isBytes:
            position += 1
            return appendCode(digits: 4, radix: 16, to: &content, isBytes: false, from: start)
        case UInt8(ascii: "U") where !isBytes:
            position += 1
            return appendCode(digits: 8, radix: 16, to: &content, isBytes: false, from: start)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            return appendCode(digits: 3, radix: 8, to: &content, isBytes: isBytes, from: start)
        default:
            if position < text.count { _ = decodedScalar() }
            fail(.invalidEscape(String(decoding: text[start..<position], as: UTF8.self)), from: start)
            return false
        }
    }

    private mutating func appendCode(
        digits: Int, radix: UInt32, to content: inout [UInt8], isBytes: Bool, from start: Int
    ) -> Bool {
        var code: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = peek().hexValue, UInt32(digit) < radix else {
                fail(.invalidEscape(String(decoding: text[start..<position], as: UTF8.self)), from: start)
                return false
            }
            code = code &* radix &+ UInt32(digit)
            position += 1
        }
        if isBytes {
            content.append(UInt8(truncatingIfNeeded: code))
            return true
        }
        guard let scalar = Unicode.Scalar(code) else {
            fail(.invalidEscape(String(decoding: text[start..<position], as: UTF8.self)), from: start)
            return false
        }
        content.append(contentsOf: Array(String(scalar).utf8))
        return true
    }

    private static func simpleEscape(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "v"): 0x0B
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            letter
        default: nil
        }
    }
}
