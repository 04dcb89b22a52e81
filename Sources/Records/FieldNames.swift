/// Names of fields, each once, that the names in records are compared with.
///
/// Safe because the keys keep the bytes alive that the patterns refer to, and nothing is written after `init`.
package struct FieldNames: @unchecked Sendable {
    private let keys: [Key]
    private let patterns: [NamePattern]

    package init(_ keys: [Key]) {
        self.keys = keys
        patterns = keys.map(\.pattern)
    }

    /// The place of a name among these; nil where it is none of them.
    @inline(__always)
    package func place(of name: Record.FieldName) -> Int? {
        switch name {
        case .node(let node): place(of: node)
        case .key(let key): keys.firstIndex(of: key)
        }
    }

    private func place(of name: Node) -> Int? {
        // Through a span, so that no reference is counted for each name of each record.
        let patterns = patterns.span
        for place in patterns.indices where name.equals(patterns[place]) { return place }
        return nil
    }
}
