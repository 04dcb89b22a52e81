/// A feed without positions: what there is now is read anew each time.
///
/// Each reading initialises it, fetches, and closes it, whichever way the reading ends: at the end of what there is, by an
/// error, or because the stream is read no more. One reading at a time is under way.
///
/// ```swift
/// struct Countdown: FeedAdapter {
///     let name = "countdown"
///
///     func fetch() -> AsyncStream<Record> {
///         AsyncStream { continuation in
///             for number in (1...3).reversed() {
///                 if let record = try? Record(json: "{\"id\":\(number)}") { continuation.yield(record) }
///             }
///             continuation.finish()
///         }
///     }
/// }
/// ```
public protocol FeedAdapter: Feed {
    /// The records of one reading.
    associatedtype Records: AsyncSequence where Records.Element == Record

    /// Gets ready: signs in, opens a connection.
    func initialize() async throws

    /// What there is now, in order. It is asked for as fast as it is used.
    func fetch() async throws -> Records

    /// Lets go of what ``initialize()`` and ``fetch()`` have taken; also called where one of them has thrown.
    func close() async
}

extension FeedAdapter {
    /// Does nothing, for feeds that need no preparation.
    ///
    /// ```swift
    /// try await countdown.initialize()
    /// ```
    public func initialize() async throws {}
    /// Does nothing, for feeds that hold on to nothing.
    ///
    /// ```swift
    /// await countdown.close()
    /// ```
    public func close() async {}

    /// Initialises it, sends what it fetches, and closes it.
    ///
    /// ```swift
    /// try await countdown.read(from: nil, into: outlet)
    /// ```
    public func read(from cursor: String?, into outlet: RecordOutlet) async throws {
        do {
            try await initialize()
            for try await record in try await fetch() { try await outlet.send(record) }
        } catch {
            await close()
            throw error
        }
        await close()
    }
}
