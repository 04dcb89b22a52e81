import Diagnostics

/// Puts libyaml's errors into words that say what to do.
struct YAMLSyntaxWording {
    private let problem: YAMLParserProblem
    private let offset: Int
    private let source: SourceText

    init(_ problem: YAMLParserProblem, at offset: Int, in source: SourceText) {
        self.problem = problem
        self.offset = offset
        self.source = source
    }

    /// - Parameter context: where the unfinished thing begins.
    func diagnostic(context: SourcePosition?) -> Diagnostic {
        if let tab = indentingTab {
            return Diagnostic(
                .yamlTab, "a tab cannot indent YAML", at: source.range(tab, tab + 1),
                suggestion: .advice("indent with spaces"))
        }
        let (message, advice) = wording
        let position = source.position(at: offset)
        var notes: [Diagnostic.Note] = []
        if let context, context.line != position.line {
            notes.append(.init(problem.context, at: SourceRange(at: context)))
        }
        return Diagnostic(
            .yamlSyntax, message,
            at: SourceRange(position, source.position(at: min(offset + 1, source.bytes.count))),
            suggestion: advice.map { .advice($0) }, notes: notes)
    }

    /// The tab in the white space around the place, if it begins the line.
    private var indentingTab: Int? {
        let line = source.lineBounds(source.position(at: offset).line)
        let indentation = line.prefix { SourceByte.isBlank(source.bytes[$0]) }
        return indentation.first { source.bytes[$0] == 0x09 }
    }

    private var character: Character? {
        guard offset < source.bytes.count else { return nil }
        return source.text(offset..<min(offset + 4, source.bytes.count)).first
    }

    private var wording: (message: String, advice: String?) {
        switch problem.problem {
        case "found character that cannot start any token":
            let name = character.map { quoted(String($0)) } ?? "this"
            return ("a value cannot begin with \(name)", "put the value into quotes")
        case "mapping values are not allowed in this context":
            return (
                "a `key: value` cannot begin here",
                "check the indentation; a value with `: ` in it needs quotes"
            )
        case "did not find expected key":
            return ("expected a key with a colon", "check that the line is indented like its neighbours")
        case "could not find expected ':'":
            return ("expected a colon behind the key", "write `key: value`, with a space behind the colon")
        case "did not find expected '-' indicator":
            return ("expected `- ` and a list entry", "check that the line is indented like its neighbours")
        case "did not find expected ',' or ']'":
            return ("expected `,` or `]` in the list", "close the list with `]`")
        case "did not find expected ',' or '}'":
            return ("expected `,` or `}` in the mapping", "close the mapping with `}`")
        case "found unexpected end of stream":
            return ("the text ends within a quoted value", "close the quotes")
        case "found unexpected document indicator":
            return ("`---` or `...` within a quoted value", "close the quotes")
        case "found unknown escape character":
            return ("no such escape in double quotes", "write `\\\\` for a backslash, or use single quotes")
        case "did not find expected hexdecimal number":
            return ("expected hexadecimal digits behind the escape", nil)
        case "block sequence entries are not allowed in this context":
            return ("a list cannot begin here", "write the list on the lines below the key")
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            return ("a tab cannot indent YAML", "indent with spaces")
        case "did not find expected comment or line break":
            return ("only a comment can follow here", nil)
        case "exceeded maximum nesting depth", "found incompatible YAML document":
            return (problem.problem, nil)
        default:
            let context = problem.context.isEmpty ? "" : " " + problem.context
            return (problem.problem + context, nil)
        }
    }
}
