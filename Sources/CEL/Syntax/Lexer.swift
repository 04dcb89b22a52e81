import Notation

/// Turns the UTF-8 text of an expression into tokens; errors are collected and lexing goes on behind them.
struct Lexer {
    let text: [UInt8]
    var position = 0
    var errors: [CompileError] = []

    init(_ text: [UInt8]) { self.text = text }

    /// All tokens in order; the last one is `.end`.
    mutating func tokens() -> [Token] {
        var result: [Token] = []
        while true {
            skipSpaceAndComments()
            guard position < text.count else { break }
            let start = position
            guard let kind = next() else { continue }
            result.append(Token(kind: kind, range: start..<position))
        }
        result.append(Token(kind: .end, range: text.count..<text.count))
        return result
    }

    func peek(_ distance: Int = 0) -> UInt8 {
        position + distance < text.count ? text[position + distance] : 0
    }

    mutating func fail(_ kind: CompileError.Kind, from start: Int) {
        errors.append(CompileError(kind, at: start..<max(position, start)))
    }

    private mutating func skipSpaceAndComments() {
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x0C:
                position += 1
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                while position < text.count, text[position] != UInt8(ascii: "\n") { position += 1 }
            default:
                return
            }
        }
    }

    private mutating func next() -> Token.Kind? {
        let byte = text[position]
        if let literal = quotedLiteral() { return literal.kind }
        if byte.isIdentifierStart { return identifier() }
        if byte.isDigit || (byte == UInt8(ascii: ".") && peek(1).isDigit) { return number() }
        if byte == UInt8(ascii: "`") { return escapedIdentifier() }
        return symbol()
    }

    private mutating func identifier() -> Token.Kind {
        let start = position
        while position < text.count, text[position].isIdentifierPart { position += 1 }
        let name = String(decoding: text[start..<position], as: UTF8.self)
        switch name {
        case "in": return .symbol(.in)
        case "true": return .symbol(.true)
        case "false": return .symbol(.false)
        case "null": return .symbol(.null)
        default: return .identifier(name)
        }
    }

    private mutating func escapedIdentifier() -> Token.Kind? {
        let start = position
        position += 1
        while position < text.count, text[position].isEscapedIdentifierPart { position += 1 }
        guard position > start + 1, peek() == UInt8(ascii: "`") else {
            fail(.malformedEscapedName, from: start)
            return nil
        }
        position += 1
        return .escapedIdentifier(String(decoding: text[start + 1..<position - 1], as: UTF8.self))
    }

    private mutating func symbol() -> Token.Kind? {
        if let symbol = Lexer.pair(text[position], peek(1)) {
            position += 2
            return .symbol(symbol)
        }
        if let symbol = Lexer.single(text[position]) {
            position += 1
            return .symbol(symbol)
        }
        let start = position
        let scalar = decodedScalar()
        fail(.unexpectedCharacter(scalar), from: start)
        return nil
    }

    private static func pair(_ first: UInt8, _ second: UInt8) -> Symbol? {
        switch (first, second) {
        case (UInt8(ascii: "&"), UInt8(ascii: "&")): .and
        case (UInt8(ascii: "|"), UInt8(ascii: "|")): .or
        case (UInt8(ascii: "="), UInt8(ascii: "=")): .equal
        case (UInt8(ascii: "!"), UInt8(ascii: "=")): .notEqual
        case (UInt8(ascii: "<"), UInt8(ascii: "=")): .lessOrEqual
        case (UInt8(ascii: ">"), UInt8(ascii: "=")): .greaterOrEqual
        default: nil
        }
    }

    private static func single(_ byte: UInt8) -> Symbol? {
        switch byte {
        case UInt8(ascii: "("): .leftParen
        case UInt8(ascii: ")"): .rightParen
        case UInt8(ascii: "["): .leftBracket
        case UInt8(ascii: "]"): .rightBracket
        case UInt8(ascii: "{"): .leftBrace
        case UInt8(ascii: "}"): .rightBrace
        case UInt8(ascii: "."): .dot
        case UInt8(ascii: ","): .comma
        case UInt8(ascii: ":"): .colon
        case UInt8(ascii: "?"): .question
        case UInt8(ascii: "!"): .not
        case UInt8(ascii: "<"): .less
        case UInt8(ascii: ">"): .greater
        case UInt8(ascii: "+"): .plus
        case UInt8(ascii: "-"): .minus
        case UInt8(ascii: "*"): .times
        case UInt8(ascii: "/"): .divide
        case UInt8(ascii: "%"): .modulo
        default: nil
        }
    }

    /// The scalar at the position, stepping behind it.
    mutating func decodedScalar() -> Unicode.Scalar {
        var decoder = UTF8()
        var rest = text[position...].prefix(4).makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&rest) else {
            position += 1
            return "\u{FFFD}"
        }
        position += UTF8.width(scalar)
        return scalar
    }
}

extension UInt8 {
    var isIdentifierStart: Bool { isLetter || self == UInt8(ascii: "_") }
    var isIdentifierPart: Bool { isIdentifierStart || isDigit }

    var isEscapedIdentifierPart: Bool {
        isIdentifierPart || self == UInt8(ascii: ".") || self == UInt8(ascii: "-")
            || self == UInt8(ascii: "/") || self == UInt8(ascii: " ")
    }
}
