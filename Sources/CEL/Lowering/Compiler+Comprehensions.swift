import Records

/// Macros over lists and maps.
extension Compiler {
    mutating func lowerComprehension(
        _ id: ExpressionID, _ comprehension: Expression.Comprehension
    ) -> Lowered {
        if let special = lowerTextSearch(comprehension) { return special }
        let range = lower(comprehension.range)
        let loop = Loop(
            range: range.step, site: site(id), rangeSite: site(comprehension.range),
            slot: checked.slots[id] ?? 0, hasTwoVariables: comprehension.variables.count == 2,
            name: comprehension.kind.rawValue)
        let predicate = comprehension.predicate.map { lower($0).step }
        let transform = comprehension.transform.map { lower($0).step }
        let lowered: Lowered
        switch (comprehension.kind, predicate, transform) {
        case (.all, let predicate?, _): lowered = loop.quantifier(predicate, deciding: false)
        case (.exists, let predicate?, _): lowered = loop.quantifier(predicate, deciding: true)
        case (.existsOne, let predicate?, _): lowered = loop.existsOne(predicate)
        case (.filter, let predicate?, _): lowered = loop.filter(predicate)
        case (.map, _, let transform?), (.transformList, _, let transform?):
            lowered = loop.map(predicate, transform)
        case (.transformMap, _, let transform?): lowered = loop.transformMap(predicate, transform)
        case (.transformMapEntry, _, let transform?): lowered = loop.transformEntries(predicate, transform)
        case (.sortBy, _, let transform?): lowered = loop.sortBy(transform)
        default: lowered = range
        }
        guard range.constant != nil, isClosed(id, aboveSlot: loop.slot) else { return lowered }
        return folded(lowered, over: [range])
    }

    /// Whether a subtree refers to nothing but its own variables, so that its value never changes.
    private func isClosed(_ id: ExpressionID, aboveSlot slot: Int) -> Bool {
        switch checked.references[id] {
        case .local(let used) where used < slot: return false
        case nil, .local, .type, .overloads: break
        default: return false
        }
        return tree[id].kind.children.allSatisfy { isClosed($0, aboveSlot: slot) }
    }

    /// `path.exists(x, x == "text")`, on the tape's nodes.
    private mutating func lowerTextSearch(_ comprehension: Expression.Comprehension) -> Lowered? {
        guard comprehension.kind == .exists, comprehension.variables.count == 1,
            let path = path(comprehension.range), let predicate = comprehension.predicate,
            case .operation(.equal, let operands) = tree[predicate].kind,
            case .identifier(comprehension.variables[0], isAbsolute: false) = tree[operands[0]].kind,
            case .literal(.string(let string)) = tree[operands[1]].kind
        else { return nil }
        let finder = PathFinder(path)
        let text = Key(string)
        let site = site(comprehension.range)
        return Lowered { frame in
            switch finder.find(&frame) {
            case .failed(let failure): return .failure(failure)
            case .found(let node):
                guard frame.spend(bytes: node.text.count) else { return frame.costFailure(at: site) }
                switch node.kind {
                case .array:
                    for element in node.elements where element.equals(text) { return .bool(true) }
                case .object:
                    for (key, _) in node.members where key.equals(text) { return .bool(true) }
                default: return frame.mismatch("exists", at: site, Value(node))
                }
                return .bool(false)
            }
        }
    }
}
