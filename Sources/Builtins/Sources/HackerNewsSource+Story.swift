import Feeds
import Notation
import Records

/// A story as the API gives it.
struct HackerNewsStory: ItemDescription {
    /// Whether a story is there for all to see.
    enum Standing {
        case shown(HackerNewsStory)
        /// Not there yet, although it is listed, or hidden by the moderators, who may think again.
        case hidden
        case deleted

        /// - Throws: ``WebAPIError/unexpected(place:wanted:)``.
        init(of page: JSONPage, from place: String) throws {
            let node = page.node
            if node["deleted"]?.bool == true {
                self = .deleted
            } else if node.isNull || node["dead"]?.bool == true {
                self = .hidden
            } else if let id = node.id("id") {
                self = .shown(HackerNewsStory(page: page, id: id))
            } else {
                throw WebAPIError.unexpected(place: place, wanted: "a story with an 'id'")
            }
        }
    }

    private let page: JSONPage
    let id: String
    private var list = HackerNewsList.top

    private init(page: JSONPage, id: String) {
        self.page = page
        self.id = id
    }

    func listed(in list: HackerNewsList) -> HackerNewsStory {
        var story = self
        story.list = list
        return story
    }

    func describe(to item: inout ItemWriter) {
        let node = page.node
        let discussion = "https://news.ycombinator.com/item?id=\(id)"
        item.feed(
            FeedReference(title: "Hacker News: \(list.rawValue)", home: "https://news.ycombinator.com/"))
        item.url(node.text("url") ?? discussion)
        // HTML without tags, by the API's description: only its references stand for something else.
        item.title(node.text("title").map(HTMLText.decodingReferences))
        item.content(node.text("text"), type: "text/html")
        if let author = node.text("by") {
            item.author(author, url: "https://news.ycombinator.com/user?id=\(author)")
        }
        item.published(node["time"]?.int.flatMap { Timestamp(seconds: $0) }?.rfc3339)
        item.counts(score: node["score"]?.int, comments: node["descendants"]?.int)
        item.extensions("hackernews", [("discussion", discussion), ("type", node.text("type"))])
    }
}
