package import PipelineSpec
import Records
import Streaming

/// What became of a portion of dead letters that were to be replayed.
package struct LetterReplay: Sendable {
    /// Where the next portion begins.
    package struct Cursor: Sendable {
        /// The number of the first line, as the file is now.
        fileprivate var line: Int
        /// How many lines less there are before it than there were when letters were chosen.
        fileprivate var removed: Int
        /// Lines when letters were chosen; what comes behind has failed since.
        fileprivate var end: Int?

        /// Before the first letter.
        package static let start = Cursor(line: 1, removed: 0)
    }

    /// Records that go on with the next run, or the rest of this one.
    package fileprivate(set) var replayed = 0
    /// Letters of items that have been delivered since: they are only taken out.
    package fileprivate(set) var known = 0
    /// What cannot be replayed, by the reason; it stays.
    package fileprivate(set) var refused: [String: LineNumbers] = [:]
    /// Lines that are no letters.
    package fileprivate(set) var foreign = LineNumbers()
    /// Nil when all letters have been gone through.
    package fileprivate(set) var next: Cursor?
}

extension PipelineHost {
    /// Bytes of JSON in one portion, about: the records are in memory when the run begins.
    private static let portionBytes = 16 << 20

    /// Sends a portion of dead letters on: takes them out of their file, and lets the state hold their records in front of
    /// the stages that had given them up, with one checkpoint. The next run lets them go on from there, as if they had not
    /// failed. No run may have the state meanwhile.
    ///
    /// - Parameters:
    ///   - stage: the name of the stage with which all of them go on; nil is their own.
    ///   - cursor: where the portion begins.
    ///   - count: how many records are replayed at most.
    /// - Throws: ``DeadLetterError``, `StateError`, `OutputInUse`, `FileError`, and what components say when they cannot be
    ///   built; everything is as it was then.
    package func replayDeadLetters(
        _ choice: LetterChoice, at stage: String? = nil, from cursor: LetterReplay.Cursor = .start,
        count: Int = 20_000,
        of spec: PipelineSpec, redactor: Redactor, file: SpecFile, state: String? = nil
    ) async throws -> LetterReplay {
        let pipeline = try pipeline(spec, redactor: redactor, file: file)
        if let stage, !pipeline.stages.contains(where: { $0.name == stage }) {
            throw DeadLetterError.noStage(stage, pipeline.stages.map(\.name))
        }
        let place = place(of: spec, file: file, state: state)
        if place.path == nil { throw DeadLetterError.noState }
        if !place.hasDeadLetters { return LetterReplay() }
        let store = SealedStore(try place.open(for: file.owner(spec.name), logger), redactor)
        let extraction = try await LetterExtraction(store, in: place, self)
        var returning = try ReturningRecords(pipeline, store, at: stage)
        var result = LetterReplay()
        var missing = cursor.end == nil ? choice.bounds : []
        var next = cursor
        var isFull = false
        var lines = 0
        try extraction.forEach { stored, line in
            lines = line
            guard line >= cursor.line, line + cursor.removed <= cursor.end ?? .max else { return .left }
            missing.remove(line + cursor.removed)
            if isFull { return cursor.end == nil ? .left : .last }
            next.line = line + 1
            guard let stored else {
                result.foreign.add(line)
                return .left
            }
            guard choice.contains(stored.letter, number: line + cursor.removed) else { return .left }
            switch try returning.take(stored.letter) {
            case .replayed: result.replayed += 1
            case .known: result.known += 1
            case .refused(let reason):
                result.refused[reason, default: LineNumbers()].add(line + cursor.removed)
                return .left
            }
            isFull = result.replayed >= count || returning.bytes >= PipelineHost.portionBytes
            return .taken
        }
        if let number = missing.min() { throw DeadLetterError.noLetter(number) }
        try extraction.commit(held: returning.changes)
        next.end = cursor.end ?? lines
        next.line -= extraction.takenCount
        next.removed += extraction.takenCount
        if isFull { result.next = next }
        return result
    }
}

/// Records of letters on their way back into the chain.
private struct ReturningRecords {
    enum Verdict {
        case replayed
        /// Its item has been delivered since.
        case known
        case refused(String)
    }

    /// Bytes of the records.
    private(set) var bytes = 0
    private let store: SealedStore
    /// By the stage's name, its identity in stored form.
    private let stages: [String: String]
    /// Sinks that several taps write to, by identity in stored form, with their names.
    private let shared: [String: String]
    private let entry: String?
    private let held: [String: [HeldRecord]]
    private var added: [String: [HeldRecord]] = [:]
    private var admitted: Set<Admitted> = []

    private struct Admitted: Hashable {
        let stage: String
        let high: UInt64
        let low: UInt64
    }

    init(_ pipeline: Pipeline, _ store: SealedStore, at entry: String?) throws {
        self.store = store
        held = try store.restore().held
        self.entry = entry
        let hashKey = store.hashKey
        stages = Dictionary(
            pipeline.stages.map { ($0.name, $0.identity.stored(hashKey)) },
            uniquingKeysWith: { first, _ in first })
        let targets = Dictionary(grouping: pipeline.stages.flatMap(\.targets)) { $0.identity.stored(hashKey) }
        shared = targets.compactMapValues { $0.count > 1 ? $0[0].name : nil }
    }

    /// What the state is to hold besides.
    var changes: [String: HeldChange] {
        Dictionary(
            uniqueKeysWithValues: added.map { name, records in
                (name, HeldChange(first: held[name]?.first?.number ?? records[0].number, added: records))
            })
    }

    mutating func take(_ letter: DeadLetter) throws -> Verdict {
        let name = entry ?? letter.stage
        guard let stage = stages[name].map(DeadLetter.replay) else {
            return .refused("stage '\(name)' is not in the spec; --at names the stage to go on with")
        }
        let number = (added[stage]?.last ?? held[stage]?.last).map { $0.number + 1 } ?? 0
        guard let record = letter.held(number: number), let json = letter.recordJSON else {
            return .refused(
                "what a replay has to know is not in it: an earlier version wrote it, or it was a dead letter itself"
            )
        }
        if json.contains(Redactor.mark) {
            return .refused("a value of ${…} was left out when it was written down")
        }
        if let sink = record.sinks.compactMap({ shared[$0] }).first {
            return .refused("sink '\(sink)', which has it, is written to by several taps")
        }
        if try !record.isDelivered && isKnown(record.admissions) { return .known }
        added[stage, default: []].append(record)
        bytes += json.utf8.count
        return .replayed
    }

    /// Whether another record has been let through with one of the keys meanwhile: this one had given them back.
    private mutating func isKnown(_ admissions: [Admission]) throws -> Bool {
        // That the story which it follows has been delivered says nothing about this record.
        let admissions = admissions.filter { !$0.isFollower }
        if admissions.isEmpty { return false }
        let keys = admissions.map { Admitted(stage: $0.stage, high: $0.key.high, low: $0.key.low) }
        if keys.contains(where: admitted.contains) { return true }
        if try store.lastSeen(admissions.map(\.key)).contains(where: { $0 != nil }) { return true }
        admitted.formUnion(keys)
        return false
    }
}
