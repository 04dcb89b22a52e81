package import Diagnostics
import Notation

extension Bool: ScalarValue {
    package static var typeDescription: String { "`true` or `false`" }
    package var literal: JSONLiteral? { .bool(self) }

    /// The words of YAML 1.1 are text to the editors' YAML 1.2.
    package static var scalarSchema: JSONLiteral {
        [
            "anyOf": [
                ["type": "boolean"],
                ["type": "string", "pattern": "^([Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)$"]
            ]
        ]
    }

    package init(scalar: ScalarText) throws(ValueProblem) {
        guard !scalar.isQuoted else { throw .notOfType(advice: "remove the quotes") }
        switch scalar.text {
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": self = true
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": self = false
        default: throw .notOfType(advice: nil)
        }
    }
}

extension Int: ScalarValue {
    package static var typeDescription: String { "an integer" }
    package static var scalarSchema: JSONLiteral { ["type": "integer"] }
    package var literal: JSONLiteral? { .int(self) }

    /// Decimal, or hexadecimal after `0x`; `1e3` is 1000, since it can mean nothing else.
    package init(scalar: ScalarText) throws(ValueProblem) {
        guard let value = Self.parse(scalar.text) else { throw .notOfType(advice: Self.advice(scalar.text)) }
        guard !scalar.isQuoted else { throw .notOfType(advice: "remove the quotes") }
        self = value
    }

    private static func parse(_ text: String) -> Int? {
        if text.hasPrefix("0x") { return Int(text.dropFirst(2), radix: 16) }
        let digits = text.drop { $0 == "-" || $0 == "+" }
        // YAML 1.1 reads 010 as 8 and YAML 1.2 as 10.
        if digits.count > 1, digits.first == "0", digits.allSatisfy(\.isWholeNumber) { return nil }
        if let value = Int(text) { return value }
        guard text.utf8.allSatisfy({ "+-.eE0123456789".utf8.contains($0) }), let value = Double(text) else {
            return nil
        }
        return Int(exactly: value)
    }

    private static func advice(_ text: String) -> String? {
        if text.hasPrefix("0"), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return "remove the leading zero"
        }
        return text.contains("_") || text.contains(",") ? "write the digits without separators" : nil
    }
}

extension Double: ScalarValue {
    package static var typeDescription: String { "a number" }
    package static var scalarSchema: JSONLiteral { ["type": "number"] }
    package var literal: JSONLiteral? { .double(self) }

    package init(scalar: ScalarText) throws(ValueProblem) {
        guard !scalar.isQuoted else { throw .notOfType(advice: "remove the quotes") }
        // Swift reads more than decimal numbers: `0x1p3`, `nan` and `infinity`.
        guard scalar.text.utf8.allSatisfy({ "+-.eE0123456789".utf8.contains($0) }),
            let value = Double(scalar.text),
            value.isFinite
        else { throw .notOfType(advice: nil) }
        self = value
    }
}

extension String: ScalarValue {
    package static var typeDescription: String { "text" }
    package static var scalarSchema: JSONLiteral { SchemaFragment.text }
    package var literal: JSONLiteral? { .string(self) }

    /// Text is taken as it stands: `no`, `1e3` and `0x10` are what they look like.
    package init(scalar: ScalarText) throws(ValueProblem) { self = scalar.text }
}

/// Tokens and passwords.
extension Secret: ScalarValue {
    package init(scalar: ScalarText) throws(ValueProblem) { self.init(scalar.text) }

    package static var typeDescription: String { "text that is kept secret" }
    package static var scalarSchema: JSONLiteral { SchemaFragment.text }
    package var literal: JSONLiteral? { isEmpty ? "" : nil }

    /// Nothing is known by its password.
    package static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? { nil }
}
