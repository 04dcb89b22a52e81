import Feeds
import Fetching
import Records
import Streaming

/// Reads all feeds of a list.
struct FeedListSource: Source {
    let list: DocumentAddress
    let client: WebClient
    let discovers: Bool
    /// Feeds read at the same time.
    let atOnce: Int

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        let feeds = try await feeds(of: outlet)
        var seen: Set<String> = []
        let parts = feeds.entries.compactMap { part($0, into: outlet) }.filter {
            seen.insert($0.key).inserted
        }
        if !feeds.isComplete {
            outlet.reject(
                SourceProblem(place: list.place, message: "the list breaks off; feeds may be missing"))
        }
        try await outlet.read(parts, atOnce: atOnce)
    }

    private func feeds(of outlet: SourceOutlet) async throws -> FeedList {
        let (document, contentType) = try await document(for: outlet)
        do {
            return try FeedList(document, contentType: contentType)
        } catch {
            throw NotAList(place: list.place, failure: error)
        }
    }

    private func document(for outlet: SourceOutlet) async throws -> ([UInt8], String?) {
        switch list {
        case .file(let path):
            let executor = BlockingExecutor(label: "feedspine.list.\(outlet.name)")
            return try await withTaskExecutorPreference(executor) {
                (try ReadableFile(path: path).readAll(limit: client.maxSize), nil)
            }
        case .web(let url):
            let response = try await client.fetch(client.request(url), for: outlet)
            guard let body = response.body else {
                throw GivenUp(cause: .status(response.status, retryAfter: nil))
            }
            return (try await body.collect(), response.headers["content-type"])
        }
    }

    /// The feed of an entry; nil after reporting that its address is none.
    private func part(_ entry: FeedList.Entry, into outlet: SourceOutlet) -> SourcePart? {
        guard let source = source(entry.address) else {
            outlet.reject(
                SourceProblem(
                    place: "\(list.place):\(entry.line)",
                    message: "'\(WebURL.redacted(entry.address))' is no address that a feed can have here"))
            return nil
        }
        return SourcePart(
            key: Fingerprint.of(source.address), name: entry.title ?? source.place, source: source.feed)
    }

    /// A list on the web names addresses on the web; one in a file may also name files beside it.
    private func source(_ address: String) -> (address: String, place: String, feed: FeedSource)? {
        switch list {
        case .web(let url):
            guard let feed = url.resolving(address) else { return nil }
            let client = feed.mayShareSecrets(of: url) ? client : client.withoutSecrets
            return (feed.string, "\(feed)", source(WebFeed(url: feed, client: client, list: url)))
        case .file(let path):
            if let feed = try? WebURL(address) {
                return (feed.string, "\(feed)", source(WebFeed(url: feed, client: client)))
            }
            guard !address.contains("://"), !address.hasPrefix("mailto:") else { return nil }
            let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
            let file = address.hasPrefix("/") ? address : folder + address
            return (file, file, FeedSource(input: .file(path: file), idScope: address))
        }
    }

    private func source(_ feed: WebFeed) -> FeedSource {
        var feed = feed
        feed.discovers = discovers
        return FeedSource(input: .web(feed), idScope: feed.url.string)
    }
}

/// A document that should be a list of feeds is none.
struct NotAList: PermanentFailure, CustomStringConvertible {
    let place: String
    let failure: FeedList.Failure

    var description: String { "\(place): \(failure)" }
}
