import Buffering
import Records
import Synchronization

/// Makes of each unit of records (one, or a batch) others, and may wait for that: a `map` or `filter` of a Swift program.
/// Several are worked on at the same time, and the results go on in order.
///
/// What has not gone on is part of every checkpoint, also what is being worked on, so that none waits for it.
struct AsyncConversionStage: WaitingStage {
    /// What goes on in the place of a unit; nothing drops it. Where it throws, the whole unit has failed.
    let convert: @Sendable ([Record]) async throws -> Conversion
    /// Units at the same time.
    let concurrency: Int
    /// Whether the records come in batches, each of which is a unit.
    let isBatched: Bool
    /// Whether what becomes of a batch is one.
    let keepsBatches: Bool
    /// What it held at the last checkpoint.
    let restored: RestoredHold
    /// The stage's identity in stored form.
    let identity: String
    let rule: FailureRule

    var holdsBack: Bool { true }

    func prepare(_ input: AsyncBuffer) { input.keep(restored.load) }

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            var units = UnitHold(restored, isBatched: isBatched)
            rule.figures.count(in: restored.count, out: 0)
            var window = ConversionWindow<Outcome>()
            let arrivals = Arrivals()
            var isDraining = false
            // Whether what is held is the next run's.
            var isClosed = false
            begin(&units, &window, arrivals, input, &group)
            while let element = try await input.take() {
                switch consume element {
                case .records(let records):
                    rule.figures.count(in: records.count, out: 0)
                    input.keep(Load(records))
                    units.append(records)
                case .control(.batchEnd): units.endBatch()
                case .control(.tick): break
                case .control(.drain): isDraining = true
                case .control(.marker(var marker)):
                    if let change = units.change() { marker.checkpoint.held[identity] = change }
                    try await emit.control(.marker(marker))
                    if marker.kind == .handOver {
                        isClosed = true
                        group.cancelAll()
                    }
                case .control(let control): try await emit.control(control)
                }
                if !isClosed {
                    for (number, outcome) in arrivals.take() { window.finish(number, outcome) }
                    while let outcome = window.next() {
                        let unit = units.removeUnit()
                        try await send(outcome, of: unit, emit)
                        input.release(Load(unit))
                    }
                    begin(&units, &window, arrivals, input, &group)
                }
                rule.figures.hold(units.count)
                if isDraining, units.count == 0 {
                    isDraining = false
                    try await emit.control(.drain)
                }
            }
            // Of what goes on in another run nothing is waited for.
            group.cancelAll()
        }
        emit.finish()
    }

    private typealias Outcome = Result<Conversion, any Error>

    /// What child tasks have made, until the stage takes it.
    private final class Arrivals: Sendable {
        private let made = Mutex<[(number: UInt64, Outcome)]>([])

        /// - Returns: whether the stage has to be told.
        func add(_ number: UInt64, _ outcome: Outcome) -> Bool {
            made.withLock { made in
                made.append((number, outcome))
                return made.count == 1
            }
        }

        func take() -> [(number: UInt64, Outcome)] {
            made.withLock { made in
                defer { made = [] }
                return made
            }
        }
    }

    /// Begins with as many units as may be worked on.
    private func begin(
        _ units: inout UnitHold, _ window: inout ConversionWindow<Outcome>, _ arrivals: Arrivals,
        _ input: AsyncBuffer, _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) {
        while window.count < concurrency, let unit = units.unit(window.count) {
            let number = window.begin()
            group.addTask {
                let outcome: Outcome
                do { outcome = .success(try await convert(unit)) } catch { outcome = .failure(error) }
                // The stage may have ended meanwhile.
                if arrivals.add(number, outcome) { try? input.put(.tick) }
            }
        }
    }

    private func send(_ outcome: Outcome, of unit: [Record], _ emit: Emitter) async throws {
        switch outcome {
        case .success(let conversion):
            let records = conversion.records
            rule.figures.count(in: 0, out: records.count)
            let failures = try conversion.failures.compactMap { try rule.dispose($0, because: $1) }
            if !failures.isEmpty { try await emit.control(.failures(failures)) }
            try await emit.records(records)
            if keepsBatches, !records.isEmpty { try await emit.control(.batchEnd) }
        case .failure(let failure as StoreFailure): throw failure.cause
        case .failure(let error as any PermanentFailure):
            // It would fail for every record, and none is to blame; all come again when it works.
            throw StageFailure(
                stage: rule.stage, source: unit[0].chunk.origin.source, index: unit[0].index,
                message: "\(error)")
        case .failure(let error):
            try Task.checkCancellation()
            let failures = try unit.compactMap { try rule.dispose($0, because: "\(error)") }
            if !failures.isEmpty { try await emit.control(.failures(failures)) }
        }
    }
}

/// What has become of a unit.
struct Conversion {
    var records: [Record] = []
    /// Records that could not be converted, each with the reason.
    var failures: [(Record, String)] = []
}
