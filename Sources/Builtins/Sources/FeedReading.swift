import Feeds
import Logging
import Records
import Streaming

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
    ///
    /// - Returns: what the feed says of itself.
    mutating func finish() async throws -> FeedInfo {
        let end = parser.finish()
        try await outlet.send(end.items)
        if let failure = end.failure { throw NotAFeed(place: place, failure: failure) }
        for problem in end.problems where problem.kind != .cutOff {
            outlet.logger.debug("\(place): \(problem)")
        }
        if !end.wasComplete { throw FeedBreaksOff(place: place, line: end.problems.last?.line) }
        return end.feed
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
