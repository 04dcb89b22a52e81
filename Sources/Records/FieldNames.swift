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
    package func place(of name: Record.FieldName) -> Int? {
        switch name {
        // Through a span, so that no reference is counted for each name of each record.
        case .node(let node):
            let patterns = patterns.span
            for place in patterns.indices where node.equals(patterns[place]) { return place }
            return nil
        case .key(let key): return keys.firstIndex(of: key)
        }
    }
}
