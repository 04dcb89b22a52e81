import Feeds
import Fetching
import Logging
import Notation
import PipelineSpec
import Records
import Streaming

/// Reads the posts of a subreddit, or a listing that was saved to a file.
struct RedditSource: Source {
    static let component = Component<any Source>(
        "reddit", "Reads the posts of a subreddit.",
        details: """
            With `sort: new` each run after the first reads all that has appeared since the last one, as far back as \
            Reddit lists (1000 posts), also what appears late, below posts that were read before; the other orders are \
            read anew each time. A page that ends in what is known is the last. Reddit asks programs to sign in and to name who runs them: give `client_id` and `client_secret` of \
            an app (or a `token`), and `username`. The limits that Reddit sends with its answers are obeyed. `file` \
            reads a saved listing instead.
            """,
        produces: .feedItem,
        Field<String?>(
            "subreddit", "The subreddit, without `r/`; several with `+`.", .notEmpty, example: "technology",
            role: .address),
        Field<RedditSort>("sort", default: .new, "Which posts, and in which order.", role: .address),
        Field<Int>(
            "limit", default: 100,
            "At most so many posts in the first run, or in each one where the order is not `new`.",
            .range(1...1000)),
        Field<Secret?>("token", "An OAuth access token."),
        Field<String?>("client_id", "The id of a Reddit app, to sign in with.", .notEmpty),
        Field<Secret?>("client_secret", "Its secret."),
        Field<String?>(
            "username", "Your name at Reddit, for the User-Agent that Reddit asks for.", .notEmpty),
        Field<String?>(
            "api", "Another address of the API.", .httpURL, example: "https://oauth.reddit.com",
            role: .address),
        Field<String?>("token_url", "Another address to sign in at.", .httpURL),
        Field<String?>(
            "file", "A saved listing to read instead.", .inputPath, example: "samples/reddit.json",
            role: .path),
        shorthand: "subreddit", oneOf: ["subreddit", "file"]
    ) { context, subreddit, sort, limit, token, id, secret, username, api, tokenURL, file in
        if let file {
            return RedditSource(input: .file(context.resolve(file)), limit: limit, context: context)
        }
        guard let subreddit else { throw WebAPIError.badOptions("'reddit' needs 'subreddit' or 'file'") }
        let access = try RedditAccess(
            token: token?.revealed, clientID: id, clientSecret: secret?.revealed, username: username,
            api: api,
            tokenURL: tokenURL)
        return RedditSource(input: .subreddit(subreddit, sort, access), limit: limit, context: context)
    }
    .with(ComponentTraits(makesRequests: { !$0.has("file") }, files: ["file"]))
    .depending(
        on: .idle(
            "sort", "token", "client_id", "client_secret", "username", "api", "token_url",
            because: "a saved listing is read without requests"
        ) { $0.has("file") },
        .idle("token_url", because: "only a client (`client_id`) signs in") {
            !$0.has("file") && !$0.has("client_id")
        },
        .refused("token", because: RedditAccess.oneProof) {
            !$0.has("file") && ($0.has("client_id") || $0.has("client_secret"))
        },
        .refused("client_id", because: RedditAccess.oneProof) { !$0.has("file") && !$0.has("client_secret") },
        .refused("client_secret", because: RedditAccess.oneProof) { !$0.has("file") && !$0.has("client_id") })

    enum Input: Sendable {
        case subreddit(String, RedditSort, RedditAccess)
        case file(String)
    }

    /// The most that Reddit gives at once.
    private static let pageSize = 100

    let input: Input
    let limit: Int
    let context: BuildContext

    var blocks: Bool {
        if case .file = input { return true }
        return false
    }

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        switch input {
        case .file(let path):
            try await outlet.send(file: path, from: anchor) { page in
                let listing = try RedditListing(page, from: path, mayBeEscaped: true)
                reject(listing, of: path, outlet)
                return Array(listing.posts.prefix(limit))
            }
        case .subreddit(let name, let sort, let access):
            let api = try await access.signIn(try WebAPI(context), for: outlet)
            let url = try WebURL("\(access.api)/r/\(name)/\(sort.rawValue)\(access.suffix)")
            try await walk(url, sort, api, from: anchor, into: outlet)
        }
    }

    private func reject(_ listing: RedditListing, of place: String, _ outlet: SourceOutlet) {
        for stranger in listing.strangers { outlet.reject(SourceProblem(place: place, message: stranger)) }
    }

    /// Goes through a listing page by page, newest first, down to what is known.
    ///
    /// Each post is a place to go on from, so a walk that was broken off is ended before a new one begins.
    private func walk(
        _ url: WebURL, _ sort: RedditSort, _ api: WebAPI, from anchor: Anchor?, into outlet: SourceOutlet
    ) async throws {
        var position = RedditPosition(anchor, in: "\(url.target)")
        try outlet.restart(from: position.anchor)
        // What is new must not depend on how much it is: a limit would leave a gap that no later run fills.
        let limit = position.hasWalked ? .max : limit
        var mayRestart = position.after != nil
        var shown: Set<String> = []
        while position.sent < limit, shown.count < RedditListing.longest {
            let listing = try await page(of: url, at: position, limit, api, outlet)
            reject(listing, of: "\(url)", outlet)
            // A server that takes no notice of `after` gives the same page again and again.
            let isNew = listing.posts.reduce(false) { shown.insert($1.id).inserted || $0 }
            if mayRestart, listing.posts.isEmpty {
                // Nothing follows a post that has been deleted since.
                outlet.logger.info("\(url): the last post that was read is gone; reading from the top again")
                if sort == .new { position.restart() } else { position.forget() }
            } else {
                let isDone = try await send(listing, &position, limit, into: outlet)
                guard isNew, !isDone, let after = listing.after else { break }
                position.after = after
            }
            mayRestart = false
        }
        if sort == .new { position.finish(isCut: position.sent >= limit) } else { position.forget() }
        try await outlet.send([Record](), then: position.anchor)
    }

    private func page(
        of url: WebURL, at position: RedditPosition, _ limit: Int, _ api: WebAPI, _ outlet: SourceOutlet
    ) async throws -> RedditListing {
        // What was sent before does not count among those that are still wanted.
        let count = position.isRepeated ? RedditSource.pageSize : limit - position.sent
        var query = [("limit", "\(min(count, RedditSource.pageSize))"), ("raw_json", "1")]
        if let after = position.after { query.append(("after", after)) }
        let answer = try await api.get(url.appending(query: query), for: outlet)
        return try RedditListing(answer.page, from: "\(url)", mayBeEscaped: false)
    }

    /// - Returns: whether what is known, or the limit, has been reached.
    private func send(
        _ listing: RedditListing, _ position: inout RedditPosition, _ limit: Int,
        into outlet: SourceOutlet
    ) async throws -> Bool {
        var isLastNew = true
        for (post, isNew) in zip(listing.posts, position.news(in: listing.posts)) {
            if !post.isPinned { isLastNew = isNew }
            guard position.meet(post), isNew else { continue }
            position.send(post)
            try await outlet.send([post], then: position.anchor)
            if position.sent >= limit { return true }
        }
        return !isLastNew
    }
}

/// The orders in which Reddit lists posts.
enum RedditSort: String, OptionEnum {
    case new, hot, top, rising, controversial, best

    var doc: String {
        switch self {
        case .new: "The newest first; only what is new since the last run is read."
        case .hot: "What is talked about now."
        case .top: "The highest score of the day first."
        case .rising: "What is gaining votes."
        case .controversial: "What has as many votes against it as for it."
        case .best: "Reddit's choice."
        }
    }
}
