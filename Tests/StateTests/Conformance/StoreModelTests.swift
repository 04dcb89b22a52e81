import Streaming
import TestSupport
import Testing

/// Random checkpoints against plain dictionaries.
@Suite("Every checkpoint store, by seed", .timeLimit(.minutes(10)))
struct StoreModelTests {
    @Test("answers what a model of it answers", arguments: StoreBench.Kind.allCases, 0..<6 as Range<UInt64>)
    func agreesWithItsModel(kind: StoreBench.Kind, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var model = StoreModel()
        let bench = try StoreBench(kind)
        for step in 0..<120 {
            switch UInt64.random(in: 0..<10, using: &random) {
            case 0: try bench.reopen()
            case 1: try bench.die()
            case 2: try model.note(in: bench.store, using: &random)
            case 3:
                let cutoff = model.time - Int64.random(in: 0..<30, using: &random)
                try bench.store.forgetAll(before: cutoff, limit: Int.random(in: 1..<20, using: &random))
                model.forget(before: cutoff)
            default:
                let checkpoint = model.checkpoint(using: &random)
                try bench.store.commit(checkpoint)
                model.take(checkpoint)
            }
            if step % 5 == 0 { try model.compare(with: bench.store) }
        }
        try bench.reopen()
        try model.compare(with: bench.store)
    }
}

private struct StoreModel {
    static let numbers: Range<UInt64> = 0..<60

    private(set) var time: Int64 = 100
    private var sources: [String: SourcePosition] = [:]
    private var sinks: [String: SinkPosition] = [:]
    private var notes: [String: [(number: UInt64, position: SinkPosition)]] = [:]
    private var held: [String: [HeldRecord]] = [:]
    private var nextHeld: [String: UInt64] = [:]
    private var rates: [String: Int64] = [:]
    /// When a key was last seen, and by the document the reading that showed it last; the last of them at the end.
    private var keys: [UInt64: (time: Int64, readings: [Int64])] = [:]
    private var readings: [Int64: Int64] = [:]

    mutating func note(in store: any CheckpointStore, using random: inout SeededGenerator) throws {
        let sink = name(using: &random)
        let position = SinkPosition(json: "\(UInt64.random(in: 0..<100, using: &random))")
        let number = try store.note(position, sink: sink)
        notes[sink, default: []].append((number, position))
    }

    mutating func checkpoint(using random: inout SeededGenerator) -> Checkpoint {
        time += Int64.random(in: 0..<4, using: &random)
        var checkpoint = Checkpoint()
        for _ in 0..<Int.random(in: 0..<3, using: &random) {
            let count = UInt64.random(in: 0..<1000, using: &random)
            let position =
                count % 5 == 0
                ? nil : SourcePosition(anchor: count % 2 == 0 ? nil : Anchor(json: "\(count)"), count: count)
            checkpoint.sources[name(using: &random)] = .some(position)
        }
        let sink = name(using: &random)
        checkpoint.sinks[sink] = SinkPosition(json: "\(time)")
        if let some = notes[sink]?.randomElement(using: &random) {
            checkpoint.coveredNotes[sink] = some.number
        }
        let stage = name(using: &random)
        let next = nextHeld[stage] ?? 0
        let added = UInt64.random(in: 0..<3, using: &random)
        checkpoint.held[stage] = HeldChange(
            first: UInt64.random(in: (held[stage]?.first?.number ?? next)...next, using: &random),
            added: (next..<next + added).map { number in
                HeldRecord(
                    number: number, source: "s", received: time, index: number, json: "{}",
                    admissions: number % 2 == 0
                        ? []
                        : [
                            Admission(stage: "d", key: .numbered(number, time: time))
                        ])
            })
        nextHeld[stage] = next + added
        checkpoint.rates[stage] = time
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            let number = UInt64.random(in: StoreModel.numbers, using: &random)
            checkpoint.keys.append(
                .numbered(number, time: time, reading: StoreModel.reading(using: &random)))
        }
        let shown = StoreModel.reading(using: &random)
        if shown != 0 { checkpoint.sightings[shown] = time }
        return checkpoint
    }

    mutating func take(_ checkpoint: Checkpoint) {
        for (name, position) in checkpoint.sources { sources[name] = position }
        sinks.merge(checkpoint.sinks) { $1 }
        for (sink, number) in checkpoint.coveredNotes { notes[sink]?.removeAll { $0.number <= number } }
        for (stage, change) in checkpoint.held {
            held[stage, default: []].removeAll { $0.number < change.first }
            held[stage, default: []] += change.added
        }
        rates.merge(checkpoint.rates) { $1 }
        for number in StoreModel.numbers {
            let key = DedupKey.numbered(number, time: 0)
            for seen in checkpoint.keys.filter({ $0.high == key.high }).map(\.seen) {
                var shown = keys[number]?.readings ?? []
                if seen.reading != 0 {
                    shown.removeAll { ReadingNumber.areOfOneDocument($0, seen.reading) }
                    shown.append(seen.reading)
                }
                keys[number] = (seen.time, shown)
            }
        }
        readings.merge(checkpoint.sightings) { max($0, $1) }
    }

    mutating func forget(before cutoff: Int64) {
        for number in StoreModel.numbers where (seen(number)?.time ?? .max) < cutoff { keys[number] = nil }
    }

    func compare(with store: any CheckpointStore) throws {
        let state = try store.restore()
        #expect(state.sources == sources)
        #expect(state.sinks == sinks)
        #expect(state.notes == notes.mapValues { $0.map(\.position) }.filter { !$0.value.isEmpty })
        #expect(state.held.filter { !$0.value.isEmpty } == held.filter { !$0.value.isEmpty })
        #expect(state.rates == rates)
        let stored = try store.lastSeen(StoreModel.numbers.map { .numbered($0, time: 0) })
        #expect(stored == StoreModel.numbers.map { seen($0) })
    }

    private func seen(_ number: UInt64) -> DedupKey.Seen? {
        keys[number].map {
            DedupKey.Seen(
                time: $0.readings.compactMap { readings[$0] }.reduce($0.time, max),
                reading: $0.readings.last ?? 0)
        }
    }

    /// One of two readings of one of three documents, or none.
    private static func reading(using random: inout SeededGenerator) -> Int64 {
        let document = UInt64.random(in: 0..<4, using: &random)
        return document == 0
            ? 0 : ReadingNumber.make(document: document, reading: UInt64.random(in: 0..<4, using: &random))
    }

    private func name(using random: inout SeededGenerator) -> String {
        ["a", "b", "c"][Int.random(in: 0..<3, using: &random)]
    }
}
