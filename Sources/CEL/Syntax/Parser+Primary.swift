/// Operands: literals, names, calls, selections, lists and maps.
extension Parser {
    mutating func parsePrimary() throws(Abandoned) -> ExpressionID {
        let start = token
        switch start.kind {
        case .int(let magnitude):
            advance()
            guard let value = Int64(exactly: magnitude) else {
                note(.numberOutOfRange(String(magnitude)), at: start.range)
                return try add(.literal(.int(.max)), start.range)
            }
            return try add(.literal(.int(value)), start.range)
        case .uint(let value): return try literal(.uint(value))
        case .double(let value): return try literal(.double(value))
        case .string(let value): return try literal(.string(value))
        case .bytes(let value): return try literal(.bytes(value))
        case .symbol(.true): return try literal(.bool(true))
        case .symbol(.false): return try literal(.bool(false))
        case .symbol(.null): return try literal(.null)
        case .symbol(.leftParen):
            advance()
            let inner = try parseExpression()
            try expect(.rightParen)
            return inner
        case .symbol(.leftBracket): return try parseList()
        case .symbol(.leftBrace): return try parseMap()
        case .symbol(.dot):
            advance()
            return try parseName(isAbsolute: true, from: start.range.lowerBound)
        case .identifier: return try parseName(isAbsolute: false, from: start.range.lowerBound)
        default: throw unexpected(expected: "a value")
        }
    }

    private mutating func literal(_ value: Literal) throws(Abandoned) -> ExpressionID {
        let range = token.range
        advance()
        return try add(.literal(value), range)
    }

    private mutating func parseName(isAbsolute: Bool, from start: Int) throws(Abandoned) -> ExpressionID {
        guard case .identifier(let name) = token.kind else { throw unexpected(expected: "a name") }
        if ReservedWords.all.contains(name) { noteReserved(name) }
        let nameRange = token.range
        advance()
        if accept(.leftParen) {
            let arguments = try parseArguments()
            return try call(
                name, at: nameRange, target: nil, arguments, range: start..<previousEnd,
                isAbsolute: isAbsolute)
        }
        if isAt(.leftBrace) {
            note(.messageConstruction(name), at: start..<previousEnd)
            throw Abandoned()
        }
        return try add(.identifier(name, isAbsolute: isAbsolute), start..<previousEnd)
    }

    private mutating func noteReserved(_ word: String) {
        let hint = options.readsRecords ? "a field of that name is 'record.\(word)'" : nil
        errors.append(CompileError(.reservedWord(word), at: token.range, hint: hint))
    }

    /// Everything that may follow an operand: `.field`, `.?field`, `.method()`, `[index]`, `[?index]`.
    mutating func parsePostfix(_ first: ExpressionID) throws(Abandoned) -> ExpressionID {
        var operand = first
        while true {
            if accept(.dot) {
                operand = try parseSelection(of: operand)
            } else if accept(.leftBracket) {
                let isOptional = try acceptOptionalMark()
                let index = try parseExpression()
                try expect(.rightBracket)
                operand = try add(
                    .index(operand: operand, index: index, isOptional: isOptional), range(from: operand),
                    over: operand, index)
            } else if isAt(.leftBrace), let name = qualifiedName(of: operand) {
                note(.messageConstruction(name), at: tree[operand].range)
                throw Abandoned()
            } else {
                return operand
            }
        }
    }

    private mutating func parseSelection(of operand: ExpressionID) throws(Abandoned) -> ExpressionID {
        let isOptional = try acceptOptionalMark()
        let nameRange = token.range
        let field: String
        switch token.kind {
        case .identifier(let name):
            field = name
            advance()
            if !isOptional, accept(.leftParen) {
                let arguments = try parseArguments()
                return try call(
                    name, at: nameRange, target: operand, arguments, range: range(from: operand),
                    isAbsolute: false)
            }
        case .escapedIdentifier(let name):
            field = name
            advance()
        default: throw unexpected(expected: "a field name")
        }
        let node = try add(
            .select(operand: operand, field: field, mode: isOptional ? .optional : .plain),
            range(from: operand), over: operand)
        tree.nameRanges[node] = nameRange
        return node
    }

    private mutating func acceptOptionalMark() throws(Abandoned) -> Bool {
        guard isAt(.question) else { return false }
        guard options.extensions.contains(.optionals) else { throw unexpected(expected: "a value") }
        advance()
        return true
    }

    /// The arguments of a call up to and with the closing parenthesis.
    mutating func parseArguments() throws(Abandoned) -> [ExpressionID] {
        var arguments: [ExpressionID] = []
        var failed = false
        if accept(.rightParen) { return arguments }
        repeat {
            do throws(Abandoned) {
                arguments.append(try parseExpression())
            } catch {
                guard canRecover else { throw error }
                failed = true
                skipToDelimiter()
            }
        } while accept(.comma)
        if failed, !isAt(.rightParen) { throw Abandoned() }
        try expect(.rightParen, or: "',' or ')'")
        if failed { throw Abandoned() }
        return arguments
    }

    private mutating func parseList() throws(Abandoned) -> ExpressionID {
        let start = token.range.lowerBound
        advance()
        var elements: [Expression.Element] = []
        while !isAt(.rightBracket) {
            let isOptional = try acceptOptionalMark()
            elements.append(Expression.Element(value: try parseExpression(), isOptional: isOptional))
            if !accept(.comma) { break }
        }
        try expect(.rightBracket, or: "',' or ']'")
        return try add(.list(elements), start..<previousEnd, overAll: elements.map(\.value))
    }

    private mutating func parseMap() throws(Abandoned) -> ExpressionID {
        let start = token.range.lowerBound
        advance()
        var entries: [Expression.Entry] = []
        while !isAt(.rightBrace) {
            let isOptional = try acceptOptionalMark()
            let key = try parseExpression()
            try expect(.colon)
            let value = try parseExpression()
            entries.append(Expression.Entry(key: key, value: value, isOptional: isOptional))
            if !accept(.comma) { break }
        }
        try expect(.rightBrace, or: "',' or '}'")
        return try add(.map(entries), start..<previousEnd, overAll: entries.flatMap { [$0.key, $0.value] })
    }

    /// `a.b.c` when the node is nothing but plain selections from a name.
    func qualifiedName(of id: ExpressionID) -> String? {
        switch tree[id].kind {
        case .identifier(let name, _): name
        case .select(let operand, let field, .plain): qualifiedName(of: operand).map { "\($0).\(field)" }
        default: nil
        }
    }
}
