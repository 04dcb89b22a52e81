import State
import Streaming

/// A fault that is put into the program on purpose, to see whether the law finds it.
enum Plant: String, CaseIterable, Sendable {
    case positionsAhead
    case positionsForgotten
    case keysForgotten
    case keysOverlooked
    case keysExpired
    case heldForgotten
    case heldNotRestored
    case heldKept
    case commitInTwo
    case notesForgotten
    case notesCovered
    case outputsNotSynced
    case nothingSynced
    case failureSwallowed
    case cutSwallowed
    case bytesUnbounded
    case recordsUnbounded
    case filesLeftOpen
    case recordUncounted
    case holdUncounted
    case planSilent

    /// What is wrong, in words.
    var words: String {
        switch self {
        case .positionsAhead: "a checkpoint says that sources are a record further than they are"
        case .positionsForgotten: "a checkpoint leaves positions of sources out"
        case .keysForgotten: "a checkpoint leaves dedup keys out"
        case .keysOverlooked: "keys are taken for new that the history has"
        case .keysExpired: "keys are forgotten before their time"
        case .heldForgotten: "a checkpoint leaves out what stages hold"
        case .heldNotRestored: "what stages held is not taken up by the next run"
        case .heldKept: "a checkpoint keeps what stages held and has left"
        case .commitInTwo: "a checkpoint is stored in two transactions"
        case .notesForgotten: "notes of sinks are not stored"
        case .notesCovered: "every note is taken for covered"
        case .outputsNotSynced: "outputs are not synced"
        case .nothingSynced: "nothing is synced"
        case .failureSwallowed: "a write that failed is taken for done"
        case .cutSwallowed: "what a run that died has left is not taken out"
        case .bytesUnbounded: "the budget of bytes is not kept"
        case .recordsUnbounded: "the bound of records between two stages is not kept"
        case .filesLeftOpen: "inputs are not closed when they have been read"
        case .recordUncounted: "the figures leave out a record that was read"
        case .holdUncounted: "the figures leave out what is held"
        case .planSilent: "`plan` does not say what is repeated"
        }
    }

    /// The store with the fault; nil where it is in the calls on files.
    func store(over state: () throws -> any CheckpointStore) throws -> (any CheckpointStore)? {
        switch self {
        case .outputsNotSynced, .nothingSynced, .failureSwallowed, .cutSwallowed, .bytesUnbounded,
            .recordsUnbounded, .filesLeftOpen, .recordUncounted, .holdUncounted, .planSilent:
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
    var calls: any CallStore { base.calls }
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

    func stories(similarTo queries: [StoryQuery]) throws -> [[StorySketch]] {
        try base.stories(similarTo: queries)
    }

    func forget(before cutoff: Int64, limit: Int) throws -> Int {
        try base.forget(before: plant == .keysExpired ? cutoff + 8 * 86_400 : cutoff, limit: limit)
    }
}
