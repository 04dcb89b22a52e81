/// What the items of a feed say of it.
package struct FeedReference: Sendable, Equatable {
    package var title: String?
    /// The feed's own address.
    package var url: String?
    /// The page that the feed is about.
    package var home: String?

    package init(title: String? = nil, url: String? = nil, home: String? = nil) {
        self.title = title
        self.url = url
        self.home = home
    }

    var isEmpty: Bool { title == nil && url == nil && home == nil }
}
