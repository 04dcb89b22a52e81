import Records

/// Finds the node that an expression hands on unchanged, nil when there is none.
typealias NodeFinder = @Sendable (inout Frame) -> Node?

/// Expressions that copy: values have 64 bits, and a number of the record may have more digits.
extension Compiler {
    /// Nil for an expression that makes something of what it reads.
    mutating func copiedNode(_ id: ExpressionID) -> NodeFinder? {
        if let path = path(id) {
            let finder = PathFinder(path)
            return { frame in if case .found(let node) = finder.find(&frame) { node } else { nil } }
        }
        guard case .conditional(let condition, let then, let otherwise) = tree[id].kind else { return nil }
        let (whenTrue, whenFalse) = (copiedNode(then), copiedNode(otherwise))
        guard whenTrue != nil || whenFalse != nil else { return nil }
        let test = lower(condition).step
        return { frame in
            switch test(&frame) {
            case .bool(true): whenTrue?(&frame)
            case .bool(false): whenFalse?(&frame)
            default: nil
            }
        }
    }
}
