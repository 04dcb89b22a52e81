import Feeds
import Fetching
import Notation
import PipelineSpec
import Streaming

/// Reads a feed, from the web or from a file, and hands out each item as soon as it has arrived.
struct FeedSource: Source {
    static let component = Component<any Source>(
        "rss", "Reads a feed: RSS, Atom, RDF or JSON Feed; or all feeds of a list.",
        details: """
            The format is recognised by the content. Items leave as soon as their last byte has arrived. A feed that \
            has not changed since the last run is not downloaded again; a file is read each time. A feed that breaks \
            off keeps the items before the break, and the source counts as failed.

            `opml` reads the feeds of a list, several at the same time. Each keeps a position of its own and fails \
            alone; the source counts as failed when one did.

            An id that is no URI gets the feed's address in front, so that it means the same wherever it stands; that \
            of a feed in a file beside the spec stays as it is.

            A source that is polled (`every`) waits longer where `Cache-Control`, `Expires`, `ttl`, `skipHours` or \
            `skipDays` say that nothing new comes sooner, up to `max_every`.
            """,
        produces: .feedItem,
        Field<String?>(
            "url", "The feed's address, or a file beside the spec.", .httpURLOrFile,
            example: "https://feeds.bbci.co.uk/news/technology/rss.xml", role: .path),
        Field<String?>(
            "opml", "A list of feeds instead: an address, or a file beside the spec.", .httpURLOrFile,
            example: "feeds.opml", role: .path),
        Field<Bool>(
            "discover", default: false,
            "The address may be that of a web page; the feed that it names is read, and looked for again when it "
                + "is gone."),
        Field<Int>(
            "max_concurrent_feeds", default: 16, "Feeds of a list that are read at the same time.",
            .range(1...1000)),
        Field<OptionMap<Secret>>(
            "headers", default: OptionMap([]),
            "Request headers. A list on the web and feeds of the same server get them, or all feeds of a list in a "
                + "file."),
        Field<Secret?>("token", "A bearer token for the server at `url` or `opml`; no other gets it."),
        Field<ByteSize>(
            maxSize, default: ByteSize(bytes: 50_000_000), "The largest document, decompressed.", .notEmpty),
        Field<Bool>(
            "allow_private", default: false,
            "Follow a redirect, a page or a list to a private address, where it is a public one."),
        shorthand: "url", oneOf: ["url", "opml"]
    ) { context, url, opml, discovers, atOnce, headers, token, maxSize, allowPrivate in
        func client() throws -> WebClient {
            var client = try WebClient(context)
            client.headers = headers.entries.map { ($0.key, $0.value.revealed) }
            client.credentials = token.map { .bearer($0) }
            client.maxSize = maxSize.bytes
            client.allowPrivate = allowPrivate
            return client
        }
        let address = try DocumentAddress(opml ?? url ?? "", in: context)
        switch address {
        case .file where opml != nil && token != nil:
            throw WebAPIError.badOptions("'rss' \(tokenOfList)")
        case _ where opml != nil:
            return FeedListSource(
                list: address, client: try client(), discovers: discovers, atOnce: atOnce,
                ownOutputs: context[OwnOutputsKey.self])
        case .file(let path):
            return FeedSource(input: .file(path: path, as: .document, maxSize: maxSize.bytes))
        case .web(let url):
            let client = try client()
            let feed = WebFeed(url: url, client: client, discovers: discovers)
            return FeedSource(input: .web(feed))
        }
    }
    .with(ComponentTraits(makesRequests: { !$0.isFile("url") }, files: ["url", "opml"]))
    .depending(
        on: .idle("max_concurrent_feeds", because: "only a list (`opml`) has several feeds") {
            !$0.has("opml")
        },
        .idle(
            "discover", "headers", "token", "allow_private",
            because: "a file is read without requests"
        ) { $0.isFile("url") },
        .refused("token", because: tokenOfList) { $0.isFile("opml") })

    /// The option that bounds a document.
    static let maxSize = "max_size"

    private static let tokenOfList =
        "has a `token` for one server only; give the feed that needs it a source of its own"

    enum Input: Sendable {
        case file(path: String, as: InputForm, maxSize: Int)
        case web(WebFeed)
    }

    let input: Input
    /// What ids that are no URIs get in front in a file; nil leaves them as they are.
    var idScope: String?

    var blocks: Bool {
        if case .file = input { return true }
        return false
    }

    var executor: (any TaskExecutor)? {
        if case .web(let feed) = input { return feed.client.fetcher.executor }
        return nil
    }

    var lane: String? {
        if case .web(let feed) = input { return feed.url.origin }
        return nil
    }

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        switch input {
        case .file(let path, let form, let maxSize):
            try await read(ReadableFile(path: path, as: form), path, maxSize, from: anchor, into: outlet)
        case .web(let feed): try await feed.read(from: anchor, into: outlet)
        }
    }

    private func read(
        _ file: ReadableFile, _ path: String, _ maxSize: Int, from anchor: Anchor?, into outlet: SourceOutlet
    ) async throws {
        var position = DocumentPosition(anchor)
        try position.open(into: outlet)
        try position.begin(fingerprint: file.fingerprint, into: outlet)
        var reading = FeedReading(
            place: path,
            context: FeedParser.Context(source: outlet.name, idScope: idScope, ids: position.ids),
            outlet: outlet)
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { block.deallocate() }
        var left = maxSize
        while case let count = try file.read(into: block), count > 0 {
            try Task.checkCancellation()
            // What stands before the limit is kept, as it is of a document from the web.
            try await reading.push(Array(block[..<min(count, left)]))
            if count > left {
                throw UnreadableInput.tooLarge(path: path, limit: maxSize, option: FeedSource.maxSize)
            }
            left -= count
        }
        _ = try await reading.finish()
        position.ids = reading.ids
        try await position.end(into: outlet)
    }
}
