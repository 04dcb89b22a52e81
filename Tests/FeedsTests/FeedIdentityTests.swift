import Testing

@testable import Feeds

/// Distinct items have distinct ids, and an item has the same in every document of its feed.
@Suite("An id")
struct FeedIdentityTests {
    struct Story: Hashable {
        var guid: String?
        var link: String?
        var title = "story"
        var day = 1
        var text = "text"
        var file: String?

        var element: String {
            "<item><title>\(title)</title>" + (guid.map { "<guid isPermaLink='false'>\($0)</guid>" } ?? "")
                + (link.map { "<link>\($0)</link>" } ?? "") + "<description>\(text)</description>"
                + (file.map { "<enclosure url='\($0)'/>" } ?? "")
                + "<pubDate>0\(day) Nov 2026 10:00:00 GMT</pubDate></item>"
        }
    }

    /// Reads the documents one after the other, as polls do; the ids of each.
    private func polls(_ documents: [[Story]], scope: String? = nil) -> [[String]] {
        var memory: ItemIDMemory?
        return documents.map { stories in
            let text = rss(stories.map(\.element).joined())
            let reading = parse(text, context: .init(idScope: scope, ids: memory))
            memory = reading.end.ids ?? memory
            return reading.items.map(\.id)
        }
    }

    static let feeds: [[Story]] = [
        (1...4).map { Story(guid: "news", link: "http://e.org/\($0)", title: "story \($0)") },
        (1...4).map { Story(guid: "N/A", link: "http://e.org/", title: "story \($0)") },
        (1...4).map { Story(link: "http://e.org/", title: "story \($0)") },
        (1...4).map { Story(link: "http://e.org/", day: $0) },
        (1...4).map { Story(day: $0) },
        (1...4).map { Story(file: "http://e.org/\($0).mp3") },
        (1...4).map { Story(guid: "g", link: "http://e.org/", file: "http://e.org/\($0).mp3") },
        (1...4).map { Story(guid: "g", text: "text \($0)") },
        (1...4).map { Story(guid: "http://e.org/blog", link: "http://e.org/\($0 / 3)", title: "story \($0)") }
    ]

    @Test("is distinct, and stays whatever stands before the item", arguments: feeds.indices)
    func shared(feed: Int) {
        let s = Self.feeds[feed]
        let found = polls([[s[0], s[1]], [s[2], s[0], s[1]], [s[3], s[1]], [s[1], s[0], s[3], s[2]]])
        #expect(Set(found.joined()).count == 4)
        #expect(found[1][1...] == found[0][...])
        #expect(found[2][1] == found[0][1])
        #expect(found[3] == [found[0][1], found[0][0], found[2][0], found[1][0]])
    }

    @Test("of a feed that has only the newest story is distinct")
    func newestOnly() {
        let s = Self.feeds[0]
        let found = polls([[s[0]], [s[1], s[0]], [s[2]]])
        #expect(Set(found.joined()).count == 3)
        #expect(found[1][1] == found[0][0])
    }

    @Test("stays when the item changes")
    func edited() {
        var story = Story(guid: "1", link: "http://e.org/1")
        var linked = Story(link: "http://e.org/2")
        let before = [story, linked]
        story.title = "changed"
        story.text = "other"
        linked.title = "changed"
        let changed = [story, linked]
        story.link = "https://e.org/1"
        let found = polls([before, changed, [story, linked]])
        #expect(found == [["1", "http://e.org/2"], ["1", "http://e.org/2"], ["1", "http://e.org/2"]])
    }

    @Test("is one for one item that stands there twice")
    func twice() {
        let story = Story(guid: "1", link: "http://e.org/1")
        #expect(polls([[story, story]]) == [["1", "1"]])
    }

    @Test("that is no URI has its feed's address in front")
    func scope() {
        let stories = [
            Story(guid: "1"), Story(guid: "urn:x:1"), Story(link: "http://e.org/1"),
            Story(guid: "s", link: "http://e.org/a", title: "a"),
            Story(guid: "s", link: "http://e.org/b", title: "b")
        ]
        let found = polls([stories], scope: "http://e.org/feed")[0]
        #expect(
            found == [
                "http://e.org/feed#1", "urn:x:1", "http://e.org/1", "http://e.org/feed#s",
                "http://e.org/feed#s#http://e.org/b"
            ])
    }

    @Test("costs a feed that gives none twice nothing to remember, and one with very many little")
    func memory() {
        let many = (0..<2000).map { Story(guid: "\($0)", link: "http://e.org/\($0)") }
        #expect(parse(rss(many.map(\.element).joined())).end.ids == nil)
        let shared = (0..<2000).map { Story(guid: "\($0 / 2)", link: "http://e.org/\($0)") }
        #expect(parse(rss(shared.map(\.element).joined())).end.ids?.bearers.count == ItemIDMemory.limit)
    }
}
