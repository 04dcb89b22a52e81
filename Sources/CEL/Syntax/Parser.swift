/// A recursive descent parser that expands macros as it goes and bounds the depth of what it builds.
struct Parser {
    /// What the environment allows.
    struct Options {
        var limits = Limits()
        var extensions = Extensions.all
        /// Whether names may be fields of a record, which is what `has(name)` tests then.
        var readsRecords = false
        var expandsMacros = true
    }

    /// Thrown after the error has been noted; caught where parsing can go on.
    struct Abandoned: Error {}

    let options: Options
    private var tokens: [Token] = []
    private var position = 0
    private var nesting = 0
    private var isTooDeep = false
    var tree = SyntaxTree()
    var errors: [CompileError] = []

    /// Parses a whole expression.
    static func parse(_ text: String, options: Options) throws(CompileErrors) -> SyntaxTree {
        let utf8 = Array(text.utf8)
        guard utf8.count <= options.limits.textLength else {
            throw CompileErrors([CompileError(.tooLong(limit: options.limits.textLength), at: 0..<utf8.count)]
            )
        }
        var lexer = Lexer(utf8)
        let tokens = lexer.tokens()
        var parser = Parser(options: options, tokens: tokens, errors: lexer.errors)
        parser.parseAll()
        guard parser.errors.isEmpty else { throw CompileErrors(parser.errors) }
        return parser.tree
    }

    private init(options: Options, tokens: [Token], errors: [CompileError]) {
        self.options = options
        self.tokens = tokens
        self.errors = errors
    }

    private mutating func parseAll() {
        guard tokens.count > 1 else {
            if errors.isEmpty { errors.append(CompileError(.empty, at: 0..<0)) }
            return
        }
        guard let root = try? parseExpression() else { return }
        tree.root = root
        // A bad literal leaves a hole in the tokens, so a complaint about what follows would mislead.
        if token.kind != .end, errors.isEmpty { noteUnexpected(expected: "an operator or the end") }
    }

    // MARK: Tokens

    var token: Token { tokens[position] }
    var previousEnd: Int { position > 0 ? tokens[position - 1].range.upperBound : 0 }

    mutating func advance() { if position < tokens.count - 1 { position += 1 } }

    func isAt(_ symbol: Symbol) -> Bool { token.kind == .symbol(symbol) }

    mutating func accept(_ symbol: Symbol) -> Bool {
        guard isAt(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: Symbol, or alternative: String? = nil) throws(Abandoned) {
        if accept(symbol) { return }
        throw unexpected(expected: alternative ?? "'\(symbol.rawValue)'")
    }

    mutating func unexpected(expected: String) -> Abandoned {
        noteUnexpected(expected: expected)
        return Abandoned()
    }

    private mutating func noteUnexpected(expected: String) {
        note(.unexpectedToken(found: token.kind.description, expected: expected), at: token.range)
    }

    mutating func note(_ kind: CompileError.Kind, at range: Range<Int>) {
        errors.append(CompileError(kind, at: range))
    }

    // MARK: Nodes

    mutating func add(
        _ kind: Expression.Kind, _ range: Range<Int>, over children: ExpressionID...
    ) throws(Abandoned) -> ExpressionID {
        try add(kind, range, overAll: children)
    }

    mutating func add(
        _ kind: Expression.Kind, _ range: Range<Int>, overAll children: [ExpressionID]
    ) throws(Abandoned) -> ExpressionID {
        var depth = 0
        for child in children { depth = max(depth, tree[child].depth) }
        guard depth < options.limits.depth else { throw tooDeep(at: range) }
        tree.nodes.append(Expression(kind: kind, range: range, depth: depth + 1))
        return tree.nodes.count - 1
    }

    /// From the start of a node to the last token read.
    func range(from id: ExpressionID) -> Range<Int> { tree[id].range.lowerBound..<previousEnd }

    private mutating func tooDeep(at range: Range<Int>) -> Abandoned {
        if !isTooDeep { note(.tooDeep(limit: options.limits.depth), at: range) }
        isTooDeep = true
        return Abandoned()
    }

    // MARK: Expressions

    /// `Expr = ConditionalOr ["?" ConditionalOr ":" Expr]`
    mutating func parseExpression() throws(Abandoned) -> ExpressionID {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= options.limits.depth else { throw tooDeep(at: token.range) }
        let condition = try parseBinary(Precedence.or)
        guard accept(.question) else { return condition }
        let then = try parseBinary(Precedence.or)
        try expect(.colon)
        let otherwise = try parseExpression()
        return try add(
            .conditional(condition: condition, then: then, otherwise: otherwise), range(from: condition),
            over: condition, then, otherwise)
    }

    private enum Precedence {
        static let or = 1
        static let and = 2
        static let relation = 3
        static let sum = 4
        static let product = 5
    }

    /// Precedence climbing over everything that binds tighter than `?:`.
    private mutating func parseBinary(_ minimum: Int) throws(Abandoned) -> ExpressionID {
        var left = try parseUnary()
        while case .symbol(let symbol) = token.kind, let precedence = Parser.precedence(of: symbol),
            precedence >= minimum
        {
            if symbol == .or || symbol == .and {
                left = try parseChain(symbol, precedence: precedence, first: left)
                continue
            }
            advance()
            let right = try parseBinary(precedence + 1)
            guard let operation = Parser.operation(of: symbol) else { continue }
            left = try add(.operation(operation, [left, right]), range(from: left), over: left, right)
        }
        return left
    }

    /// All operands of one run of `&&` or `||`, so that a long chain costs no depth.
    private mutating func parseChain(
        _ symbol: Symbol, precedence: Int, first: ExpressionID
    ) throws(Abandoned) -> ExpressionID {
        var operands = [first]
        while accept(symbol) { operands.append(try parseBinary(precedence + 1)) }
        let kind: Expression.LogicOperator = symbol == .or ? .or : .and
        return try add(.logic(kind, operands), range(from: first), overAll: operands)
    }

    private static func precedence(of symbol: Symbol) -> Int? {
        switch symbol {
        case .or: Precedence.or
        case .and: Precedence.and
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .in: Precedence.relation
        case .plus, .minus: Precedence.sum
        case .times, .divide, .modulo: Precedence.product
        default: nil
        }
    }

    private static func operation(of symbol: Symbol) -> Operator? {
        switch symbol {
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .in: .in
        case .plus: .add
        case .minus: .subtract
        case .times: .multiply
        case .divide: .divide
        case .modulo: .modulo
        default: nil
        }
    }

    private mutating func parseUnary() throws(Abandoned) -> ExpressionID {
        var signs: [(Operator, Int)] = []
        while isAt(.minus) || isAt(.not) {
            signs.append((isAt(.minus) ? .negate : .not, token.range.lowerBound))
            advance()
        }
        var operand: ExpressionID
        if let last = signs.last, last.0 == .negate, let literal = negativeLiteral() {
            signs.removeLast()
            let range = last.1..<token.range.upperBound
            advance()
            operand = try parsePostfix(try add(.literal(literal), range))
        } else {
            operand = try parsePostfix(try parsePrimary())
        }
        for (sign, start) in signs.reversed() {
            operand = try add(
                .operation(sign, [operand]), start..<tree[operand].range.upperBound, over: operand)
        }
        return operand
    }

    /// The number at the position with a minus before it, so that the least integer can be written.
    private func negativeLiteral() -> Literal? {
        switch token.kind {
        case .int(let magnitude): .int(Int64(truncatingIfNeeded: 0 &- magnitude))
        case .double(let value): .double(-value)
        default: nil
        }
    }

    // MARK: Recovery

    /// After an error inside brackets: skips to the next comma or closing bracket of this level.
    mutating func skipToDelimiter() {
        var depth = 0
        while token.kind != .end {
            switch token.kind {
            case .symbol(.leftParen), .symbol(.leftBracket), .symbol(.leftBrace): depth += 1
            case .symbol(.rightParen), .symbol(.rightBracket), .symbol(.rightBrace):
                if depth == 0 { return }
                depth -= 1
            case .symbol(.comma) where depth == 0: return
            default: break
            }
            advance()
        }
    }

    var canRecover: Bool { !isTooDeep }
}
