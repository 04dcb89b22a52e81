/// Bounds on what a document may make the parser hold.
package struct FeedLimits: Sendable {
    /// How deep elements may nest; deeper ones are left out.
    package var depth: Int
    /// The bytes of one element's text; what is longer is cut.
    package var textSize: Int
    /// The links of one entry, likewise its categories, its people, and its enclosures; more are left out.
    package var parts: Int
    /// The extension elements of one entry; more are left out.
    package var elements: Int
    /// The attributes of one element; more are left out.
    package var attributes: Int
    /// The bytes of all texts of one entry together, and of what the feed says of itself; what comes after that is left
    /// out.
    package var resourceSize: Int
    /// The items of one document; nil for no limit.
    package var items: Int?

    /// The bytes of what a feed says of itself and each of its items repeats: a longer title is cut, longer addresses,
    /// bases and languages are left out.
    package static let repeatedSize = 2 << 10
    /// How many authors of a feed its items have when they name none.
    static let inheritedAuthors = 16

    package init(
        depth: Int = 200, textSize: Int = 8 << 20, parts: Int = 1000, elements: Int = 5000,
        attributes: Int = 1000, resourceSize: Int = 32 << 20, items: Int? = nil
    ) {
        self.depth = depth
        self.textSize = textSize
        self.parts = parts
        self.elements = elements
        self.attributes = attributes
        self.resourceSize = resourceSize
        self.items = items
    }
}
