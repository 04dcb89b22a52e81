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
            read anew each time, in their order. A story that cannot be read is counted and left out; one that is not to \
            be seen yet is asked for again in the runs that follow, as long as it is listed.
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
            let listed = try await list(client, outlet)
            if stories == .new {
                position.plan(newest: listed, limit)
            } else {
                position.plan(listed.prefix(limit))
            }
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
                    let story = try story(ids[next], answer, position, outlet)
                    if story.isHidden { position.postponed(ids[next]) } else { position.delivered(ids[next]) }
                    next += 1
                    try await outlet.send(story.items, then: position.anchor)
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

    /// The story, if there is one to deliver; one that cannot be had is rejected.
    ///
    /// - Throws: what concerns the stories after it as well.
    private func story(
        _ id: Int64, _ answer: Result<JSONPage, any Error>, _ position: HackerNewsPosition,
        _ outlet: SourceOutlet
    ) throws -> (items: [any ItemDescription], isHidden: Bool) {
        func reject(_ message: String) {
            outlet.reject(SourceProblem(place: "story \(id)", message: message))
        }
        do {
            let page = try answer.get()
            switch try HackerNewsStory.Standing(of: page, from: address(of: id)) {
            case .shown(let story): return ([story.listed(in: stories)], false)
            case .deleted: reject("it has been deleted")
            case .hidden:
                // Of those that are asked for again nothing is said a second time.
                if !position.isPostponed(id) { reject("it is not to be seen, or not yet") }
                return ([], true)
            }
        } catch  where WebAPIError.concernsOneDocument(error) {
            reject("\(error)")
        }
        return ([], false)
    }

    /// The stories that are listed, in their order.
    private func list(_ client: WebAPI, _ outlet: SourceOutlet) async throws -> [Int64] {
        let url = try WebURL("\(api)/\(stories.rawValue)stories.json")
        let answer = try await client.get(url, for: outlet)
        let ids = answer.page.read { node in
            node.kind == .array ? node.elements.map { $0.int ?? $0.string.flatMap { Int64($0) } } : nil
        }
        guard let ids else { throw WebAPIError.unexpected(place: "\(url)", wanted: "an array of numbers") }
        for (index, id) in ids.enumerated() where id == nil {
            outlet.reject(SourceProblem(place: "\(url)", message: "entry \(index + 1) is no number"))
        }
        return ids.compactMap(\.self)
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
