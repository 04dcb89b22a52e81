import Feeds
import Fetching
import Logging
import PipelineSpec
import Records
import State
import Streaming

import struct PipelineSpec.Secret

/// Reads a feed, from the web or from a file, and hands out each item as soon as it has arrived.
struct FeedSource: Source {
    static let component = Component<any Source>(
        "rss", "Reads a feed: RSS, Atom, RDF or JSON Feed.",
        details: """
            The format is recognised by the content. Items leave as soon as their last byte has arrived. A feed that \
            has not changed since the last run is not downloaded again; a file is read each time. A feed that breaks \
            off keeps the items before the break, and the source counts as failed.
            """,
        produces: .feedItem,
        Field<String>(
            "url", "The feed's address, or a file beside the spec.", .notEmpty,
            example: "https://feeds.bbci.co.uk/news/technology/rss.xml"),
        Field<OptionMap<Secret>>("headers", default: OptionMap([]), "Request headers."),
        Field<Secret?>("token", "A bearer token to send."),
        Field<ByteSize>(
            "max_size", default: ByteSize(bytes: 50_000_000), "The largest document, decompressed."),
        Field<Bool>("allow_private", default: false, "Follow a redirect to a private address.")
    ) { context, url, headers, token, maxSize, allowPrivate in
        let address = try DocumentAddress(url, in: context)
        guard case .web(let web) = address else { return FeedSource(input: .file(path: address.place)) }
        var client = try WebClient(context)
        client.headers = headers.entries.map { ($0.key, $0.value.reveal()) }
        client.credentials = token.map { .bearer(Fetching.Secret($0.reveal())) }
        client.maxSize = maxSize.bytes
        client.allowPrivate = allowPrivate
        return FeedSource(input: .web(web, client))
    }

    enum Input: Sendable {
        case file(path: String)
        case web(WebURL, WebClient)
    }

    let input: Input

    var blocks: Bool {
        if case .file = input { return true }
        return false
    }

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        switch input {
        case .file(let path): try await read(path, from: anchor, into: outlet)
        case .web(let url, let client):
            try await read(WebDocument(client: client), at: url, from: anchor, into: outlet)
        }
    }

    private func read(_ path: String, from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        let file = try ReadableFile(path: path)
        var position = DocumentPosition(anchor)
        try position.begin(fingerprint: file.fingerprint, into: outlet)
        var reading = FeedReading(
            place: path, context: FeedParser.Context(source: outlet.name), outlet: outlet)
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { block.deallocate() }
        while case let count = try file.read(into: block), count > 0 {
            try Task.checkCancellation()
            try await reading.push(Array(block[..<count]))
        }
        try await reading.finish()
        try await position.end(into: outlet)
    }

    private func read(
        _ document: WebDocument, at url: WebURL, from anchor: Anchor?, into outlet: SourceOutlet
    ) async throws {
        var position = DocumentPosition(anchor, of: url)
        guard let response = try await document.open(url, &position, into: outlet) else { return }
        guard case .content(let body) = response.outcome else { return }
        let context = FeedParser.Context(
            url: response.url.string, contentType: response.headers["content-type"],
            language: response.headers["content-language"], source: outlet.name)
        var reading = FeedReading(place: "\(url)", context: context, outlet: outlet)
        do {
            for try await bytes in body { try await reading.push(bytes) }
            try await reading.finish()
        } catch let error as FetchError {
            if !error.isRetryable { throw GivenUp(cause: error) }
            throw reading.hasItems && !position.canGoOn ? NotToBeContinued(cause: error) : error
        } catch let error as FeedBreaksOff {
            throw reading.hasItems && !position.canGoOn ? NotToBeContinued(cause: error) : error
        }
        try await position.end(into: outlet)
    }
}

/// One document on its way through the parser into the pipeline.
struct FeedReading: ~Copyable {
    private let place: String
    private var parser: FeedParser
    private let outlet: SourceOutlet
    private(set) var hasItems = false

    init(place: String, context: FeedParser.Context, outlet: SourceOutlet) {
        self.place = place
        self.outlet = outlet
        parser = FeedParser(context: context)
    }

    /// Sends the items that the bytes complete.
    mutating func push(_ bytes: [UInt8]) async throws {
        var builder = ChunkBuilder(reserving: 2 * bytes.count)
        let count = bytes.withUnsafeBufferPointer { parser.push($0, into: &builder) }
        if count > 0 { hasItems = true }
        try await outlet.send(builder)
        if let failure = parser.failure { throw NotAFeed(place: place, failure: failure) }
    }

    /// Sends what is left, and judges the document as a whole.
    mutating func finish() async throws {
        let end = parser.finish()
        try await outlet.send(end.items)
        if let failure = end.failure { throw NotAFeed(place: place, failure: failure) }
        for problem in end.problems where problem.kind != .cutOff {
            outlet.logger.debug("\(place): \(problem)")
        }
        if !end.wasComplete { throw FeedBreaksOff(place: place, line: end.problems.last?.line) }
    }
}

/// What was read is no feed, and will be none when it is asked for again at once.
struct NotAFeed: PermanentFailure, CustomStringConvertible {
    let place: String
    let failure: FeedFailure

    var description: String { "\(place): \(failure)" }
}

/// A feed ends before its last tag although nobody says that something is missing.
struct FeedBreaksOff: Error, CustomStringConvertible {
    let place: String
    let line: Int?

    var description: String {
        "\(place)\(line.map { ":\($0)" } ?? ""): the feed breaks off; the items before that were read"
    }
}

/// A feed broke off that no validators tell from the next answer, so that another attempt would send its items
/// again, and go on doing so: each would look like progress.
struct NotToBeContinued: PermanentFailure, CustomStringConvertible {
    let cause: any Error

    var description: String { "\(cause)" }
}

extension SourceOutlet {
    /// Sends items as records.
    func send(_ items: [FeedItem], then anchor: Anchor? = nil) async throws {
        var builder = ChunkBuilder()
        for item in items { item.append(to: &builder) }
        try await send(builder, then: anchor)
    }

    /// Sends what has been built, each root a record.
    func send(_ builder: consuming ChunkBuilder, then anchor: Anchor? = nil) async throws {
        let (chunk, roots) = builder.finish(origin: origin())
        let first = indexes(roots.count)
        let records = roots.enumerated().map { Record(chunk: chunk, root: $1, index: first + UInt64($0)) }
        try await send(records, then: anchor)
    }
}
