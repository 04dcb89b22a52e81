package import Diagnostics

/// A path with places that are filled in when it is used: `history/news-{date}.jsonl`.
package struct PathTemplate: ScalarValue, Hashable {
    /// What a template can ask for.
    package enum Placeholder: String, Sendable, CaseIterable {
        /// The date in UTC, `2026-01-31`.
        case date
        /// The hour of the day in UTC, `00` to `23`.
        case hour
        /// The identifier of the run.
        case run
        /// The pipeline's name.
        case pipeline
    }

    private enum Part: Hashable {
        case text(String)
        case placeholder(Placeholder)
    }

    private let parts: [Part]
    /// The template as it was written.
    package let text: String

    package init(scalar: ScalarText) throws(ValueProblem) {
        text = scalar.text
        if let (reason, suggestion) = PathText.problem(text) {
            throw .invalid(reason, suggestion: suggestion)
        }
        guard text != "-" else {
            throw .invalid(
                "`-` is no file here", suggestion: .advice("the `stdout` sink writes to standard output"))
        }
        parts = try Self.parse(scalar.text)
    }

    /// The placeholders that occur.
    package var placeholders: Set<Placeholder> {
        Set(parts.compactMap { if case .placeholder(let placeholder) = $0 { placeholder } else { nil } })
    }

    /// The path with its places filled in by `value`.
    package func path(_ value: (Placeholder) -> String) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .placeholder(let placeholder): value(placeholder)
            }
        }.joined()
    }

    package static var typeDescription: String {
        "a path, in which " + Placeholder.allCases.map { "`{\($0.rawValue)}`" }.joined(separator: ", ")
            + " are filled in"
    }

    package static var scalarSchema: JSONLiteral { SchemaFragment.text }

    package var literal: JSONLiteral? { .string(text) }

    private static func parse(_ text: String) throws(ValueProblem) -> [Part] {
        var parts: [Part] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
            let inner = rest[rest.index(after: open)...]
            guard let close = inner.firstIndex(of: "}") else {
                throw .invalid("`{` is not closed", suggestion: nil)
            }
            let name = String(inner[..<close])
            guard let placeholder = Placeholder(rawValue: name) else { throw unknown(name) }
            parts.append(.placeholder(placeholder))
            rest = inner[inner.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return parts
    }

    private static func unknown(_ name: String) -> ValueProblem {
        let known = Placeholder.allCases.map(\.rawValue)
        let match = closestMatch(to: name, among: known)
        let list = known.map { "`{\($0)}`" }.joined(separator: ", ")
        return .invalid(
            "there is no place \(quoted("{\(name)}"))",
            suggestion: match.map { .advice("did you mean `{\($0)}`?") } ?? .advice("the places are \(list)"))
    }
}

extension PathTemplate: CustomStringConvertible {
    package var description: String { text }
}
