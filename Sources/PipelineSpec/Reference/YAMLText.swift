import Diagnostics

/// Writes values as YAML text for documentation.
enum YAMLText {
    /// A value on one line, in flow style.
    static func flow(_ value: JSONLiteral) -> String {
        switch value {
        case .null, .bool, .int, .double: value.text()
        case .string(let text): scalar(text)
        case .array(let elements): "[" + elements.map(flow).joined(separator: ", ") + "]"
        case .object(let members):
            "{ " + members.map { "\(scalar($0.name)): \(flow($0.value))" }.joined(separator: ", ") + " }"
        }
    }

    /// Text, in quotes where YAML would read it as something else.
    static func scalar(_ text: String) -> String {
        let isPlain =
            text.utf8.first.map { isLetter($0) || "./_".utf8.contains($0) } ?? false
            && text.utf8.allSatisfy { isLetter($0) || "0123456789._-/*+:".utf8.contains($0) }
            && !text.hasSuffix(":")
            && CoreSchema.value(YAMLScalar(text: text, style: .plain), tag: nil) == .string(text)
        return isPlain ? text : JSONLiteral.quote(text)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }
}
