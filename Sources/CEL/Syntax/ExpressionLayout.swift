/// How an expression is laid out over spaces and lines, which says nothing of what it means.
package enum ExpressionLayout {
    /// The text that all layouts of an expression have in common: single spaces where they help to read it, and no
    /// comments. A text that is no expression is only trimmed.
    package static func canonical(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var lexer = Lexer(bytes)
        let tokens = lexer.tokens().dropLast()
        guard lexer.errors.isEmpty else { return trimmed(text) }
        var result: [UInt8] = []
        var last: Token?
        var isPrefix = false
        for token in tokens {
            if let last, !isPrefix, needsSpace(between: last.kind, and: token.kind) { result.append(0x20) }
            isPrefix = token.kind.isSign && (last.map { !$0.kind.endsOperand } ?? true)
            result += bytes[token.range]
            last = token
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func needsSpace(between first: Token.Kind, and second: Token.Kind) -> Bool {
        switch (first, second) {
        case (.symbol(.leftParen), _), (.symbol(.leftBracket), _), (.symbol(.leftBrace), _),
            (.symbol(.dot), _),
            (.symbol(.not), _):
            false
        case (_, .symbol(.rightParen)), (_, .symbol(.rightBracket)), (_, .symbol(.rightBrace)),
            (_, .symbol(.dot)), (_, .symbol(.comma)), (_, .symbol(.colon)):
            false
        case (_, .symbol(.leftParen)), (_, .symbol(.leftBracket)), (_, .symbol(.leftBrace)):
            !first.endsOperand
        default: true
        }
    }

    private static func trimmed(_ text: String) -> String {
        let isSpace: (Character) -> Bool = \.isWhitespace
        guard let last = text.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(text[...last].drop(while: isSpace))
    }
}

extension Token.Kind {
    /// Whether a value can end with it, so that a bracket behind it belongs to the value and a sign is an operator.
    fileprivate var endsOperand: Bool {
        switch self {
        case .symbol(let symbol):
            [.rightParen, .rightBracket, .rightBrace, .true, .false, .null].contains(symbol)
        default: true
        }
    }

    fileprivate var isSign: Bool { self == .symbol(.minus) || self == .symbol(.question) }
}
