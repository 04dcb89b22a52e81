package import Records

/// What a predicate says of a record.
package enum Match: Sendable, Equatable {
    case matched, notMatched
    /// A field that the predicate needs is absent; it is named here.
    case missing(String)
    /// The predicate could not be evaluated, with the reason.
    case failed(String)
}

/// A condition on records: what a `filter` and a `when` run.
package protocol Predicate: Sendable {
    func match(_ record: borrowing Record) -> Match
}

/// A condition written in Swift.
package struct ClosurePredicate: Predicate {
    private let body: @Sendable (borrowing Record) -> Bool

    package init(_ body: @escaping @Sendable (borrowing Record) -> Bool) { self.body = body }

    package func match(_ record: borrowing Record) -> Match { body(record) ? .matched : .notMatched }
}

/// What makes two records the same one for `dedup`.
package protocol Identification: Sendable {
    /// Adds the record's identity to a hash.
    ///
    /// - Returns: false when the record has none; it then counts as unlike every other.
    func identify(_ record: borrowing Record, into hash: inout SipHash128) -> Bool
}

/// Identity by the values of some top-level or nested fields.
package struct FieldIdentification: Identification {
    private let paths: [[Key]]
    private let isScopedBySource: Bool

    /// - Parameters:
    ///   - paths: each a field path such as `["content", "type"]`; at least one.
    ///   - isScopedBySource: whether values that are no URI mean something within their source only.
    package init(paths: [[Key]], isScopedBySource: Bool = false) {
        self.paths = paths
        self.isScopedBySource = isScopedBySource
    }

    package func identify(_ record: borrowing Record, into hash: inout SipHash128) -> Bool {
        var found = false
        for path in paths {
            var node = path.first.flatMap { record[$0] }
            for key in path.dropFirst() { node = node?[key] }
            guard let node, !node.isNull else {
                hash.update(0)
                continue
            }
            found = true
            // A string counts by its content, so that two spellings of one text (escapes) are the same.
            if node.withUTF8({ add($0, kind: 1, to: &hash) }) == nil { add(node.text, kind: 2, to: &hash) }
            if isScopedBySource, node.withUTF8(NaturalKey.isUniversal) != true {
                var source = record.chunk.origin.source
                source.withUTF8 { add($0, kind: 3, to: &hash) }
            }
        }
        return found
    }

    /// Adds a value with its length, so that no value can look like two.
    private func add(_ bytes: UnsafeBufferPointer<UInt8>, kind: UInt8, to hash: inout SipHash128) {
        hash.update(bytes)
        hash.update(number: UInt64(bytes.count))
        hash.update(kind)
    }
}
