import Records

/// Fields, indexes and paths from the record.
extension Compiler {
    /// A chain of constant names from the record's top level.
    struct Path {
        var names: [Key]
        var sites: [Int32]
    }

    /// The path that a node spells, if it does: `a`, `a.b`, `record.a["b-c"]`.
    func path(_ id: ExpressionID) -> Path? {
        switch checked.references[id] {
        case .field(let name): return Path(names: [Key(name)], sites: [site(id)])
        case nil: break
        default: return nil
        }
        let operand: ExpressionID
        let name: String
        switch tree[id].kind {
        case .select(let node, let field, .plain): (operand, name) = (node, field)
        case .index(let node, let index, isOptional: false):
            guard case .literal(.string(let field)) = tree[index].kind else { return nil }
            (operand, name) = (node, field)
        default: return nil
        }
        if case .record = checked.references[operand] {
            return Path(names: [Key(name)], sites: [site(id)])
        }
        guard var path = path(operand) else { return nil }
        path.names.append(Key(name))
        path.sites.append(site(id))
        return path
    }

    /// A step that finds the path's node, or fails.
    func lowerPath(_ id: ExpressionID) -> Lowered? {
        guard let path = path(id) else { return nil }
        let finder = PathFinder(path)
        return Lowered { frame in
            switch finder.find(&frame) {
            case .found(let node): Value(node)
            case .failed(let failure): .failure(failure)
            }
        }
    }

    // MARK: Selections

    mutating func lowerSelect(
        _ id: ExpressionID, operand: ExpressionID, field: String, mode: Expression.SelectMode
    ) -> Lowered {
        if mode == .plain, let lowered = lowerPath(id) { return lowered }
        let site = site(id)
        let child = lower(operand)
        let step = child.step
        let key = Value.text(pool.text(field))
        let lowered: Lowered =
            switch mode {
            case .plain: Lowered { frame in frame.select(key, of: step(&frame), at: site) }
            case .optional: Lowered { frame in frame.selectOptional(key, of: step(&frame), at: site) }
            case .test: Lowered { frame in frame.test(key, of: step(&frame), at: site) }
            }
        return folded(lowered, over: [child])
    }

    mutating func lowerIndex(
        _ id: ExpressionID, operand: ExpressionID, index: ExpressionID, isOptional: Bool
    ) -> Lowered {
        if !isOptional, let lowered = lowerPath(id) { return lowered }
        let site = site(id)
        let container = lower(operand)
        let index = lower(index)
        let (containerStep, indexStep) = (container.step, index.step)
        let lowered = Lowered { frame in
            let container = containerStep(&frame)
            if container.isFailure { return container }
            let index = indexStep(&frame)
            if index.isFailure { return index }
            return isOptional
                ? frame.selectOptional(index, of: container, at: site)
                : frame.select(index, of: container, at: site)
        }
        return folded(lowered, over: [container, index])
    }
}

/// Walks a path of names through the record of a frame.
struct PathFinder: Sendable {
    enum Result {
        case found(Node)
        case failed(Value.Failure)
    }

    private let first: Key
    private let second: Key?
    private let rest: [Key]
    private let sites: [Int32]
    private let firstSite: Int32

    init(_ path: Compiler.Path) {
        first = path.names[0]
        second = path.names.count > 1 ? path.names[1] : nil
        rest = Array(path.names.dropFirst(2))
        sites = path.sites
        firstSite = path.sites[0]
    }

    @inline(__always)
    func find(_ frame: inout Frame) -> Result {
        guard let top = frame.field(first) else {
            return .failed(Value.Failure(kind: .missingField, site: firstSite, detail: 0))
        }
        guard let second else { return .found(top) }
        guard let node = top[second] else {
            return missing(in: top, 1, &frame)
        }
        return rest.isEmpty ? .found(node) : findRest(from: node, &frame)
    }

    @inline(never)
    private func findRest(from node: Node, _ frame: inout Frame) -> Result {
        var node = node
        for (position, name) in rest.enumerated() {
            guard let next = node[name] else {
                return missing(in: node, position + 2, &frame)
            }
            node = next
        }
        return .found(node)
    }

    /// An object without the member, and null, lack the field; other values cannot have one.
    @inline(never)
    private func missing(in node: Node, _ position: Int, _ frame: inout Frame) -> Result {
        switch node.kind {
        case .object, .null:
            return .failed(Value.Failure(kind: .missingField, site: sites[position], detail: 0))
        default:
            guard case .failure(let failure) = frame.mismatch("field", at: sites[position], Value(node))
            else {
                return .found(node)
            }
            return .failed(failure)
        }
    }
}
