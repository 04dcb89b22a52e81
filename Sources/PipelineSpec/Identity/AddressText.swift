import Diagnostics
import Notation
import Streaming

/// Writes the values of addresses: exactly, for the state, and short, for people.
enum AddressText {
    /// What stands around a value.
    enum Place {
        /// Nothing else follows, so that spaces need no quotes.
        case alone
        /// Other options may follow.
        case option
        /// It is an element of a list or a mapping.
        case nested
    }

    /// A value so that no other value has the same text.
    static func spelled(_ value: JSONLiteral, _ place: Place) -> String {
        switch value {
        case .null, .bool, .int, .double: value.text()
        case .string(let text): isBare(text, place) ? text : quoted(text)
        case .array(let elements) where elements.count == 1 && place != .nested: spelled(elements[0], place)
        case .array(let elements):
            "[" + elements.map { spelled($0, .nested) }.joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.map { "\(spelled(.string($0.name), .nested)): \(spelled($0.value, .nested))" }
                .joined(separator: ", ") + "}"
        }
    }

    private static func isBare(_ text: String, _ place: Place) -> Bool {
        guard let first = text.utf8.first, !"\"[{# ".utf8.contains(first), text.utf8.last != 0x20,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && isStable($0) })
        else { return false }
        let isText = CoreSchema.value(YAMLScalar(text: text, style: .plain), tag: nil) == .string(text)
        return switch place {
        case .alone: !text.contains(" #")
        case .option: !text.utf8.contains(0x20)
        case .nested: isText && !text.utf8.contains { " ,:[]{}\"".utf8.contains($0) }
        }
    }

    /// Swift takes texts for equal whose letters are composed in other ways; files of such names are different ones.
    private static func isStable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x300 { return true }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return false
        default: break
        }
        return !properties.isFullCompositionExclusion && !(0x1100...0x11FF).contains(scalar.value)
    }

    private static func quoted(_ text: String) -> String {
        JSONLiteral.quote(text).unicodeScalars.map { scalar in
            isStable(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
        }.joined()
    }

    /// The longest text that stands in a state as it is.
    private static let textLimit = 200
    /// What is left of a longer one before its hash.
    private static let prefixLength = 150

    /// The text, or the start of a long one with a hash of the whole.
    static func bounded(_ text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        // The key is no secret: an author who makes two texts collide has only the own spec to confuse.
        var hash = SipHash128(key: SipHashKey(0, 0))
        var whole = text
        whole.withUTF8 { hash.update($0) }
        let (high, low) = hash.finish()
        var start = ""
        for scalar in text.unicodeScalars {
            start.unicodeScalars.append(scalar)
            if start.utf8.count >= prefixLength { break }
        }
        return "\(start)… " + String(high, radix: 16, width: 16) + String(low, radix: 16, width: 16)
    }

    // MARK: - Labels

    /// A value for people.
    static func label(_ value: JSONLiteral) -> String {
        switch value {
        case .string(let text): place(text)
        case .array(let elements): elements.map(label).joined(separator: ",")
        default: value.text()
        }
    }

    /// A web address without its scheme, password and query; other texts as they are.
    private static func place(_ text: String) -> String {
        guard let scheme = HTTPAddress.scheme(of: text), !scheme.isEmpty else { return text }
        var rest = outer(text.dropFirst(scheme.count + 3)) { "?#".contains($0) }
        let host = outer(rest) { $0 == "/" }
        if let at = host.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        while rest.last == "/" { rest.removeLast() }
        return String(rest)
    }

    /// The text up to a character that does not stand within a `${…}`.
    private static func outer(_ text: Substring, until ends: (Character) -> Bool) -> Substring {
        var depth = 0
        var last: Character?
        for index in text.indices {
            let character = text[index]
            if character == "{", last == "$" { depth += 1 }
            if depth == 0, ends(character) { return text[..<index] }
            if character == "}", depth > 0 { depth -= 1 }
            last = character
        }
        return text
    }

    private static let labelLimit = 60

    /// The text on one line and of a bounded length; what is too long gives way in the middle.
    static func shortened(_ text: String) -> String {
        let line = String(
            text.map { character in
                character.unicodeScalars.allSatisfy(isPrintable) ? character : " "
            })
        guard line.count > labelLimit else { return line }
        let half = labelLimit / 2
        return line.prefix(half) + "…" + line.suffix(labelLimit - half - 1)
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
