/// A source of records that a program brings along.
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
public protocol FeedAdapter: Sendable {
    /// The records of one reading.
    associatedtype Records: AsyncSequence where Records.Element == Record

    /// What it is called in ``Record/source``, in errors and in the storage; no two feeds of a spine have the same name.
    var name: String { get }

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
}
