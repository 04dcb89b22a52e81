import State
import Streaming

/// A fault that is put into the program on purpose, to see whether the law finds it.
enum Plant: String, CaseIterable, Sendable {
    /// A checkpoint says that a source is a record further than it is.
    case positionsAhead
    /// A checkpoint leaves positions of sources out.
    case positionsForgotten
    /// A checkpoint leaves dedup keys out.
    case keysForgotten
    /// Keys are taken for new ones that the history has.
    case keysOverlooked
    /// Keys are taken out of the history before their time.
    case keysExpired
    /// A checkpoint leaves out what stages hold.
    case heldForgotten
    /// What stages held when a run ended is not taken up by the next.
    case heldNotRestored
    /// A checkpoint keeps what stages held that has left.
    case heldKept
    /// A checkpoint is stored in two transactions.
    case commitInTwo
    /// Sinks' notes are not stored.
    case notesForgotten
    /// Every note is taken for covered.
    case notesCovered
    /// Outputs are not synced.
    case outputsNotSynced
    /// Nothing is synced.
    case nothingSynced
    /// A write that has failed is taken for done.
    case failureSwallowed
    /// What a run that died has left is not taken out.
    case cutSwallowed
    /// The budget of bytes is not kept.
    case bytesUnbounded
    /// The bound of records between two stages is not kept.
    case recordsUnbounded
    /// The figures leave out a record that was read.
    case recordUncounted
    /// The figures leave out what is held.
    case holdUncounted
    /// `plan` does not say what is repeated.
    case planSilent

    /// The store with the fault; nil where it is in the calls on files.
    func store(over state: () throws -> any CheckpointStore) throws -> (any CheckpointStore)? {
        switch self {
        case .outputsNotSynced, .nothingSynced, .failureSwallowed, .cutSwallowed, .bytesUnbounded,
            .recordsUnbounded,
            .recordUncounted, .holdUncounted, .planSilent:
            nil
        default: PlantedStore(plant: self, base: try state())
        }
    }
}

/// A store with a fault.
private struct PlantedStore: CheckpointStore {
    let plant: Plant
    let base: any CheckpointStore

    var hashKey: SipHashKey { base.hashKey }
    var isDurable: Bool { base.isDurable }

    func restore() throws -> RestoredState {
        var state = try base.restore()
        if plant == .heldNotRestored { state.held = [:] }
        if plant == .notesCovered { state.notes = [:] }
        return state
    }

    func commit(_ checkpoint: Checkpoint) throws {
        var checkpoint = checkpoint
        switch plant {
        case .positionsAhead:
            checkpoint.sources = checkpoint.sources.mapValues { position in
                position.map { SourcePosition(anchor: $0.anchor, count: $0.count + 1) }
            }
        case .positionsForgotten: checkpoint.sources = [:]
        case .keysForgotten: checkpoint.keys = []
        case .heldForgotten: checkpoint.held = [:]
        case .heldKept: checkpoint.held = checkpoint.held.mapValues { HeldChange(first: 0, added: $0.added) }
        case .commitInTwo:
            var first = Checkpoint()
            first.sources = checkpoint.sources
            checkpoint.sources = [:]
            try base.commit(first)
        default: break
        }
        try base.commit(checkpoint)
    }

    func note(_ position: SinkPosition, sink: String) throws -> UInt64 {
        plant == .notesForgotten ? 1 : try base.note(position, sink: sink)
    }

    func syncNotes() throws { try base.syncNotes() }

    func lastSeen(_ keys: [DedupKey]) throws -> [DedupKey.Seen?] {
        var seen = try base.lastSeen(keys)
        if plant == .keysOverlooked, !seen.isEmpty { seen[0] = nil }
        return seen
    }

    func forget(before cutoff: Int64, limit: Int) throws -> Int {
        try base.forget(before: plant == .keysExpired ? cutoff + 8 * 86_400 : cutoff, limit: limit)
    }
}
