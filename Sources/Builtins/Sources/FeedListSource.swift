import Feeds
import Fetching
import PipelineSpec
import Records
import Streaming

/// Reads a list of feeds, each of which is then read and polled as a source of its own.
struct FeedListSource: Source {
    let list: DocumentAddress
    let client: WebClient
    let discovers: Bool
    /// Feeds read at the same time.
    let atOnce: Int
    /// What the pipeline writes is no feed of it.
    var ownOutputs = OwnOutputs.none

    /// The files of a list that is one.
    var namedFiles: [String] {
        guard case .file(let path) = list,
            let bytes = try? ReadableFile(path: path, as: .file).readAll(limit: client.maxSize),
            let feeds = try? FeedList(bytes)
        else { return [] }
        return feeds.entries.compactMap { entry in
            if case .file(let path, _) = place(entry.address) { path } else { nil }
        }
    }

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        let feeds = try await feeds(of: outlet)
        let shared = ListedFeed.Shared(self)
        var seen: Set<String> = []
        let parts = feeds.entries.compactMap { part($0, shared, into: outlet) }.filter {
            seen.insert($0.key).inserted
        }
        if !feeds.isComplete {
            outlet.reject(
                SourceProblem(place: list.place, message: "the list breaks off; feeds may be missing"))
        }
        outlet.divide(
            into: parts, atOnce: atOnce, isComplete: feeds.isComplete, isPaced: client.isPaced)
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
            return try await withTaskExecutorPreference(outlet.executor("list")) {
                let file = try ReadableFile(path: path, as: .document)
                return (try file.readAll(limit: client.maxSize, setBy: FeedSource.maxSize), nil)
            }
        case .web(let url):
            let response = try await client.fetch(client.request(url), for: outlet)
            guard let body = response.body else {
                throw GivenUp(place: "\(url)", cause: .status(response.status, retryAfter: nil))
            }
            return (try await body.collect(), response.headers["content-type"])
        }
    }

    /// The feed of an entry; nil after reporting that its address is none.
    private func part(_ entry: FeedList.Entry, _ feeds: ListedFeed.Shared, into outlet: SourceOutlet)
        -> SourcePart?
    {
        guard let place = place(entry.address) else {
            outlet.reject(
                SourceProblem(
                    place: "\(list.place):\(entry.line)",
                    message: "'\(WebURL.redacted(entry.address))' is no address that a feed can have here"))
            return nil
        }
        if case .file(let path, _) = place, ownOutputs.areMeant(by: path) {
            outlet.reject(
                SourceProblem(
                    place: "\(list.place):\(entry.line)",
                    message: "'\(path)' is not read: the pipeline writes this file"))
            return nil
        }
        return SourcePart(
            key: Fingerprint.of(place.address), name: entry.title ?? place.name,
            source: ListedFeed(shared: feeds, place: place))
    }

    /// A list on the web names addresses on the web; one in a file may also name files beside it.
    private func place(_ address: String) -> ListedFeed.Place? {
        switch list {
        case .web(let url): return url.resolving(address).map { .web($0) }
        case .file(let path):
            if let feed = try? WebURL(address) { return .web(feed) }
            guard !address.contains("://"), !address.hasPrefix("mailto:") else { return nil }
            let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
            return .file(address.hasPrefix("/") ? address : folder + address, as: address)
        }
    }

    fileprivate func source(_ place: ListedFeed.Place) -> FeedSource {
        switch place {
        case .file(let path, let address):
            // Whoever made the list chose the path: one to a pipe would keep the reading waiting for ever.
            return FeedSource(
                input: .file(path: path, as: .file, maxSize: client.maxSize), idScope: address)
        case .web(let url):
            var feed = WebFeed(url: url, client: client)
            if case .web(let list) = list {
                let client = url.mayShareSecrets(of: list) ? client : client.withoutSecrets
                feed = WebFeed(url: url, client: client, list: list)
            }
            feed.discovers = discovers
            return FeedSource(input: .web(feed))
        }
    }
}

/// A feed of a list that waits for its turn. There may be very many, so what they have in common is kept once.
private struct ListedFeed: Source {
    final class Shared: Sendable {
        let list: FeedListSource

        init(_ list: FeedListSource) { self.list = list }
    }

    enum Place {
        case web(WebURL)
        /// The path, and how the list spells it.
        case file(String, as: String)

        var address: String {
            switch self {
            case .web(let url): url.string
            case .file(let path, _): path
            }
        }

        /// What logs call it; no secrets.
        var name: String {
            switch self {
            case .web(let url): "\(url)"
            case .file(let path, _): path
            }
        }
    }

    let shared: Shared
    let place: Place

    var blocks: Bool {
        if case .file = place { return true }
        return false
    }

    var executor: (any TaskExecutor)? {
        if case .web = place { return shared.list.client.fetcher.executor }
        return nil
    }

    var lane: String? {
        if case .web(let url) = place { return url.origin }
        return nil
    }

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        try await shared.list.source(place).run(from: anchor, into: outlet)
    }
}

/// A document that should be a list of feeds is none.
struct NotAList: PermanentFailure, CustomStringConvertible {
    let place: String
    let failure: FeedList.Failure

    var description: String { "\(place): \(failure)" }
}
