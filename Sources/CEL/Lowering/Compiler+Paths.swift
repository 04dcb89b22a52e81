import Records

/// Fields, indexes and paths from the record.
extension Compiler {
    /// A chain of constant names from the record's top level.
    struct Path {
        var names: [Key]
        var sites: [Int32]
    }

    /// The path that a node spells, if it does: `a`, `a.b`, `record.a["b-c"]`.
    mutating func path(_ id: ExpressionID) -> Path? {
        switch checked.references[id] {
        case .field(let name): return Path(names: [key(name)], sites: [site(id)])
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
            return Path(names: [key(name)], sites: [site(id)])
        }
        guard var path = path(operand) else { return nil }
        path.names.append(key(name))
        path.sites.append(site(id))
        return path
    }

    /// A step that finds the path's node, or fails.
    mutating func lowerPath(_ id: ExpressionID) -> Lowered? {
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
            case .test, .testField: Lowered { frame in frame.test(key, of: step(&frame), at: site) }
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
///
/// Safe because `names` owns the keys that `first` and `second` refer to without counting, which is what a filter over
/// millions of records can afford.
final class PathFinder: @unchecked Sendable {
    enum Result {
        case found(Node)
        case failed(Value.Failure)
    }

    private let first: Unmanaged<Key>
    private let second: Unmanaged<Key>?
    private let names: [Key]
    private let sites: [Int32]

    init(_ path: Compiler.Path) {
        names = path.names
        sites = path.sites
        first = Unmanaged.passUnretained(path.names[0])
        second = path.names.count > 1 ? Unmanaged.passUnretained(path.names[1]) : nil
    }

    @inline(__always)
    func find(_ frame: inout Frame) -> Result {
        guard let top = frame.field(first) else { return absent(0) }
        guard let second else { return .found(top) }
        frame.payForSearch(among: top.count)
        guard let node = second._withUnsafeGuaranteedRef({ top[$0] }) else {
            return missing(in: top, 1, &frame)
        }
        return names.count == 2 ? .found(node) : findRest(from: node, &frame)
    }

    @inline(never)
    private func findRest(from start: Node, _ frame: inout Frame) -> Result {
        var node = start
        for position in 2..<names.count {
            frame.payForSearch(among: node.count)
            guard let next = node[names[position]] else { return missing(in: node, position, &frame) }
            node = next
        }
        return .found(node)
    }

    private func absent(_ position: Int) -> Result {
        .failed(Value.Failure(kind: .missingField, site: sites[position], detail: 0))
    }

    /// An object without the member, and null, lack the field; other values cannot have one.
    @inline(never)
    private func missing(in node: Node, _ position: Int, _ frame: inout Frame) -> Result {
        if node.kind == .object || node.kind == .null { return absent(position) }
        guard case .failure(let failure) = frame.mismatch("field", at: sites[position], Value(node)) else {
            return .found(node)
        }
        return .failed(failure)
    }
}
