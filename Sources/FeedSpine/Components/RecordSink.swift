package import Records
package import Streaming

/// Writes records somewhere: a sink of pipeline files. One task at a time uses it.
///
/// ```swift
/// actor Shelf: RecordSink {
///     private(set) var records: [Record] = []
///
///     func write(_ records: [Record]) async throws -> [Refusal] {
///         self.records += records
///         return []
///     }
/// }
/// ```
///
/// Records since the last ``flush()`` come again when the program dies: write such that this changes nothing (by key), or
/// take back in ``open(at:)`` what stands behind the position that it is given.
public protocol RecordSink: Sendable {
    /// Whether its calls block their thread; it is then given one of its own. False if not told.
    var blocks: Bool { get }

    /// Gets ready to write.
    ///
    /// When it throws, it has let go of everything; ``close()`` is not called then.
    ///
    /// - Parameter position: what ``flush()`` answered last in a run before, and was stored; nil is the beginning.
    func open(at position: String?) async throws

    /// Writes records, in order.
    ///
    /// When it throws, nothing of the call was written, and all of it is tried again as the tap's `on_error` says.
    ///
    /// - Returns: the records that it would not take; it has written all others.
    func write(_ records: [Record]) async throws -> [Refusal]

    /// Makes what was written so far outlive the program and the machine. It is not tried again: the run ends when it throws.
    ///
    /// - Returns: where that is, in the sink's own words; nil where there is nothing to say.
    func flush() async throws -> String?

    /// Lets go of files and connections. Nothing is written after it.
    func close() async
}

extension RecordSink {
    /// False: writing waits without blocking a thread.
    public var blocks: Bool { false }

    /// Does nothing, for sinks that need no preparation.
    ///
    /// ```swift
    /// try await shelf.open(at: nil)
    /// ```
    public func open(at position: String?) async throws {}

    /// Does nothing, for sinks whose ``write(_:)`` returns when all of it is safe.
    ///
    /// ```swift
    /// let position = try await shelf.flush()
    /// ```
    public func flush() async throws -> String? { nil }

    /// Does nothing, for sinks that hold on to nothing.
    ///
    /// ```swift
    /// await shelf.close()
    /// ```
    public func close() async {}
}

/// A record that a ``RecordSink`` would not take.
///
/// ```swift
/// let refusal = Refusal(of: 0, because: "the title is missing")
/// ```
public struct Refusal: Sendable, Hashable {
    /// The record's place among those that were to be written, from 0.
    public let place: Int
    /// Why.
    public let reason: String
    /// Whether another attempt may help. If not, the record is given up as the tap's `on_error` says.
    public let isTemporary: Bool

    /// ```swift
    /// let refusal = Refusal(of: 2, because: "busy", isTemporary: true)
    /// ```
    ///
    /// - Parameters:
    ///   - place: the record's place among those that were to be written, from 0.
    ///   - reason: why.
    ///   - isTemporary: whether another attempt may help.
    public init(of place: Int, because reason: String, isTemporary: Bool = false) {
        self.place = place
        self.reason = reason
        self.isTemporary = isTemporary
    }
}

/// A sink of a program as the engine uses it.
package struct EngineSink: Sink {
    private let sink: any RecordSink

    package var blocks: Bool { sink.blocks }

    package init(_ sink: any RecordSink) { self.sink = sink }

    package func open(_ opening: SinkOpening) async throws {
        try await sink.open(at: opening.position.map { Anchor(json: $0.json).cursor })
    }

    package func write(_ records: [Records.Record]) async throws -> [Streaming.Refusal] {
        let refusals = try await sink.write(records.map { Record($0) })
        var refused: Set<Int> = []
        return refusals.filter { records.indices.contains($0.place) && refused.insert($0.place).inserted }
            .sorted { $0.place < $1.place }
            .map { Streaming.Refusal(index: $0.place, reason: $0.reason, isFinal: !$0.isTemporary) }
    }

    package func checkpoint() async throws -> SinkPosition? {
        try await sink.flush().map { SinkPosition(json: Anchor(cursor: $0).json) }
    }

    package func close() async { await sink.close() }
}
