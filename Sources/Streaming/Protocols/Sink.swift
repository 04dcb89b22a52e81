package import Records

/// Where a tap writes. One task at a time calls a sink.
package protocol Sink: Sendable {
    /// Whether its calls block their thread; the engine then gives the sink a thread of its own.
    var blocks: Bool { get }

    /// Gets ready, and undoes what was written after the position of the last checkpoint.
    ///
    /// A sink that throws here has let go of everything; ``close()`` is not called then.
    ///
    /// - Parameters:
    ///   - position: what ``checkpoint()`` answered at the last durable checkpoint; nil when there is none.
    ///   - notes: what was noted since that answer, in order. Where both speak of the same thing the position counts.
    ///   - journal: where notes are made.
    func open(from position: SinkPosition?, notes: [SinkPosition], journal: any SinkJournal) async throws

    /// Writes records in order. What is written becomes durable with the next ``checkpoint()``.
    ///
    /// All or nothing: when it throws, the same records are written again, together or one by one.
    func write(_ records: [Record]) async throws

    /// Makes everything written so far durable and tells where that is. It is not tried again: the run ends when it
    /// throws.
    func checkpoint() async throws -> SinkPosition?

    /// Lets go of files and connections. Nothing is written after it.
    func close() async
}

extension Sink {
    package var blocks: Bool { false }
}

/// A place in a sink's output in the sink's own words: a JSON text.
package struct SinkPosition: Hashable, Sendable, Codable {
    package let json: String

    package init(json: String) { self.json = json }
}

/// Stores what a sink notes between checkpoints.
///
/// A sink that is about to write to something that its last position does not mention (a new file of the day)
/// notes the state of that alone, as it was before, so that a start after a crash can return to it. Other things do
/// not belong into a note: the last position that the sink answered may not be durable yet.
package protocol SinkJournal: Sendable {
    /// Returns when the position is durable.
    func note(_ position: SinkPosition) throws
}
