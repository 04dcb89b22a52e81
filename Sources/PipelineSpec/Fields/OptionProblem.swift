package import Diagnostics

/// What can be wrong with the options of a component.
package enum OptionProblem: Sendable {
    /// `near` has advice for names that are options of something near.
    case unknownOption(String, owner: String, known: [String], near: [String: String] = [:])
    case missingOption(String, owner: String)
    /// None of some options is given, of which at least one is needed.
    case missingAlternative([String], owner: String)
    /// An option beside another that takes its place.
    case contradictingOption(String, besides: String, owner: String)
    /// Options that cannot stand together for a reason.
    case contradiction(owner: String, reason: String)
    /// An option that changes nothing where it stands.
    case idle(String, owner: String, reason: String, advice: String? = nil)
    case missingValue(String, expected: String)
    /// `found` is nil for a value from `${…}`, which is never shown.
    case wrongType(String, expected: String, found: String?)
    case invalid(String, reason: String, suggestion: Suggestion?)
    case constraint(String, phrase: String)
    case noShorthand(owner: String, options: [String])
    case noOptions(owner: String)

    package func diagnostic(at range: SourceRange) -> Diagnostic {
        Diagnostic(rule, message, at: range, suggestion: suggestion)
    }

    private var rule: Rule {
        switch self {
        case .unknownOption: .unknownOption
        case .missingOption, .missingAlternative: .missingOption
        case .missingValue: .missingValue
        case .wrongType, .noShorthand, .noOptions: .wrongType
        case .invalid, .constraint: .invalidValue
        case .contradictingOption, .contradiction: .conflictingOptions
        case .idle: .ineffectiveOption
        }
    }

    private var message: String {
        switch self {
        case .unknownOption(let name, let owner, _, _): "unknown option \(quoted(name)) of \(owner)"
        case .missingOption(let name, let owner): "\(owner) needs the option \(quoted(name))"
        case .missingAlternative(let names, let owner):
            "\(owner) needs the option " + names.map { quoted($0) }.joined(separator: " or ")
        case .contradictingOption(let name, let other, let owner):
            "\(owner) takes either \(quoted(other)) or \(quoted(name)), not both"
        case .contradiction(let owner, let reason): "\(owner) \(reason)"
        case .idle(let name, let owner, let reason, _):
            "\(quoted(name)) changes nothing for \(owner): \(reason)"
        case .missingValue(let name, let expected): "\(quoted(name)) has no value; it takes \(expected)"
        case .wrongType(let name, let expected, let found?): "\(quoted(name)) takes \(expected), not \(found)"
        case .wrongType(let name, let expected, nil):
            "\(quoted(name)) takes \(expected); the value from `${…}` is not one"
        case .invalid(let name, let reason, _): "\(quoted(name)): \(reason)"
        case .constraint(let name, let phrase) where phrase.hasPrefix("not "):
            "\(quoted(name)) must not be \(phrase.dropFirst(4))"
        case .constraint(let name, let phrase): "\(quoted(name)) must be \(phrase)"
        case .noShorthand(let owner, _): "\(owner) takes a mapping of options"
        case .noOptions(let owner): "\(owner) takes no options"
        }
    }

    private var suggestion: Suggestion? {
        switch self {
        case .unknownOption(let name, _, let known, let near):
            if let advice = near[name] { return .advice(advice) }
            if let match = closestMatch(to: name, among: known) { return .replacement(match) }
            if let match = closestMatch(to: name, among: near.keys.sorted()), let advice = near[match] {
                return .advice("did you mean \(quoted(match))? \(advice)")
            }
            return known.isEmpty ? nil : .advice("the options are " + list(known))
        case .invalid(_, _, let suggestion): return suggestion
        case .idle(_, _, _, let advice): return .advice(advice ?? "remove it")
        case .noShorthand(_, let options): return .advice("the options are " + list(options))
        default: return nil
        }
    }

    private func list(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }
}
