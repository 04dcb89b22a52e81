package import Pacing
import Records

/// Lets records through at a steady rate. What waits is part of every checkpoint, so no checkpoint waits for it.
struct RateLimitStage: WaitingStage {
    let rate: Rate
    let when: (any Predicate)?
    /// What it held at the last checkpoint.
    let restored: RestoredHold
    /// Since when a record may leave, at the start of the run; nil if that is a matter of the past.
    let lastLeft: Duration?
    /// The stage's identity in stored form.
    let identity: String
    /// Whether the records come in batches.
    let isBatched: Bool
    let rule: FailureRule
    let clock: any Clock<Duration>

    var holdsBack: Bool { true }

    func prepare(_ input: AsyncBuffer) { input.keep(restored.load) }

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws { try await run(input, emit, clock: clock) }

    private func run<C: Clock<Duration>>(_ input: AsyncBuffer, _ emit: Emitter, clock: C) async throws {
        try await withWakeUps(of: input, clock: clock) { wake in
            var line = Line<C>(stage: self, input: input, emit: emit, start: clock.now)
            line.restore()
            try await line.release(at: clock.now, wake)
            while let element = try await input.take() {
                switch consume element {
                case .records(let records): try await line.add(records)
                case .control(.tick): break
                case .control(.marker(var marker)):
                    line.store(in: &marker.checkpoint, now: rule.now())
                    try await emit.control(.marker(marker))
                    // What is held now is the next run's.
                    if marker.kind == .handOver { line.isClosed = true }
                case .control(.drain): line.isDraining = true
                case .control(.batchEnd): try await line.endBatch()
                case .control(let control): try await emit.control(control)
                }
                try await line.release(at: clock.now, wake)
                rule.figures.hold(line.hold.count)
            }
        }
        emit.finish()
    }

    /// The records that wait, and the bucket that they wait for.
    private struct Line<C: Clock<Duration>> {
        let stage: RateLimitStage
        let input: AsyncBuffer
        let emit: Emitter
        let start: C.Instant
        var hold: Hold
        /// Nothing comes any more; the sign of it goes on when nothing is left.
        var isDraining = false
        /// Nothing leaves any more.
        var isClosed = false
        private var bucket: TokenBucket
        private var hasLeft = false
        /// Records in front of the ends of batches, each counted from the end before it.
        private var batches: ArraySlice<Int> = []
        /// Records that wait behind the last end of a batch.
        private var open = 0

        init(stage: RateLimitStage, input: AsyncBuffer, emit: Emitter, start: C.Instant) {
            self.stage = stage
            self.input = input
            self.emit = emit
            self.start = start
            hold = Hold(stage.restored)
            bucket = TokenBucket(rate: stage.rate, lastTaken: stage.lastLeft.map { .zero - $0 })
        }

        /// The records of the run before take their place.
        mutating func restore() {
            open = stage.restored.count
            stage.rule.figures.count(in: open, out: 0)
            // Where batches ended is not known any more.
            if stage.isBatched, open > 0 { closeBatch() }
        }

        /// A batch is complete: the sign of it leaves behind its last record.
        mutating func endBatch() async throws {
            if hold.isEmpty { try await emit.control(.batchEnd) } else { closeBatch() }
        }

        private mutating func closeBatch() {
            // Of a batch without records nobody needs to hear.
            if open > 0 { batches.append(open) }
            open = 0
        }

        /// Records come. Those that the limit is not for keep their place among the others.
        mutating func add(_ records: consuming [Record]) async throws {
            var records = records
            let rule = stage.rule
            let incoming = records.count
            let undecided = try rule.removeUndecided(&records, when: stage.when)
            if !undecided.isEmpty { try await emit.control(.failures(undecided)) }
            rule.figures.count(in: incoming, out: 0)
            if records.isEmpty { return }
            if records.isWorthCompacting() { records.compact() }
            // What waits here counts as what waits before the stage: together they are bounded by its buffer.
            input.keep(Load(records))
            hold.append(records)
            open += records.count
        }

        /// Lets go of as many as may leave now, and sees to it that the stage wakes up when the next may.
        mutating func release(at now: C.Instant, _ wake: (C.Instant) -> Void) async throws {
            while !hold.isEmpty, !isClosed {
                let time = start.duration(to: now)
                let most = batches.first ?? hold.count
                let free = count(of: most, isLimited: false)
                let granted = free > 0 ? free : bucket.take(count(of: most, isLimited: true), at: time)
                guard granted > 0 else {
                    wake(now.advanced(by: bucket.timeToNext(at: time)))
                    return
                }
                if free == 0 { hasLeft = true }
                let records = hold.take(granted)
                stage.rule.figures.count(in: 0, out: granted)
                let load = Load(records)
                try await emit.records(records)
                try await left(granted)
                input.release(load)
            }
            if isDraining, !isClosed {
                isDraining = false
                try await emit.control(.drain)
            }
        }

        /// The next records that the limit is for, or those in front of the next one that it is for.
        private func count(of most: Int, isLimited: Bool) -> Int {
            guard let when = stage.when else { return isLimited ? most : 0 }
            return hold.count(upTo: most) { (when.match($0) == .matched) == isLimited }
        }

        private mutating func left(_ count: Int) async throws {
            guard let batch = batches.first else {
                open -= count
                return
            }
            batches[batches.startIndex] = batch - count
            guard batch == count else { return }
            batches.removeFirst()
            try await emit.control(.batchEnd)
        }

        mutating func store(in checkpoint: inout Checkpoint, now: Int64) {
            if let change = hold.change() { checkpoint.held[stage.identity] = change }
            if hasLeft { checkpoint.rates[stage.identity] = now }
            hasLeft = false
        }
    }
}

/// `rate_limit`: lets at most so many records through in a time.
package struct RateLimitOperation: StageOperation {
    package let rate: Rate

    package var kind: String { "rate_limit" }

    package init(_ rate: Rate) { self.rate = rate }

    package func build(_ context: inout StageContext) throws -> StagePart {
        let restored = try context.restoredHold()
        if context.isBatched, restored.count > 0 { context.hasRestOfBatch = true }
        return StagePart(
            RateLimitStage(
                rate: rate, when: context.node.when, restored: restored,
                lastLeft: context.timeSinceLast, identity: context.identity, isBatched: context.isBatched,
                rule: context.rule,
                clock: context.environment.clock))
    }
}
