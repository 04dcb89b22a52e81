package import Logging
package import Records

/// Where a tap writes. One task at a time calls a sink.
package protocol Sink: Sendable {
    /// Whether its calls block their thread; the engine then gives the sink a thread of its own.
    var blocks: Bool { get }

    /// Gets ready, and undoes what was written after the last durable checkpoint.
    ///
    /// A sink that throws here has let go of everything; ``close()`` is not called then.
    func open(_ opening: SinkOpening) async throws

    /// Writes records in order. What is written becomes durable with the next ``checkpoint()``.
    ///
    /// When it throws, nothing of the call was written, and all of it may be tried again.
    ///
    /// - Returns: the records that it would not take, in rising order; it has written all others.
    func write(_ records: [Record]) async throws -> [Refusal]

    /// Makes everything written so far durable and tells where that is. It is not tried again: the run ends when it
    /// throws.
    func checkpoint() async throws -> SinkPosition?

    /// Lets go of files and connections. Nothing is written after it.
    func close() async
}

extension Sink {
    package var blocks: Bool { false }
}

/// A record that a sink would not take.
package struct Refusal: Sendable, Equatable {
    /// The record's place in the run that was to be written.
    package let index: Int
    package let reason: String
    /// Whether no further attempt can succeed: a missing key, a wrong type, a constraint.
    package let isFinal: Bool

    package init(index: Int, reason: String, isFinal: Bool = true) {
        self.index = index
        self.reason = reason
        self.isFinal = isFinal
    }
}

/// What a sink finds when it is opened.
package struct SinkOpening: Sendable {
    /// What ``Sink/checkpoint()`` answered at the last durable checkpoint; nil when there is none.
    package let position: SinkPosition?
    /// What was noted since that answer, the oldest first; none after a clean end.
    package let notes: [SinkPosition]
    package let journal: any SinkJournal
    package let logger: Logger

    package init(
        position: SinkPosition? = nil, notes: [SinkPosition] = [], journal: any SinkJournal, logger: Logger
    ) {
        self.position = position
        self.notes = notes
        self.journal = journal
        self.logger = logger
    }
}

/// A place in a sink's output in the sink's own words: a JSON text.
package struct SinkPosition: Hashable, Sendable, Codable {
    package let json: String

    package init(json: String) { self.json = json }
}

/// Stores what a sink notes between checkpoints: what it is about to do to its output, so that a start after the death
/// of the process can tell its own doing from that of others.
package protocol SinkJournal: Sendable {
    /// Returns when the death of the process cannot lose the note; it is not synced to the disk.
    func note(_ position: SinkPosition) throws

    /// Returns when that of the machine cannot lose the notes so far either: before something is done that cannot be
    /// undone without them.
    func sync() throws
}
