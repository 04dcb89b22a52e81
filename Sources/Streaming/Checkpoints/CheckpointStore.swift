/// Where checkpoints and the dedup history live.
///
/// Calls block; the engine makes them on threads of their own. All are safe from several threads. Names of sources,
/// stages and sinks are their identities in stored form (``Identity/stored(_:)``).
package protocol CheckpointStore: Sendable {
    /// The secret that dedup keys and values from outside are hashed with.
    var hashKey: SipHashKey { get }

    /// Whether what is stored outlives the process; where not, stages let go of what they hold when a run ends.
    var isDurable: Bool { get }

    /// The last durable checkpoint; empty for a new store.
    func restore() throws -> RestoredState

    /// Stores a checkpoint in one transaction; durable when it returns.
    func commit(_ checkpoint: Checkpoint) throws

    /// Stores a note of a sink; the death of the process cannot lose it when it returns, that of the machine can.
    ///
    /// - Returns: the note's number; numbers rise.
    func note(_ position: SinkPosition, sink: String) throws -> UInt64

    /// Makes all notes so far as durable as a checkpoint.
    func syncNotes() throws

    /// When each key was last seen, in seconds of the history's clock, renewed by all documents whose last reading
    /// showed it; nil for keys that are not in the history.
    func lastSeen(_ keys: [DedupKey]) throws -> [DedupKey.Seen?]

    /// The stories that are similar to texts: those with one of the bands whose sketch agrees. Some may be forgotten or
    /// given back; their keys say so.
    ///
    /// - Returns: for each query, in their order, each sketch once.
    func stories(similarTo queries: [StoryQuery]) throws -> [[StorySketch]]

    /// Forgets keys that were last seen before a time, or a part of what there is to be done for that.
    ///
    /// - Parameters:
    ///   - cutoff: seconds of the history's clock.
    ///   - limit: about so many keys are looked at; a part that is begun is gone through.
    /// - Returns: at least `limit` while there is more to be done, fewer when nothing more is due.
    func forget(before cutoff: Int64, limit: Int) throws -> Int

    /// Does what has come together by forgetting and may take long; no other call waits for it.
    func tidy() throws

    /// What calls have cost and were answered.
    var calls: any CallStore { get }
}

extension CheckpointStore {
    package func tidy() throws {}
}

/// What a run finds in its store.
package struct RestoredState: Sendable {
    package var sources: [String: SourcePosition] = [:]
    package var sinks: [String: SinkPosition] = [:]
    /// By the sink, what it noted since the position above, the oldest first.
    package var notes: [String: [SinkPosition]] = [:]
    /// The highest number of a note in the store; 0 where there is none.
    package var lastNote: UInt64 = 0
    /// By the stage, the records that it held, in the order of their numbers.
    package var held: [String: [HeldRecord]] = [:]
    /// By the stage, when its last record left, in nanoseconds since 1970.
    package var rates: [String: Int64] = [:]
    package var clock: HistoryClock.Stored?
    /// The parts of the spec that ran last, in its order; empty for a new store.
    package var layout: [LayoutEntry] = []

    package init() {}
}
