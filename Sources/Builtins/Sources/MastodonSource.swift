import Feeds
import Fetching
import Notation
import PipelineSpec
import Records
import Streaming

/// Reads a timeline of a Mastodon instance, or statuses that were saved to a file.
struct MastodonSource: Source {
    static let component = Component<any Source>(
        "mastodon", "Reads a timeline of a Mastodon instance.",
        details: """
            Without `tag` or `account` it is the public timeline. The first run reads the newest statuses, up to \
            `limit`; each later run reads everything since, oldest first, so that nothing is missed between two runs \
            however much was posted, also what came late from another server. The limits that the instance sends with its answers are obeyed. Many instances \
            show their public timeline only to those who give a `token`. `file` reads a saved timeline instead.
            """,
        produces: .feedItem,
        Field<String?>(
            "instance", "The instance's address.", .httpURL, example: "https://mastodon.social",
            role: .address),
        Field<String?>("tag", "Statuses with this hashtag.", .notEmpty, example: "ai", role: .address),
        Field<String?>(
            "account",
            "Statuses of this account, such as `@name@instance`, or its number; not together with `tag`.",
            .notEmpty, role: .address),
        Field<Bool>("local", default: false, "Only statuses of the instance itself.", role: .address),
        Field<Bool>(
            "boosts", default: true, "Statuses of others that an account has boosted, too.", role: .address),
        Field<Int>("limit", default: 40, "How many statuses the first run reads.", .range(1...1000)),
        Field<Secret?>("token", "An access token."),
        Field<String?>(
            "file", "A saved timeline to read instead.", .inputPath, example: "samples/mastodon.json",
            role: .path),
        shorthand: "instance", oneOf: ["instance", "file"]
    ) { context, instance, tag, account, local, boosts, limit, token, file in
        if let file {
            return MastodonSource(
                input: .file(context.resolve(file)), limit: limit, token: nil, context: context)
        }
        guard let instance else { throw WebAPIError.badOptions("'mastodon' needs 'instance' or 'file'") }
        guard tag == nil || account == nil else {
            throw WebAPIError.badOptions("'mastodon' \(eitherTimeline)")
        }
        let timeline = MastodonTimeline(
            instance: try WebURL(instance), tag: tag, account: account, isLocal: local, withBoosts: boosts)
        return MastodonSource(
            input: .timeline(timeline), limit: limit, token: token?.revealed, context: context)
    }
    .with(ComponentTraits(makesRequests: { !$0.has("file") }, files: ["file"]))
    .depending(
        on: .idle(
            "tag", "account", "local", "boosts", "token", because: "a saved timeline is read without requests"
        ) { $0.has("file") },
        .idle("boosts", because: "only the timeline of an `account` has them") {
            !$0.has("file") && !$0.has("account")
        },
        .idle("local", because: "an `account` has one timeline") { !$0.has("file") && $0.has("account") },
        .refused("account", because: eitherTimeline) { !$0.has("file") && $0.has("tag") })

    private static let eitherTimeline = "takes either `tag` or `account`, not both"

    enum Input: Sendable {
        case timeline(MastodonTimeline)
        case file(String)
    }

    let input: Input
    let limit: Int
    let token: String?
    let context: BuildContext

    var blocks: Bool {
        if case .file = input { return true }
        return false
    }

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        switch input {
        case .file(let path):
            try await outlet.send(file: path, from: anchor) { page in
                let page = try MastodonPage(page, from: path)
                reject(page, of: path, outlet)
                return page.statuses
            }
        case .timeline(let timeline):
            var api = try WebAPI(context)
            if let token, !token.isEmpty { api.client.credentials = .bearer(Secret(token)) }
            try await read(timeline, api, from: anchor, into: outlet)
        }
    }

    private func reject(_ page: MastodonPage, of place: String, _ outlet: SourceOutlet) {
        for stranger in page.strangers { outlet.reject(SourceProblem(place: place, message: stranger)) }
    }

    private func read(
        _ timeline: MastodonTimeline, _ api: WebAPI, from anchor: Anchor?, into outlet: SourceOutlet
    ) async throws {
        var position = MastodonPosition(anchor, in: timeline.name)
        // Each status names its own place, so there is never anything to skip.
        try outlet.restart(from: position.anchor)
        if position.account == nil, let lookup = timeline.lookup {
            let found = try await api.get(lookup, for: outlet).page.read { $0.id("id") }
            guard let found else {
                throw WebAPIError.unexpected(place: "\(lookup)", wanted: "an account with an 'id'")
            }
            position.account = found
        }
        let url = try timeline.url(account: position.account)
        guard position.hasBegun else {
            let (statuses, start) = try await newest(url, timeline.feed, api, outlet)
            position.begin(after: start)
            for status in statuses.reversed() {
                position.deliver(status.number)
                try await outlet.send([status], then: position.anchor)
            }
            return try await outlet.send([Record](), then: position.anchor)
        }
        try await catchUp(url, timeline.feed, api, &position, into: outlet)
    }

    /// The newest statuses, newest first, on as many pages as it takes, and what the next run is to read after.
    private func newest(
        _ url: WebURL, _ feed: FeedReference, _ api: WebAPI, _ outlet: SourceOutlet
    ) async throws -> (statuses: [MastodonStatus], start: String) {
        var statuses: [MastodonStatus] = []
        var ids: Set<String> = []
        var size = 0
        var next: WebURL? = url.appending(query: [("limit", "\(min(limit, MastodonTimeline.pageSize))")])
        var newest: String?
        // All pages are held until the oldest has come, so together they are no larger than one document may be.
        while let address = next, statuses.count < limit, size < api.client.maxSize {
            let answer = try await api.get(address, for: outlet)
            size += answer.page.chunk.byteCount
            let read = try MastodonPage(answer.page, from: "\(url)", feed: feed)
            reject(read, of: "\(url)", outlet)
            // Where all are kept from us, the link tells where they end.
            if newest == nil { newest = answer.response.link("prev")?.query("min_id") ?? "" }
            // A page that brings nothing new would come for ever.
            let page = read.statuses.filter { ids.insert($0.number).inserted }
            statuses += page
            next = page.isEmpty ? nil : answer.response.link("next")
        }
        let isWhole = next == nil && statuses.count <= limit
        statuses = Array(statuses.prefix(limit))
        guard let oldest = statuses.last?.number else {
            return ([], newest.flatMap { $0.isEmpty ? nil : $0 } ?? MastodonPosition.beginning)
        }
        return (statuses, isWhole ? MastodonPosition.beginning : oldest)
    }

    /// Everything that is new, page by page towards the present.
    ///
    /// `min_id` gives the statuses that follow an id directly (`since_id` would give the newest and leave a gap). The
    /// numbers of statuses from other servers tell when they were written, not when they came here; so the last ones
    /// are looked at again.
    private func catchUp(
        _ url: WebURL, _ feed: FeedReference, _ api: WebAPI, _ position: inout MastodonPosition,
        into outlet: SourceOutlet
    ) async throws {
        var last = position.start
        var next: WebURL?
        for _ in 0..<MastodonTimeline.mostPages {
            let size = MastodonTimeline.pageSize
            let address = next ?? url.appending(query: [("limit", "\(size)"), ("min_id", last)])
            let answer = try await api.get(address, for: outlet)
            let page = try MastodonPage(answer.page, from: "\(url)", feed: feed)
            reject(page, of: "\(url)", outlet)
            next = answer.response.link("prev")
            var reached = last
            for status in page.statuses.reversed() {
                if MastodonStatus.follows(status.number, reached) { reached = status.number }
                guard position.isNew(status.number) else { continue }
                position.deliver(status.number)
                try await outlet.send([status], then: position.anchor)
            }
            if page.statuses.isEmpty, let newest = next?.query("min_id"),
                MastodonStatus.follows(newest, last)
            {
                // All the statuses of the page are kept from us, now; the link tells where they end.
                position.pass(to: last)
                try outlet.restart(from: position.anchor)
                reached = newest
            }
            // A short page is no sign of the end, but one that moves nothing on would come for ever.
            guard reached != last else { return }
            last = reached
        }
    }
}

extension FetchResponse {
    /// The address that a `Link` names, if it is at the same origin: tokens are not to be sent elsewhere.
    func link(_ relation: String) -> WebURL? {
        links[relation].flatMap(url.resolving).flatMap { $0.origin == url.origin ? $0 : nil }
    }
}
