package import Diagnostics

/// An enumeration whose cases are the words that an option takes.
///
///     enum Compression: String, OptionEnum {
///         case none, gzip
///         var doc: String { … }
///     }
package protocol OptionEnum: ScalarValue, CaseIterable, RawRepresentable where RawValue == String {
    /// What the case means, in a sentence.
    var doc: String { get }
}

extension OptionEnum {
    package static var choices: [Choice] { allCases.map { Choice($0.rawValue, $0.doc) } }

    package static var typeDescription: String {
        let words = allCases.map { "`\($0.rawValue)`" }
        guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }

    package static var scalarSchema: JSONLiteral {
        let cases = allCases.map {
            JSONLiteral.object([.init("const", .string($0.rawValue)), .init("description", .string($0.doc))])
        }
        return ["oneOf": .array(cases)]
    }

    package var literal: JSONLiteral? { .string(rawValue) }

    package init(scalar: ScalarText) throws(ValueProblem) {
        if let value = Self(rawValue: scalar.text) {
            self = value
            return
        }
        guard let match = closestMatch(to: scalar.text, among: Self.allCases.map(\.rawValue)) else {
            throw .notOfType(advice: nil)
        }
        throw .invalid(
            "there is no \(quoted(scalar.text)); it takes \(Self.typeDescription)",
            suggestion: .replacement(match))
    }
}
