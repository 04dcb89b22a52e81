import Feeds
import Logging
import Records
import Streaming

/// One document on its way through the parser into the pipeline.
struct FeedReading: ~Copyable {
    /// Bytes of items that are sent at once, or of one item that has more.
    fileprivate static let chunkSize = 1 << 20

    private let place: String
    private var parser: FeedParser
    private let outlet: SourceOutlet
    private(set) var hasItems = false
    /// Who bears the feed's ids, once it has been read to its end.
    private(set) var ids: ItemIDMemory?

    init(place: String, context: FeedParser.Context, outlet: SourceOutlet) {
        self.place = place
        self.outlet = outlet
        parser = FeedParser(context: context)
    }

    /// Sends the items that the bytes complete.
    ///
    /// - Parameter begin: called with the first item's id before anything is sent.
    mutating func push(_ bytes: [UInt8], begin: (String) throws -> Void = { _ in }) async throws {
        bytes.withUnsafeBufferPointer { parser.take($0) }
        while true {
            var builder = ChunkBuilder(reserving: 2 * bytes.count)
            let count = parser.append(to: &builder, upTo: FeedReading.chunkSize)
            let isLast = builder.byteCount < FeedReading.chunkSize
            let records = try outlet.records(builder)
            if count > 0, !hasItems { try begin(records.first?["id"]?.string ?? "") }
            if count > 0 { hasItems = true }
            try await outlet.send(records)
            if isLast { break }
        }
        rejectLostItems()
        if let failure = parser.failure { throw NotAFeed(place: place, failure: failure) }
    }

    /// Sends what is left, and judges the document as a whole.
    ///
    /// - Parameter begin: called with the first item's id, if nothing has been sent yet; of a feed without items it is
    ///   empty.
    /// - Returns: what the feed says of itself.
    mutating func finish(begin: (String) throws -> Void = { _ in }) async throws -> FeedInfo {
        var builder = ChunkBuilder()
        let end = parser.finish(into: &builder)
        let records = try outlet.records(builder)
        if !hasItems, end.failure == nil { try begin(records.first?["id"]?.string ?? "") }
        try await outlet.send(records)
        rejectLostItems()
        if let failure = end.failure { throw NotAFeed(place: place, failure: failure) }
        // A feed without items is mostly meant to be so; one that was mended, too, may have lost them by that.
        let isEmpty = !hasItems && records.isEmpty
        for problem in end.problems where problem.kind != .cutOff {
            outlet.logger.log(level: isEmpty ? .notice : .debug, "\(place): \(problem)")
        }
        ids = end.ids
        if !end.wasComplete { throw FeedBreaksOff(place: place, line: end.problems.last?.line) }
        return end.feed
    }

    private mutating func rejectLostItems() {
        for item in parser.takeLostItems() {
            outlet.reject(SourceProblem(place: "\(place):\(item.line)", message: "\(item)"))
        }
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

/// What an API gives for one item.
protocol ItemDescription {
    /// Tells it from all others of the source, in every poll.
    var id: String { get }

    /// Says everything else.
    func describe(to item: inout ItemWriter)
}

extension SourceOutlet {
    /// Sends what an API lists as items, each described by itself.
    func send(_ list: some Sequence<any ItemDescription>, then anchor: Anchor? = nil) async throws {
        var builder = ChunkBuilder()
        var writer = ItemWriter(source: name)
        for entry in list {
            writer.begin(id: entry.id)
            entry.describe(to: &writer)
            writer.end(to: &builder)
            guard builder.byteCount >= FeedReading.chunkSize else { continue }
            var full = ChunkBuilder()
            swap(&full, &builder)
            try await send(full)
        }
        try await send(builder, then: anchor)
    }

    /// Sends what has been built, each root a record.
    func send(_ builder: consuming ChunkBuilder, then anchor: Anchor? = nil) async throws {
        try await send(try records(builder), then: anchor)
    }

    /// The records that have been built, each root one.
    func records(_ builder: consuming ChunkBuilder) throws -> [Record] {
        let (chunk, roots) = try builder.finish(origin: origin(hasPlainTexts: true))
        let first = indexes(roots.count)
        return roots.enumerated().map { Record(chunk: chunk, root: $1, index: first + UInt64($0)) }
    }
}
