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
        let words = self.words
        let noticed = source.position(at: offset)
        // What is not closed is mended where it begins, which may be far above the place where that shows.
        let position = words.isUnfinished ? context ?? noticed : noticed
        var notes: [Diagnostic.Note] = []
        if let context, context.line != noticed.line {
            let note = words.isUnfinished ? "noticed here" : problem.context
            notes.append(.init(note, at: SourceRange(at: words.isUnfinished ? noticed : context)))
        }
        let range = SourceRange(position, source.position(at: min(position.offset + 1, source.bytes.count)))
        return Diagnostic(
            .yamlSyntax, words.message, at: range, suggestion: words.advice.map { .advice($0) }, notes: notes)
    }

    /// The tab in the white space around the place, if it begins the line.
    private var indentingTab: Int? {
        // Within quotes and brackets, tabs are white space like any other.
        guard !problem.context.contains("quoted"), !problem.context.contains("flow") else { return nil }
        let line = source.lineBounds(source.position(at: offset).line)
        let indentation = line.prefix { SourceByte.isBlank(source.bytes[$0]) }
        return indentation.first { source.bytes[$0] == 0x09 }
    }

    private var character: Character? {
        guard offset < source.bytes.count else { return nil }
        return source.text(offset..<min(offset + 4, source.bytes.count)).first
    }

    private struct Words {
        let message: String
        let advice: String?
        /// Whether something that begins earlier has no end.
        let isUnfinished: Bool

        init(_ message: String, _ advice: String? = nil, isUnfinished: Bool = false) {
            self.message = message
            self.advice = advice
            self.isUnfinished = isUnfinished
        }
    }

    private var words: Words {
        switch problem.problem {
        case "found character that cannot start any token":
            let name = character.map { quoted(String($0)) } ?? "this"
            return Words("a value cannot begin with \(name)", "put the value into quotes")
        case "mapping values are not allowed in this context":
            return Words(
                "a `key: value` cannot begin here",
                "check the indentation; a value with `: ` in it needs quotes")
        case "did not find expected key":
            return Words("expected a key with a colon", "check that the line is indented like its neighbours")
        case "could not find expected ':'":
            return Words(
                "this key has no colon", "write `key: value`, with a space behind the colon",
                isUnfinished: true)
        case "did not find expected '-' indicator":
            return Words(
                "expected `- ` and a list entry", "check that the line is indented like its neighbours")
        case "did not find expected ',' or ']'":
            return unclosed("this list is not closed", "]")
        case "did not find expected ',' or '}'":
            return unclosed("this mapping is not closed", "}")
        case "found unexpected end of stream", "found unexpected document indicator":
            return Words("these quotes are not closed", "close them", isUnfinished: true)
        case "found unknown escape character":
            return Words(
                "no such escape in double quotes", "write `\\\\` for a backslash, or use single quotes")
        case "did not find expected hexdecimal number":
            return Words("expected hexadecimal digits behind the escape")
        case "block sequence entries are not allowed in this context":
            return Words("a list cannot begin here", "write the list on the lines below the key")
        case "did not find expected comment or line break":
            return Words("only a comment can follow here")
        case let problem where problem.contains("tab character"):
            return Words("a tab cannot indent YAML", "indent with spaces")
        default:
            return Words(problem.problem + (problem.context.isEmpty ? "" : " " + problem.context))
        }
    }

    /// An unclosed bracket, or the frequent `{ key: ${NAME} }`, whose inner brace closes too early.
    private func unclosed(_ message: String, _ bracket: String) -> Words {
        if hasBraceWithinText {
            return Words("expected `,` or `\(bracket)`", "put a value with `{…}` in it into quotes")
        }
        return Words(message, "close it with `\(bracket)`, or check the commas", isUnfinished: true)
    }

    /// Whether a brace opens in the middle of a word on the line.
    private var hasBraceWithinText: Bool {
        let line = source.lineBounds(source.position(at: offset).line)
        return line.dropFirst().contains { position in
            source.bytes[position] == UInt8(ascii: "{")
                && !" \t{[,:".utf8.contains(source.bytes[position - 1])
        }
    }
}
