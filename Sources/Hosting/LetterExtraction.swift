import Builtins
import PipelineSpec
import Records
import State
import Streaming

/// Takes dead letters out of their file: what becomes of them is decided with one checkpoint. No run may have the state
/// meanwhile.
final class LetterExtraction {
    /// What becomes of a letter.
    enum Verdict {
        case taken, left
        /// It stays, and those behind it are looked at another time.
        case last
    }

    private let store: SealedStore
    private(set) var takenCount = 0
    private let removal: LineRemoval
    private var ranges: [Range<Int>] = []
    private var keys: [DedupKey] = []

    /// Finishes first what processes that have died have left: what a run wrote after its last checkpoint is no letter, for
    /// its records come again.
    ///
    /// - Throws: `StateError`, `OutputInUse`, `FileError`.
    init(_ store: SealedStore, in place: StatePlace, _ host: PipelineHost) async throws {
        self.store = store
        try await LetterExtraction.settle(place, store, host)
        removal = try place.deadLetterRemoval()
    }

    /// Goes through the lines of the file, the oldest first.
    ///
    /// - Parameter decide: given each letter, or nil for a line that is none, with its number; what is no letter stays.
    func forEach(_ decide: (StoredLetter?, _ number: Int) throws -> Verdict) throws {
        var isOver = false
        try removal.forEachLine { line in
            if isOver { return }
            let stored = StoredLetter(line)
            let verdict = try decide(stored, line.number)
            isOver = verdict == .last
            guard let stored, verdict == .taken else { return }
            takenCount += 1
            keys.append(stored.letter.key(store.hashKey))
            if let last = ranges.last, last.upperBound == line.range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<line.range.upperBound
            } else {
                ranges.append(line.range)
            }
        }
    }

    /// Takes out what was chosen, and forgets that it has failed: a record that fails again in the same way is written
    /// again.
    ///
    /// - Parameter held: what the state is to hold from then on.
    func commit(held: [String: HeldChange] = [:]) throws {
        if ranges.isEmpty { return }
        var checkpoint = Checkpoint()
        checkpoint.sinks[DeadLetter.identity] = try removal.prepare(without: ranges)
        checkpoint.removedKeys = keys
        checkpoint.held = held
        try store.commit(checkpoint)
        try removal.commit()
    }

    private static func settle(_ place: StatePlace, _ store: SealedStore, _ host: PipelineHost) async throws {
        let restored = try store.restore()
        let position = restored.sinks[DeadLetter.identity]
        try place.deadLetterRemoval().finish(position)
        guard let noted = restored.notes[DeadLetter.identity], !noted.isEmpty else { return }
        let notes = SinkNotes(sink: DeadLetter.identity, store: store, last: restored.lastNote)
        let sink = place.deadLetterFile()
        try await sink.open(
            SinkOpening(position: position, notes: noted, journal: notes, logger: host.logger))
        var checkpoint = Checkpoint()
        do {
            checkpoint.sinks[DeadLetter.identity] = try await sink.checkpoint()
            await sink.close()
        } catch {
            await sink.close()
            throw error
        }
        checkpoint.coveredNotes[DeadLetter.identity] = notes.last
        try store.commit(checkpoint)
    }
}
