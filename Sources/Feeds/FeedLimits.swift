/// Bounds on what a document may make the parser hold.
package struct FeedLimits: Sendable {
    /// How deep elements may nest; deeper ones are left out.
    package var depth: Int
    /// The bytes of one element's text; what is longer is cut.
    package var textSize: Int
    /// The items of one document; nil for no limit.
    package var items: Int?

    package init(depth: Int = 200, textSize: Int = 8 << 20, items: Int? = nil) {
        self.depth = depth
        self.textSize = textSize
        self.items = items
    }
}
