/// The header fields of a response, in order, with names compared without case.
package struct HeaderFields: Sendable {
    package private(set) var fields: [(name: String, value: String)]

    package init(_ fields: [(name: String, value: String)]) {
        self.fields = fields
    }

    /// The first value of a field.
    package subscript(_ name: String) -> String? {
        fields.first { HeaderFields.equal($0.name, name) }?.value
    }

    /// Every value of a field, in order.
    package func all(_ name: String) -> [String] {
        fields.filter { HeaderFields.equal($0.name, name) }.map(\.value)
    }

    /// The values of a list field that may be spread over several lines, split at commas outside of quotes.
    package func list(_ name: String) -> [String] {
        all(name).flatMap(HeaderFields.elements)
    }

    static func elements(_ value: String) -> [String] {
        split(value, at: ",")
    }

    /// Splits at a separator outside of quoted strings and of `<…>`; empty elements are left out.
    static func split(_ value: String, at separator: Character) -> [String] {
        var elements: [String] = []
        var current = ""
        var closing: Character?
        var escaped = false
        for character in value {
            if let end = closing {
                if escaped {
                    escaped = false
                } else if character == "\\" && end == "\"" {
                    escaped = true
                } else if character == end {
                    closing = nil
                }
            } else if character == separator {
                elements.append(current)
                current = ""
                continue
            } else if character == "\"" || character == "<" {
                closing = character == "<" ? ">" : "\""
            }
            current.append(character)
        }
        elements.append(current)
        return elements.map(trimmed).filter { !$0.isEmpty }
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        let tail = text.drop { $0 == " " || $0 == "\t" }
        guard let last = tail.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(tail[...last])
    }

    /// A parameter's value without its quotes and backslashes.
    static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.first == "\"", text.last == "\"" else { return text }
        var result = ""
        var escaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\" && !escaped {
                escaped = true
            } else {
                result.append(character)
                escaped = false
            }
        }
        return result
    }

    /// Splits `name=value`; the name in lower case, the value without quotes, nil when there is no `=`.
    static func parameter(_ text: String) -> (name: String, value: String?) {
        guard let equals = text.firstIndex(of: "=") else { return (trimmed(text).lowercased(), nil) }
        let value = unquoted(trimmed(text[text.index(after: equals)...]))
        return (trimmed(text[..<equals]).lowercased(), value)
    }

    private static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { lowercase($0) == lowercase($1) }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }
}
