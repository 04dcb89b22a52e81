package import Diagnostics

/// A type that an option can have: it reads itself from YAML and describes itself for schema and reference.
package protocol FieldValue: Sendable {
    /// What a constraint speaks about: the value itself, or the element of optionals, lists and maps.
    associatedtype Core: Sendable = Self

    /// The value of an option that is not given, where the type has one (optionals: nil).
    static var absent: Self? { get }

    /// The type in words with an article, for messages and reference: `a duration such as 5m`.
    static var typeDescription: String { get }

    /// Reads the value; nil after reporting what is wrong, or when it is known only at run time.
    static func read(_ node: YAMLNode, _ constraints: [Constraint<Core>], _ reader: inout SpecReader) -> Self?

    /// The JSON Schema of the values that `read` takes.
    static func schema(_ constraints: [Constraint<Core>]) -> JSONLiteral

    /// The options within the value, when it is a mapping of them.
    static var members: [FieldDescription] { get }

    /// The words that the value may be, when there is a fixed number of them.
    static var choices: [Choice] { get }

    /// The keyword of JSON Schema that asks a list or mapping of the user's for an entry; nil for what is neither.
    static var asksForEntry: JSONLiteral.Member? { get }

    /// What kind of entries the value is, where it is read as such.
    static var entries: NestedEntries? { get }

    /// The value in the one form that all its spellings have; nil where nothing stands. Values need not be valid.
    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral?

    /// The value as one would write it, for `default` in schema and reference; nil leaves it out.
    var literal: JSONLiteral? { get }

    /// Hears that an option is left out and this default is used, as the name at `range` says.
    static func used(_ fallback: Self, at range: SourceRange, _ reader: inout SpecReader)
}

/// One of the words that an option takes.
package struct Choice: Sendable, Hashable {
    package let name: String
    package let doc: String

    package init(_ name: String, _ doc: String) {
        self.name = name
        self.doc = doc
    }
}

extension FieldValue {
    package static var absent: Self? { nil }
    package static var members: [FieldDescription] { [] }
    package static var choices: [Choice] { [] }
    package static var asksForEntry: JSONLiteral.Member? { nil }
    package static var entries: NestedEntries? { nil }

    package static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        JSONLiteral.canonical(node, &form)
    }
    package static func used(_ fallback: Self, at range: SourceRange, _ reader: inout SpecReader) {}
}

/// A restriction of an option's values beyond their type.
package struct Constraint<Value: Sendable>: Sendable {
    /// Completes "must be …".
    package let phrase: String
    /// The keywords that say the same in JSON Schema.
    package let schema: [JSONLiteral.Member]
    /// Says more of a value that breaks it than the phrase: why, and what to do. Never repeats what may be secret.
    package let explain: @Sendable (Value) -> (reason: String, suggestion: Suggestion?)?
    package let holds: @Sendable (Value) -> Bool

    package init(
        _ phrase: String, schema: [JSONLiteral.Member] = [],
        explaining explain: @escaping @Sendable (Value) -> (reason: String, suggestion: Suggestion?)? = { _ in
            nil
        },
        holds: @escaping @Sendable (Value) -> Bool
    ) {
        self.phrase = phrase
        self.schema = schema
        self.explain = explain
        self.holds = holds
    }
}

extension Constraint where Value == Int {
    package static func range(_ range: ClosedRange<Int>) -> Constraint {
        Constraint(
            "between \(range.lowerBound) and \(range.upperBound)",
            schema: [.init("minimum", .int(range.lowerBound)), .init("maximum", .int(range.upperBound))],
            holds: range.contains)
    }

    package static func atLeast(_ minimum: Int) -> Constraint {
        Constraint("at least \(minimum)", schema: [.init("minimum", .int(minimum))]) { $0 >= minimum }
    }
}

extension Constraint where Value == Double {
    package static func range(_ range: ClosedRange<Double>) -> Constraint {
        Constraint(
            "between \(short(range.lowerBound)) and \(short(range.upperBound))",
            schema: [
                .init("minimum", .double(range.lowerBound)), .init("maximum", .double(range.upperBound))
            ],
            holds: range.contains)
    }
}

/// The number, without a fraction of nothing.
private func short(_ number: Double) -> String {
    Int(exactly: number).map { String($0) } ?? String(number)
}

extension Constraint where Value == String {
    package static let notEmpty = Constraint("not empty", schema: [.init("minLength", 1)]) { !$0.isEmpty }

    /// Letters, digits, `_`, `-` and `.`, beginning with a letter or digit. Files are called by it, with more behind.
    package static let identifier = Constraint(
        "at most 200 letters, digits, `_`, `-` and `.`",
        schema: [.init("pattern", "^[A-Za-z0-9][A-Za-z0-9_.-]{0,199}$|\\$\\{")]
    ) { text in
        guard let first = text.utf8.first, isLetterOrDigit(first), text.utf8.count <= 200 else {
            return false
        }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || "_-.".utf8.contains($0) }
    }

    /// An absolute `http` or `https` address.
    package static let httpURL = Constraint(
        "an address that begins with http:// or https://",
        schema: [.init("pattern", "^[Hh][Tt][Tt][Pp][Ss]?://.|\\$\\{")]
    ) { HTTPAddress.isValid($0) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension Constraint where Value == Duration {
    /// Longer than nothing.
    package static let positive = Constraint("longer than 0") { $0 > .zero }
}
