import Diagnostics
import PipelineSpec

/// A stand-in for the CEL checker that finds unbalanced brackets and quotes, with their places.
enum TestExpressionChecker {
    static func check(_ expression: ExpressionSource) -> [Diagnostic] {
        let bytes = Array(expression.text.utf8)
        var open: [(byte: UInt8, offset: Int)] = []
        var quote: (byte: UInt8, offset: Int)?
        for (offset, byte) in bytes.enumerated() {
            if let started = quote {
                if byte == started.byte { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = (byte, offset)
            } else if let closing = pairs[byte] {
                open.append((closing, offset))
            } else if pairs.values.contains(byte) {
                if open.popLast()?.byte != byte { return [found(expression, "unexpected bracket", offset)] }
            } else if byte == UInt8(ascii: "@") {
                return [found(expression, "unexpected character", offset)]
            }
        }
        if let quote { return [found(expression, "unterminated string", quote.offset)] }
        if let last = open.last { return [found(expression, "unclosed bracket", last.offset)] }
        return []
    }

    private static let pairs: [UInt8: UInt8] = [
        UInt8(ascii: "("): UInt8(ascii: ")"), UInt8(ascii: "["): UInt8(ascii: "]"),
        UInt8(ascii: "{"): UInt8(ascii: "}")
    ]

    private static func found(_ expression: ExpressionSource, _ message: String, _ offset: Int) -> Diagnostic
    {
        expression.diagnostic(.expressionSyntax, message, at: offset..<(offset + 1))
    }
}
