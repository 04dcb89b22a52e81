import Records

/// What tells how new an item is, as it came: a number keeps its digits, however many it has.
struct SinceValue: Sendable, Equatable {
    private static let mostBytes = 1024

    /// As it is sent.
    let text: String
    private let isNumber: Bool

    private init(text: String, isNumber: Bool) {
        self.text = text
        self.isNumber = isNumber
    }

    /// Nil for what cannot be kept in the state and sent as a parameter: no number and no short text.
    init?(_ node: Node) {
        guard node.kind != .object, node.kind != .array else { return nil }
        self.init(text: node.parameterText, isNumber: node.isNumber)
        guard text.utf8.count <= Self.mostBytes else { return nil }
    }

    /// By number where both are, else by their text, byte for byte.
    func isGreater(than other: SinceValue) -> Bool {
        guard isNumber, other.isNumber else {
            return other.text.utf8.lexicographicallyPrecedes(text.utf8)
        }
        if let a = Integer(text), let b = Integer(other.text) { return b < a }
        return (Double(text) ?? 0) > (Double(other.text) ?? 0)
    }

    /// The digits of a number without fraction and exponent; JSON has no limit to them.
    private struct Integer {
        private let isNegative: Bool
        private let digits: Substring

        init?(_ text: String) {
            isNegative = text.hasPrefix("-")
            digits = text.dropFirst(isNegative ? 1 : 0)
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        }

        static func < (a: Integer, b: Integer) -> Bool {
            guard a.isNegative == b.isNegative else { return a.isNegative && !(a.isZero && b.isZero) }
            let (small, large) = a.isNegative ? (b, a) : (a, b)
            return (small.digits.utf8.count, small.digits) < (large.digits.utf8.count, large.digits)
        }

        private var isZero: Bool { digits == "0" }
    }
}

extension SinceValue {
    /// As it stands in a position.
    var stored: JSON { .object(JSONObject([("text", .string(text)), ("is_number", .bool(isNumber))])) }

    init?(stored: JSON?) {
        guard let text = stored?["text"]?.string else { return nil }
        self.init(text: text, isNumber: stored?["is_number"]?.bool ?? false)
    }
}

extension Node {
    /// The value as it stands in a query; a number digit by digit as it came.
    var parameterText: String {
        isNumber ? digits : JSON(self).string ?? JSON(self).text
    }
}
