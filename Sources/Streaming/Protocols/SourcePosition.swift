/// A place in a source's input in the source's own words: a JSON text.
package struct Anchor: Hashable, Sendable, Codable {
    package let json: String

    package init(json: String) { self.json = json }
}

/// A place in a source's stream: `count` records after an anchor.
///
/// Sources name anchors where that is easy (the end of a block or a document); the engine counts between them.
/// So every record is a place to stop at, and no source needs to know how.
package struct SourcePosition: Hashable, Sendable, Codable {
    /// Nil is the start of the input.
    package var anchor: Anchor?
    package var count: UInt64

    package init(anchor: Anchor? = nil, count: UInt64 = 0) {
        self.anchor = anchor
        self.count = count
    }
}
