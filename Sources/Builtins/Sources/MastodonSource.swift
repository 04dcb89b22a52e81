import Feeds
import Fetching
import Foundation
import PipelineSpec
import Records
import Streaming

import struct PipelineSpec.Secret

/// Reads a timeline of a Mastodon instance, or statuses that were saved to a file.
struct MastodonSource: Source {
    static let component = Component<any Source>(
        "mastodon", "Reads a timeline of a Mastodon instance.",
        details: """
            Without `tag` or `account` it is the public timeline. The first run reads the newest statuses, up to \
            `limit`; each later run reads everything since, oldest first, so that nothing is missed between two runs \
            however much was posted. The limits that the instance sends with its answers are obeyed. Many instances \
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
            input: .timeline(timeline), limit: limit, token: token?.reveal(), context: context)
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
                try MastodonStatus.all(in: page, from: path).map {
                    $0.item(source: outlet.name, feed: .init())
                }
            }
        case .timeline(let timeline):
            var api = try WebAPI(context)
            if let token, !token.isEmpty { api.client.credentials = .bearer(Fetching.Secret(token)) }
            try await read(timeline, api, from: anchor, into: outlet)
        }
    }

    private func read(
        _ timeline: MastodonTimeline, _ api: WebAPI, from anchor: Anchor?, into outlet: SourceOutlet
    ) async throws {
        var position = MastodonPosition(anchor, in: timeline.name)
        // Each status names its own place, so there is never anything to skip.
        try outlet.restart(from: position.anchor)
        if position.account == nil, let lookup = timeline.lookup {
            let found = try await api.get(lookup, for: outlet).page.read { $0["id"]?.string }
            guard let found else {
                throw WebAPIError.unexpected(place: "\(lookup)", wanted: "an account with an 'id'")
            }
            position.account = found
        }
        let url = try timeline.url(account: position.account)
        let feed = timeline.feed
        if position.last == nil {
            for status in try await newest(url, api, outlet).reversed() {
                position.last = status.id
                try await outlet.send([status.item(source: outlet.name, feed: feed)], then: position.anchor)
            }
            return
        }
        try await catchUp(url, feed, api, &position, into: outlet)
    }

    /// The newest statuses, newest first, on as many pages as it takes.
    private func newest(_ url: WebURL, _ api: WebAPI, _ outlet: SourceOutlet) async throws -> [MastodonStatus]
    {
        var statuses: [MastodonStatus] = []
        var ids: Set<String> = []
        var size = 0
        var next: WebURL? = url.appending(query: [("limit", "\(min(limit, MastodonTimeline.pageSize))")])
        // All pages are held until the oldest has come, so together they are no larger than one document may be.
        while let address = next, statuses.count < limit, size < api.client.maxSize {
            let answer = try await api.get(address, for: outlet)
            size += answer.page.chunk.byteCount
            // A page that brings nothing new would come for ever.
            let page = try MastodonStatus.all(in: answer.page, from: "\(url)").filter {
                ids.insert($0.id).inserted
            }
            statuses += page
            next = page.isEmpty ? nil : answer.response.link("next")
        }
        return Array(statuses.prefix(limit))
    }

    /// Everything after the last status, page by page towards the present.
    ///
    /// `min_id` gives the statuses that follow an id directly (`since_id` would give the newest and leave a gap).
    private func catchUp(
        _ url: WebURL, _ feed: FeedItem.Feed, _ api: WebAPI, _ position: inout MastodonPosition,
        into outlet: SourceOutlet
    ) async throws {
        for _ in 0..<MastodonTimeline.mostPages {
            guard let last = position.last else { return }
            let size = MastodonTimeline.pageSize
            let address =
                position.next
                ?? url.appending(query: [("limit", "\(size)"), ("min_id", last)])
            let answer = try await api.get(address, for: outlet)
            let page = try MastodonStatus.all(in: answer.page, from: "\(url)")
            position.next = nil
            for status in page.reversed() where MastodonStatus.follows(status.id, last) {
                position.last = status.id
                try await outlet.send([status.item(source: outlet.name, feed: feed)], then: position.anchor)
            }
            let next = answer.response.link("prev")
            if page.isEmpty, let newest = next?.query("min_id"), MastodonStatus.follows(newest, last) {
                // All the statuses of the page are kept from us; the link tells where they end.
                position.last = newest
                try outlet.restart(from: position.anchor)
            }
            // A short page is no sign of the end, but one that moves nothing on would come for ever.
            guard position.last != last else { return }
            position.next = next
        }
    }
}

/// Which timeline, and where.
struct MastodonTimeline: Sendable {
    /// The most that Mastodon gives at once.
    static let pageSize = 40
    /// Pages that are read in one run; the next one goes on from there.
    static let mostPages = 10_000

    let instance: WebURL
    let tag: String?
    let account: String?
    let isLocal: Bool
    let withBoosts: Bool

    /// Tells one timeline from another.
    var name: String {
        "\(instance.origin) \(tag.map { "#\($0)" } ?? account ?? "public") \(isLocal) \(withBoosts)"
    }

    /// Where the number of the account can be asked for, when it is not given.
    var lookup: WebURL? {
        guard let account, !account.allSatisfy(\.isNumber) else { return nil }
        let name = account.hasPrefix("@") ? String(account.dropFirst()) : account
        return instance.resolving("/api/v1/accounts/lookup")?.appending(query: [("acct", name)])
    }

    /// - Parameter account: the number of the account, when it was looked up.
    func url(account number: String?) throws -> WebURL {
        var path = "/api/v1/timelines/public"
        var query: [(name: String, value: String)] = isLocal ? [("local", "true")] : []
        if let tag {
            path =
                "/api/v1/timelines/tag/"
                + MastodonTimeline.escaped(tag.hasPrefix("#") ? String(tag.dropFirst()) : tag)
        } else if let number = number ?? account {
            path = "/api/v1/accounts/\(MastodonTimeline.escaped(number))/statuses"
            query = withBoosts ? [] : [("exclude_reblogs", "true")]
        }
        guard let url = instance.resolving(path) else { throw FetchError.invalidURL(path) }
        return url.appending(query: query)
    }

    var feed: FeedItem.Feed {
        let title = tag.map { "#\($0)" } ?? account ?? "public timeline"
        let page =
            tag.map { "/tags/" + MastodonTimeline.escaped($0) } ?? account.map { "/@\($0)" } ?? "/public"
        return FeedItem.Feed(
            title: "\(title) at \(instance.host)", url: nil, home: instance.resolving(page)?.string)
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-_.@")))
            ?? text
    }
}

/// The last status that was delivered.
struct MastodonPosition {
    private struct Stored: Codable {
        var timeline: String?
        var last: String?
        var account: String?
    }

    private var stored = Stored()

    /// A position in another timeline counts as none: the numbers of two instances cannot be compared.
    init(_ anchor: Anchor?, in timeline: String) {
        stored = anchor?.decode(Stored.self) ?? Stored()
        if stored.timeline != timeline { stored = Stored(timeline: timeline) }
    }

    var last: String? {
        get { stored.last }
        set { stored.last = newValue }
    }

    /// The number of the account, so that it is looked up only once.
    var account: String? {
        get { stored.account }
        set { stored.account = newValue }
    }

    /// The page that the instance names as the next. Used within a run only, the next one starts from ``last``.
    var next: WebURL?

    var anchor: Anchor { Anchor(encoding: stored) }
}

extension FetchResponse {
    /// The address that a `Link` names, if it is at the same origin: tokens are not to be sent elsewhere.
    func link(_ relation: String) -> WebURL? {
        links[relation].flatMap(url.resolving).flatMap { $0.origin == url.origin ? $0 : nil }
    }
}
