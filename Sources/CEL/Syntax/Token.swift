/// A token of an expression with its place in the text.
struct Token: Equatable {
    enum Kind: Equatable {
        case identifier(String)
        /// A name in backticks; only a field selection may use one.
        case escapedIdentifier(String)
        /// The magnitude of a signed literal; the sign is a token of its own.
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        case symbol(Symbol)
        case end
    }

    let kind: Kind
    let range: Range<Int>
}

/// The operators, brackets and keywords of the language.
enum Symbol: String, Equatable {
    case leftParen = "("
    case rightParen = ")"
    case leftBracket = "["
    case rightBracket = "]"
    case leftBrace = "{"
    case rightBrace = "}"
    case dot = "."
    case comma = ","
    case colon = ":"
    case question = "?"
    case or = "||"
    case and = "&&"
    case not = "!"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divide = "/"
    case modulo = "%"
    case `in` = "in"
    case `true` = "true"
    case `false` = "false"
    case null = "null"
}

extension Token.Kind {
    /// How an error message names the token.
    var description: String {
        switch self {
        case .identifier(let name): "'\(name)'"
        case .escapedIdentifier(let name): "'`\(name)`'"
        case .int, .uint, .double: "a number"
        case .string: "a string"
        case .bytes: "a bytes literal"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "the end of the expression"
        }
    }
}

/// Words that the specification keeps from being used as variable or function names.
enum ReservedWords {
    static let all: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
        "package", "namespace", "return", "var", "void", "while"
    ]
}
