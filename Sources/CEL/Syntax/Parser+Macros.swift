/// Macros: calls that the parser replaces by nodes of their own.
extension Parser {
    /// A call, or what its macro stands for.
    mutating func call(
        _ function: String, at name: Range<Int>, target: ExpressionID?, _ arguments: [ExpressionID],
        range: Range<Int>, isAbsolute: Bool
    ) throws(Abandoned) -> ExpressionID {
        if options.expandsMacros, !isAbsolute,
            let expanded = try expand(function, target: target, arguments, range: range)
        {
            return expanded
        }
        let node = try add(
            .call(function: function, target: target, arguments: arguments, isAbsolute: isAbsolute), range,
            overAll: arguments + (target.map { [$0] } ?? []))
        tree.nameRanges[node] = name
        return node
    }

    private mutating func expand(
        _ function: String, target: ExpressionID?, _ arguments: [ExpressionID], range: Range<Int>
    ) throws(Abandoned) -> ExpressionID? {
        guard let target else { return try expandGlobal(function, arguments, range: range) }
        if isCEL(target), let node = try expandCEL(function, arguments, range: range) { return node }
        if let kind = comprehensionKind(function, argumentCount: arguments.count) {
            return try comprehension(kind, name: function, over: target, arguments, range: range)
        }
        guard options.extensions.contains(.optionals), arguments.count == 2,
            function == "optMap" || function == "optFlatMap"
        else { return nil }
        let variable = try variableName(arguments[0], macro: function)
        return try add(
            .optionalMap(
                target: target, variable: variable, body: arguments[1], isFlat: function == "optFlatMap"),
            range, over: target, arguments[1])
    }

    // MARK: has and default

    private mutating func expandGlobal(
        _ function: String, _ arguments: [ExpressionID], range: Range<Int>
    ) throws(Abandoned) -> ExpressionID? {
        switch (function, arguments.count) {
        case ("has", 1): return try expandHas(arguments[0], range: range)
        case ("default", 2) where options.extensions.contains(.feeds):
            return try add(
                .fallback(value: arguments[0], fallback: arguments[1]), range, overAll: arguments)
        default: return nil
        }
    }

    private mutating func expandHas(
        _ argument: ExpressionID, range: Range<Int>
    ) throws(Abandoned) -> ExpressionID {
        switch tree[argument].kind {
        case .select(let operand, let field, .plain):
            let node = try add(.select(operand: operand, field: field, mode: .test), range, over: operand)
            tree.nameRanges[node] = tree.nameRanges[argument]
            return node
        case .identifier(let name, isAbsolute: false) where options.readsRecords:
            let record = try add(
                .identifier(RecordNames.record, isAbsolute: true), tree[argument].range)
            let node = try add(.select(operand: record, field: name, mode: .testField), range, over: record)
            tree.nameRanges[node] = tree[argument].range
            return node
        default:
            note(.notAFieldSelection(macro: "has"), at: tree[argument].range)
            return argument
        }
    }

    // MARK: cel.bind and cel.block

    private func isCEL(_ id: ExpressionID) -> Bool {
        if case .identifier("cel", isAbsolute: false) = tree[id].kind { true } else { false }
    }

    private mutating func expandCEL(
        _ function: String, _ arguments: [ExpressionID], range: Range<Int>
    ) throws(Abandoned) -> ExpressionID? {
        switch (function, arguments.count) {
        case ("bind", 3) where options.extensions.contains(.bindings):
            let variable = try variableName(arguments[0], macro: "cel.bind")
            return try add(
                .bind(variable: variable, value: arguments[1], body: arguments[2]), range,
                over: arguments[1], arguments[2])
        case ("block", 2) where options.extensions.contains(.block):
            guard case .list(let elements) = tree[arguments[0]].kind,
                elements.allSatisfy({ !$0.isOptional })
            else { return nil }
            return try add(
                .block(elements.map(\.value), body: arguments[1]), range, overAll: arguments)
        case ("index", 1) where options.extensions.contains(.block):
            guard case .literal(.int(let index)) = tree[arguments[0]].kind, index >= 0 else {
                note(.badBlockIndex, at: range)
                return arguments[0]
            }
            return try add(.blockIndex(Int(index)), range)
        case ("iterVar", 2) where options.extensions.contains(.block),
            ("accuVar", 2) where options.extensions.contains(.block):
            guard case .literal(.int(let depth)) = tree[arguments[0]].kind,
                case .literal(.int(let number)) = tree[arguments[1]].kind
            else { return nil }
            return try add(.identifier("@\(function):\(depth):\(number)", isAbsolute: false), range)
        default: return nil
        }
    }

    // MARK: Comprehensions

    private func comprehensionKind(
        _ function: String, argumentCount count: Int
    ) -> Expression.Comprehension.Kind? {
        let hasTwoVariables = options.extensions.contains(.twoVariables)
        switch (function, count) {
        case ("all", 2): return .all
        case ("exists", 2): return .exists
        case ("exists_one", 2), ("existsOne", 2): return .existsOne
        case ("map", 2), ("map", 3): return .map
        case ("filter", 2): return .filter
        case ("sortBy", 2) where options.extensions.contains(.lists): return .sortBy
        case ("all", 3) where hasTwoVariables: return .all
        case ("exists", 3) where hasTwoVariables: return .exists
        case ("existsOne", 3) where hasTwoVariables, ("exists_one", 3) where hasTwoVariables:
            return .existsOne
        case ("transformList", 3) where hasTwoVariables, ("transformList", 4) where hasTwoVariables:
            return .transformList
        case ("transformMap", 3) where hasTwoVariables, ("transformMap", 4) where hasTwoVariables:
            return .transformMap
        case ("transformMapEntry", 3) where hasTwoVariables, ("transformMapEntry", 4) where hasTwoVariables:
            return .transformMapEntry
        default: return nil
        }
    }

    private mutating func comprehension(
        _ kind: Expression.Comprehension.Kind, name: String, over range: ExpressionID,
        _ arguments: [ExpressionID], range place: Range<Int>
    ) throws(Abandoned) -> ExpressionID {
        let variableCount = Parser.variableCount(kind, argumentCount: arguments.count)
        var variables: [String] = []
        for argument in arguments.prefix(variableCount) {
            let variable = try variableName(argument, macro: name)
            if variables.contains(variable) {
                note(.repeatedVariable(variable, macro: name), at: tree[argument].range)
            }
            variables.append(variable)
        }
        let bodies = arguments.dropFirst(variableCount)
        let hasPredicate: Bool
        let hasTransform: Bool
        switch kind {
        case .all, .exists, .existsOne, .filter: (hasPredicate, hasTransform) = (true, false)
        case .sortBy: (hasPredicate, hasTransform) = (false, true)
        default: (hasPredicate, hasTransform) = (bodies.count == 2, true)
        }
        let node = Expression.Comprehension(
            kind: kind, range: range, variables: variables, predicate: hasPredicate ? bodies.first : nil,
            transform: hasTransform ? bodies.last : nil)
        return try add(.comprehension(node), place, overAll: [range] + bodies)
    }

    private static func variableCount(
        _ kind: Expression.Comprehension.Kind, argumentCount: Int
    ) -> Int {
        switch kind {
        case .map, .filter, .sortBy: 1
        case .all, .exists, .existsOne: argumentCount - 1
        case .transformList, .transformMap, .transformMapEntry: 2
        }
    }

    private mutating func variableName(_ id: ExpressionID, macro: String) throws(Abandoned) -> String {
        guard case .identifier(let name, isAbsolute: false) = tree[id].kind else {
            note(.notAVariableName(macro: macro), at: tree[id].range)
            throw Abandoned()
        }
        return name
    }
}
