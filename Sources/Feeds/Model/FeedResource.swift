/// What a feed, an entry, or the source of an entry says of itself, as the document gives it.
///
/// References are resolved; dates and texts are as written.
package struct FeedResource: Sendable {
    package var id: String?
    /// The id as an address, when it may serve as a link (RSS: unless `isPermaLink="false"`).
    package var idLink: String?
    package var title: FeedText?
    package var subtitle: FeedText?
    package var summary: FeedText?
    package var content: [FeedText] = []
    package var info: FeedText?
    package var rights: FeedText?
    /// The page that the resource is about.
    package var link: String?
    package var links: [FeedLink] = []
    package var authors: [FeedPerson] = []
    package var contributors: [FeedPerson] = []
    package var publisher: FeedPerson?
    package var categories: [FeedCategory] = []
    package var published: String?
    package var updated: String?
    package var created: String?
    package var expired: String?
    package var language: String?
    package var generator: FeedGenerator?
    package var image: FeedImage?
    package var textInput: FeedTextInput?
    /// Where an entry was taken from; at most one.
    package var sources: [FeedResource] = []
    package var extensions: [ExtensionElement] = []

    package init() {}
}
