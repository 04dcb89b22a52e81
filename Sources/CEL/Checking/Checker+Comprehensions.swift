/// Macros over lists and maps.
extension Checker {
    mutating func checkComprehension(
        _ id: ExpressionID, _ comprehension: Expression.Comprehension
    ) -> ValueType {
        let range = substitution.apply(check(comprehension.range))
        let (key, value) = iterated(range, at: comprehension.range)
        let isList = value.isElement
        let types: [ValueType] =
            comprehension.variables.count == 2
            ? [key, value.type] : [isList ? value.type : key]
        let variables = zip(comprehension.variables, types).map { (name: $0, type: $1) }
        let transform = withLocals(variables, of: id) { checker in
            if let predicate = comprehension.predicate { checker.expectBool(predicate) }
            return comprehension.transform.map { checker.check($0) }
        }
        return resultType(comprehension, key: key, single: types[0], transform: transform)
    }

    private mutating func resultType(
        _ comprehension: Expression.Comprehension, key: ValueType, single: ValueType, transform: ValueType?
    ) -> ValueType {
        switch comprehension.kind {
        case .all, .exists, .existsOne: return .bool
        case .filter, .sortBy: return .list(single)
        case .map, .transformList: return .list(transform ?? .dyn)
        case .transformMap: return .map(key, transform ?? .dyn)
        case .transformMapEntry:
            let entry = substitution.apply(transform ?? .dyn)
            if case .map = entry { return entry }
            if !entry.isDynamic, let place = comprehension.transform {
                report(.expectedType("map", found: shown(entry)), at: place)
            }
            return .map(.dyn, .dyn)
        }
    }

    private struct Iterated {
        let type: ValueType
        /// Whether a single variable stands for it, rather than for the key.
        let isElement: Bool
    }

    /// The types of the two variables over a range.
    private mutating func iterated(
        _ range: ValueType, at id: ExpressionID
    ) -> (key: ValueType, value: Iterated) {
        switch range {
        case .list(let element): return (.int, Iterated(type: element, isElement: true))
        case .map(let key, let value): return (key, Iterated(type: value, isElement: false))
        case .object: return (.string, Iterated(type: .dyn, isElement: false))
        case .nullable(let inner): return iterated(inner, at: id)
        case .dyn, .error, .variable: break
        default: report(.badRange(type: shown(range)), at: id)
        }
        return (.dyn, Iterated(type: .dyn, isElement: true))
    }
}
