import Diagnostics

/// What can be wrong with a placeholder, or with what it stands for.
enum InterpolationProblem {
    case syntax(TemplateProblem.Kind)
    case missingVariable(String, isEmpty: Bool, message: String?)
    case unreadableFile(String, reason: String)
    case fileNotText(String)
    case tooLong(Int)

    func diagnostic(at range: SourceRange) -> Diagnostic {
        Diagnostic(rule, message, at: range, suggestion: suggestion)
    }

    private var rule: Rule {
        switch self {
        case .syntax: .interpolationSyntax
        case .missingVariable: .missingVariable
        case .unreadableFile, .fileNotText: .unreadableSecret
        case .tooLong: .yamlLimit
        }
    }

    private var message: String {
        switch self {
        case .syntax(.unclosed): "`${` is not closed"
        case .syntax(.empty): "`${…}` has no variable's name"
        case .syntax(.invalidName(let name)): "\(quoted(name)) is not a variable's name"
        case .syntax(.unknownOperator(let text)): "\(quoted(text)) cannot stand behind a variable's name"
        case .syntax(.noPath): "`${file:}` has no path"
        case .syntax(.badPath(let reason)): "`${file:…}`: \(reason)"
        case .syntax(.tooDeep): "defaults within defaults, too deep"
        case .missingVariable(let name, let isEmpty, let message):
            "the environment variable \(quoted(name)) is \(isEmpty ? "empty" : "not set")"
                + (message.map { $0.isEmpty ? "" : ": " + $0 } ?? "")
        case .unreadableFile(let path, let reason): "cannot read \(quoted(path)): \(reason)"
        case .fileNotText(let path): "\(quoted(path)) is not UTF-8 text"
        case .tooLong(let limit): "the value with its placeholders filled in has more than \(limit) bytes"
        }
    }

    private var suggestion: Suggestion? {
        switch self {
        case .syntax(.unknownOperator(let text)) where text.hasPrefix("-"):
            .advice("write `:-` before a default")
        case .syntax(.unknownOperator(let text)) where text.hasPrefix("?"):
            .advice("write `:?` before a message")
        case .syntax(.badPath): .advice("write the whole path")
        case .syntax: .advice("write `${NAME}`, `${NAME:-default}` or `${file:/path}`; `$${` stands for `${`")
        case .missingVariable(let name, _, _): .advice("set it, or write `${\(name):-default}`")
        default: nil
        }
    }
}
