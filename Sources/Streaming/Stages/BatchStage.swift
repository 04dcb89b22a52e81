import Buffering
import Notation
import Records

/// Groups records. What it holds is part of every checkpoint, so a checkpoint never cuts a batch short.
struct BatchStage: WaitingStage {
    let limits: BatchLimits
    /// Records that it does not match go past, as a batch of their own.
    let when: (any Predicate)?
    /// What it held at the last checkpoint.
    let restored: RestoredHold
    /// The stage's identity in stored form.
    let identity: String
    let rule: FailureRule
    let flow: Flow
    let clock: any Clock<Duration>
    /// The wall clock, in nanoseconds since 1970.
    var now: @Sendable () -> Int64 = WallClock.now

    /// The longest time to a look at the wall clock: it may be set meanwhile.
    private static let longestWait = Duration.seconds(600)

    func prepare(_ input: AsyncBuffer) { flow.batched(restored.load) }

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws { try await run(input, emit, clock: clock) }

    private func run<C: Clock<Duration>>(_ input: AsyncBuffer, _ emit: Emitter, clock: C) async throws {
        try await withWakeUps(of: input, clock: clock) { wake in
            try await collect(input, emit, clock: clock, wake: wake)
        }
        emit.finish()
    }

    private func collect<C: Clock<Duration>>(
        _ input: AsyncBuffer, _ emit: Emitter, clock: C, wake: (C.Instant) -> Void
    ) async throws {
        var open = OpenBatch<C.Instant>(limits: limits, restored: restored)
        rule.figures.count(in: restored.count, out: 0)
        // Under another limit they may be several batches.
        while open.hasMore { try await fill(&open, emit, clock: clock, wake: wake) }
        open.isRestored = false
        if isDue(open, clock: clock) { try await send(&open, emit) }
        while let element = try await input.take() {
            switch consume element {
            case .records(let records):
                rule.figures.count(in: records.count, out: 0)
                try await collect(records, in: &open, emit, clock: clock, wake: wake)
            case .control(.tick):
                if isDue(open, clock: clock) {
                    try await send(&open, emit)
                } else {
                    rouse(open, clock: clock, wake: wake)
                }
            case .control(.relieve): try await send(&open, emit)
            case .control(.drain):
                try await send(&open, emit)
                try await emit.control(.drain)
            case .control(.marker(var marker)):
                // Whoever stops a run wants to see what it has, unless it is not the time for that.
                if marker.kind == .handOver, limits.daily == nil { try await send(&open, emit) }
                if let change = open.hold.change() { marker.checkpoint.held[identity] = change }
                try await emit.control(.marker(marker))
            case .control(.batchEnd): break
            case .control(let control): try await emit.control(control)
            }
            rule.figures.hold(open.hold.count)
        }
    }

    private func collect<C: Clock<Duration>>(
        _ records: [Record], in open: inout OpenBatch<C.Instant>, _ emit: Emitter, clock: C,
        wake: (C.Instant) -> Void
    ) async throws {
        var records = records
        let undecided = try rule.removeUndecided(&records, when: when)
        if !undecided.isEmpty { try await emit.control(.failures(undecided)) }
        if let when {
            let places = records.indices.filter { when.match(records[$0]) != .matched }
            try await send(places.map { records[$0] }, emit)
            records.remove(at: places)
        }
        if records.isWorthCompacting() { records.compact() }
        for record in records {
            flow.batched(Load(record))
            open.hold.append(record)
            try await fill(&open, emit, clock: clock, wake: wake)
        }
    }

    private func fill<C: Clock<Duration>>(
        _ open: inout OpenBatch<C.Instant>, _ emit: Emitter, clock: C, wake: (C.Instant) -> Void
    ) async throws {
        if open.isEmpty { start(&open, clock: clock, wake: wake) }
        open.fill()
        // Several batches have to find room beside each other and what waits for them.
        if open.isComplete || open.load.bytes >= flow.budget / 4 { try await send(&open, emit) }
    }

    private func start<C: Clock<Duration>>(
        _ open: inout OpenBatch<C.Instant>, clock: C, wake: (C.Instant) -> Void
    ) {
        if let every = limits.every { open.due = clock.now.advanced(by: every) }
        if let daily = limits.daily {
            // Of what was held while no run was there, the time may be over.
            let start = open.isRestored ? open.hold[0].chunk.origin.received : now()
            open.dueTime = daily.next(after: Timestamp(nanosecondsSince1970: start).seconds)
        }
        rouse(open, clock: clock, wake: wake)
    }

    private func isDue<C: Clock<Duration>>(_ open: OpenBatch<C.Instant>, clock: C) -> Bool {
        if let due = open.due, due <= clock.now { return true }
        return open.dueTime.map { $0 <= Timestamp(nanosecondsSince1970: now()).seconds } ?? false
    }

    /// Has the stage wake up when the batch is due, as far as that can be known.
    private func rouse<C: Clock<Duration>>(
        _ open: OpenBatch<C.Instant>, clock: C, wake: (C.Instant) -> Void
    ) {
        var next = open.due
        if let time = open.dueTime {
            let left = Duration.seconds(time) - .nanoseconds(now())
            let look = clock.now.advanced(by: min(max(left, .zero), BatchStage.longestWait))
            next = min(next ?? look, look)
        }
        if let next { wake(next) }
    }

    private func send<Instant>(_ open: inout OpenBatch<Instant>, _ emit: Emitter) async throws {
        let load = open.load
        try await send(open.close(), emit)
        if !load.isNone { flow.unbatched(load) }
    }

    private func send(_ batch: [Record], _ emit: Emitter) async throws {
        guard !batch.isEmpty else { return }
        rule.figures.count(in: 0, out: batch.count)
        try await emit.records(consume batch)
        try await emit.control(.batchEnd)
    }
}

/// The batch that is being filled: decides when it is complete.
struct OpenBatch<Instant> {
    private let limits: BatchLimits
    /// The batch's records, then those that are still to come into one.
    var hold: Hold
    private var count = 0
    private var bytes = 0
    /// Memory of the batch.
    private(set) var load = Load.none
    /// When it must leave even if it is not full.
    var due: Instant?
    /// The same by the wall clock, in seconds since 1970.
    var dueTime: Int64?
    /// Whether its records are from an earlier run.
    var isRestored: Bool

    init(limits: BatchLimits, restored: RestoredHold = RestoredHold()) {
        self.limits = limits
        isRestored = restored.count > 0
        hold = Hold(restored)
    }

    var isEmpty: Bool { count == 0 }

    /// Whether records are held that are in no batch yet.
    var hasMore: Bool { count < hold.count }

    var isComplete: Bool { count >= limits.size ?? .max || bytes >= limits.bytes ?? .max }

    /// Takes the next record that is held into the batch.
    mutating func fill() {
        let record = hold[count]
        count += 1
        bytes += record.byteCount
        load += Load(record)
    }

    /// Takes the records out and starts anew.
    mutating func close() -> [Record] {
        defer { (count, bytes, load, due, dueTime) = (0, 0, .none, nil, nil) }
        return hold.take(count)
    }
}

/// `batch`: collects records and passes them on together.
package struct BatchOperation: StageOperation {
    package let limits: BatchLimits

    package var kind: String { "batch" }

    package init(_ limits: BatchLimits) { self.limits = limits }

    package func build(_ context: inout StageContext) throws -> StagePart {
        context.isBatched = true
        context.hasRestOfBatch = false
        let restored = try context.restoredHold()
        return StagePart(
            BatchStage(
                limits: limits, when: context.node.when, restored: restored, identity: context.identity,
                rule: context.rule, flow: context.flow, clock: context.environment.clock,
                now: context.environment.now))
    }
}
