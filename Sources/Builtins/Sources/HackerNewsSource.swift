import Feeds
import Fetching
import PipelineSpec
import Records
import Streaming

/// Reads the stories of Hacker News.
struct HackerNewsSource: Source {
    static let component = Component<any Source>(
        "hackernews", "Reads the stories of Hacker News.",
        details: """
            With `stories: new` each run reads what was posted since the last one, oldest first; the other lists are \
            read anew each time, in their order. A story that cannot be read is counted and left out.
            """,
        produces: .feedItem,
        Field<HackerNewsList>("stories", default: .top, "Which stories.", role: .address),
        Field<Int>("limit", default: 30, "At most so many stories in one run.", .range(1...500)),
        Field<String>(
            "api", default: "https://hacker-news.firebaseio.com/v0", "The address of the API.", .httpURL,
            role: .address),
        shorthand: "stories"
    ) { context, stories, limit, api in
        HackerNewsSource(
            stories: stories, limit: limit, api: api.hasSuffix("/") ? String(api.dropLast()) : api,
            context: context)
    }

    /// Stories that are asked for at the same time; they are delivered in order all the same.
    private static let width = 6

    let stories: HackerNewsList
    let limit: Int
    /// Without a slash at the end.
    let api: String
    let context: BuildContext

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        let client = try WebAPI(context)
        var position = HackerNewsPosition(anchor, in: stories)
        if position.walk.isEmpty {
            position.walk = try await list(client, after: position.last, outlet)
        }
        // A list that was broken off is read on, story by story, so there is never anything to skip.
        try outlet.restart(from: position.anchor)
        try await withThrowingTaskGroup(of: (Int, Result<JSONPage, any Error>).self) { group in
            let ids = position.walk
            var waiting = ids.indices[...]
            var ready: [Int: Result<JSONPage, any Error>] = [:]
            var next = 0
            for index in waiting.prefix(HackerNewsSource.width) { ask(index, ids, client, outlet, &group) }
            waiting = waiting.dropFirst(HackerNewsSource.width)
            while let (index, answer) = try await group.next() {
                ready[index] = answer
                while let answer = ready.removeValue(forKey: next) {
                    // A failure waits for its turn, too: the stories before it are delivered first.
                    let items = try items(ids[next], answer, outlet)
                    position.delivered(ids[next])
                    next += 1
                    try await outlet.send(items, then: position.anchor)
                    if let index = waiting.popFirst() { ask(index, ids, client, outlet, &group) }
                }
            }
        }
    }

    private func ask(
        _ index: Int, _ ids: [Int64], _ client: WebAPI, _ outlet: SourceOutlet,
        _ group: inout ThrowingTaskGroup<(Int, Result<JSONPage, any Error>), any Error>
    ) {
        let address = address(of: ids[index])
        group.addTask {
            do {
                return (index, .success(try await client.get(try WebURL(address), for: outlet).page))
            } catch {
                return (index, .failure(error))
            }
        }
    }

    private func address(of id: Int64) -> String { "\(api)/item/\(id).json" }

    /// The story, if there is one to deliver; one that is at fault itself is rejected.
    ///
    /// - Throws: what concerns the stories after it as well.
    private func items(
        _ id: Int64, _ answer: Result<JSONPage, any Error>, _ outlet: SourceOutlet
    ) throws -> [FeedItem] {
        do {
            let page = try answer.get()
            let story = try HackerNewsStory(page, from: address(of: id))
            return (story?.item(source: outlet.name, list: stories)).map { [$0] } ?? []
        } catch  where WebAPIError.concernsOneDocument(error) {
            outlet.reject(SourceProblem(place: "story \(id)", message: "\(error)"))
            return []
        }
    }

    /// The stories that are to be read, in the order in which they are.
    private func list(_ client: WebAPI, after last: Int64?, _ outlet: SourceOutlet) async throws -> [Int64] {
        let url = try WebURL("\(api)/\(stories.rawValue)stories.json")
        let answer = try await client.get(url, for: outlet)
        let ids = answer.page.read { $0.kind == .array ? $0.elements.compactMap(\.int) : nil }
        guard let ids else { throw WebAPIError.unexpected(place: "\(url)", wanted: "an array of numbers") }
        guard stories == .new else { return Array(ids.prefix(limit)) }
        let fresh = ids.filter { $0 > last ?? 0 }.sorted()
        return Array(last == nil ? fresh.suffix(limit) : fresh.prefix(limit))
    }
}

/// The lists that Hacker News has.
enum HackerNewsList: String, OptionEnum {
    case top, new, best, ask, show, job

    var doc: String {
        switch self {
        case .top: "The front page."
        case .new: "The newest."
        case .best: "The best of the last days."
        case .ask: "Questions to the readers."
        case .show: "What readers show of their work."
        case .job: "Jobs."
        }
    }
}

/// A story as the API gives it.
private struct HackerNewsStory {
    private let page: JSONPage
    private let id: Int64

    /// Nil for what was deleted.
    ///
    /// - Throws: ``WebAPIError/unexpected(place:wanted:)``.
    init?(_ page: JSONPage, from place: String) throws {
        let node = page.node
        if node.isNull || node["deleted"]?.bool == true || node["dead"]?.bool == true { return nil }
        guard let id = node["id"]?.int else {
            throw WebAPIError.unexpected(place: place, wanted: "a story with an 'id'")
        }
        self.page = page
        self.id = id
    }

    func item(source: String, list: HackerNewsList) -> FeedItem {
        let node = page.node
        let discussion = "https://news.ycombinator.com/item?id=\(id)"
        var item = FeedItem(id: "\(id)")
        item.url = text("url") ?? discussion
        item.title = text("title")
        if let html = text("text") {
            item.content = .init(type: "text/html", text: HTMLText.plain(html), html: html)
        }
        item.author = text("by")
        item.authors =
            item.author.map {
                [FeedItem.Author(name: $0, url: "https://news.ycombinator.com/user?id=\($0)")]
            } ?? []
        item.published = node["time"]?.int.flatMap { FeedDate(secondsSince1970: $0) }
        item.score = node["score"]?.int
        item.comments = node["descendants"]?.int
        item.feed = FeedItem.Feed(
            title: "Hacker News: \(list.rawValue)", url: nil, home: "https://news.ycombinator.com/")
        item.source = source
        item.extensions = [("discussion", discussion), ("type", text("type"))].compactMap { name, value in
            value.map { ExtensionElement(prefix: "hackernews", name: name, text: $0) }
        }
        return item
    }

    private func text(_ field: String) -> String? {
        page.node[field]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The highest number that was delivered, and what is left of the list that is being read.
struct HackerNewsPosition {
    private struct Stored: Codable {
        var list: String?
        var last: Int64?
        var walk: [Int64] = []
    }

    private var stored = Stored()

    /// A position in another list counts as none.
    init(_ anchor: Anchor?, in list: HackerNewsList) {
        stored = anchor?.decode(Stored.self) ?? Stored()
        if stored.list != list.rawValue { stored = Stored(list: list.rawValue) }
    }

    var last: Int64? { stored.last }

    var walk: [Int64] {
        get { stored.walk }
        set { stored.walk = newValue }
    }

    mutating func delivered(_ id: Int64) {
        stored.last = max(stored.last ?? id, id)
        if stored.walk.first == id { stored.walk.removeFirst() }
    }

    var anchor: Anchor { Anchor(encoding: stored) }
}
