import Diagnostics
import Notation

/// What can be wrong with a YAML document beside its syntax.
enum YAMLProblem {
    case fileTooLarge(Int, YAMLLimits)
    case encoding(TextCheck.Problem)
    case empty
    case secondDocument
    case scalarTooLong(Int, YAMLLimits)
    case tooDeep(YAMLLimits)
    case tooManyNodes(YAMLLimits)
    case tooMuchText(YAMLLimits)
    case unknownAlias(String, closest: String?)
    case recursiveAlias(String)
    case keyNotText
    case unknownTag(String)
    case mergeOfScalar
    case duplicateKey(String, first: SourceRange)

    func diagnostic(at range: SourceRange) -> Diagnostic {
        Diagnostic(rule, message, at: range, suggestion: suggestion, notes: notes)
    }

    private var rule: Rule {
        switch self {
        case .fileTooLarge, .scalarTooLong, .tooDeep, .tooManyNodes, .tooMuchText: .yamlLimit
        case .encoding: .yamlEncoding
        case .empty: .yamlEmpty
        case .secondDocument: .yamlDocuments
        case .unknownAlias, .recursiveAlias: .yamlAlias
        case .keyNotText: .yamlKey
        case .unknownTag: .yamlTag
        case .mergeOfScalar: .wrongType
        case .duplicateKey: .duplicateKey
        }
    }

    private var message: String {
        switch self {
        case .fileTooLarge(let size, let limits):
            "the file has \(size) bytes; at most \(limits.fileBytes) are read"
        case .encoding(.utf16): "the file is UTF-16; a spec is UTF-8"
        case .encoding(.invalidUTF8): "the bytes here are not UTF-8"
        case .encoding(.control(0, _)): "a NUL byte; the file is not text, or is UTF-16 or UTF-32"
        case .encoding(.control(let scalar, _)):
            "control character U+\(hex(scalar)) is not allowed"
        case .empty: "the file is empty"
        case .secondDocument: "a second document begins here; a file holds one pipeline"
        case .scalarTooLong(let size, let limits):
            "a value of \(size) bytes; at most \(limits.scalarBytes) are read"
        case .tooDeep(let limits): "nested more than \(limits.depth) levels deep"
        case .tooManyNodes(let limits):
            "more than \(limits.nodes) values, counting what aliases repeat"
        case .tooMuchText(let limits):
            "more than \(limits.textBytes) bytes of text, counting what aliases repeat"
        case .unknownAlias(let name, _): "alias \(quoted("*" + name)) has no anchor before it"
        case .recursiveAlias(let name): "alias \(quoted("*" + name)) stands within its own anchor"
        case .keyNotText: "a key must be text, not a list or a mapping"
        case .unknownTag(let tag): "unknown tag \(quoted(tag))"
        case .mergeOfScalar: "`<<` merges mappings: an alias of one, or a list of them"
        case .duplicateKey(let name, _): "duplicate key \(quoted(name))"
        }
    }

    private var suggestion: Suggestion? {
        switch self {
        case .unknownAlias(_, let closest?): .replacement("*" + closest)
        case .encoding(.utf16), .encoding(.invalidUTF8): .advice("save the file as UTF-8")
        case .unknownTag: .advice("remove it; an environment variable is written `${NAME}`")
        case .empty: .advice("a pipeline begins with `name: NAME` and a list of `sources`")
        case .secondDocument: .advice("remove the `---`, or move what follows into a file of its own")
        default: nil
        }
    }

    private var notes: [Diagnostic.Note] {
        guard case .duplicateKey(_, let first) = self else { return [] }
        return [.init("first used here", at: first)]
    }

    private func hex(_ value: UInt32) -> String {
        String(value, radix: 16, width: 4, uppercase: true)
    }
}
