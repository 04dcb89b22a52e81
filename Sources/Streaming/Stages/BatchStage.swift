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

    func prepare(_ input: AsyncBuffer) { flow.batched(Load(restored.records)) }

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
        rule.figures.count(in: restored.records.count, out: 0)
        if !open.isEmpty { start(&open, clock: clock, wake: wake) }
        if open.isComplete { try await send(&open, emit) }
        while let element = try await input.take() {
            switch consume element {
            case .records(let records):
                rule.figures.count(in: records.count, out: 0)
                try await collect(records, in: &open, emit, clock: clock, wake: wake)
            case .control(.tick):
                guard let due = open.due else { continue }
                if due <= clock.now { try await send(&open, emit) } else { wake(due) }
            case .control(.relieve): try await send(&open, emit)
            case .control(.drain):
                try await send(&open, emit)
                try await emit.control(.drain)
            case .control(.marker(var marker)):
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
        let (passing, undecided) = try rule.removePassing(&records, when: when)
        if !undecided.isEmpty { try await emit.control(.failures(undecided)) }
        try await send(passing, emit)
        if records.isWorthCompacting() { records.compact() }
        for record in records {
            if open.isEmpty { start(&open, clock: clock, wake: wake) }
            let load = Load(record)
            flow.batched(load)
            open.add(record, load)
            // Several batches have to find room beside each other and what waits for them.
            if open.isComplete || open.load.bytes >= flow.budget / 4 { try await send(&open, emit) }
        }
    }

    private func start<C: Clock<Duration>>(
        _ open: inout OpenBatch<C.Instant>, clock: C, wake: (C.Instant) -> Void
    ) {
        guard let every = limits.every else { return }
        let due = clock.now.advanced(by: every)
        open.due = due
        wake(due)
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
    var hold: Hold
    private var bytes = 0
    /// Memory of what is held.
    private(set) var load = Load.none
    /// When it must leave even if it is not full.
    var due: Instant?

    init(limits: BatchLimits, restored: RestoredHold = RestoredHold()) {
        self.limits = limits
        hold = Hold(restored)
        bytes = restored.records.reduce(0) { $0 + $1.byteCount }
        load = Load(restored.records)
    }

    var isEmpty: Bool { hold.isEmpty }

    var isComplete: Bool { hold.count >= limits.size ?? .max || bytes >= limits.bytes ?? .max }

    mutating func add(_ record: Record, _ load: Load) {
        hold.append(record)
        bytes += record.byteCount
        self.load += load
    }

    /// Takes the records out and starts anew.
    mutating func close() -> [Record] {
        bytes = 0
        load = .none
        due = nil
        return hold.takeAll()
    }
}

/// `batch`: collects records and passes them on together.
package struct BatchOperation: StageOperation {
    package let limits: BatchLimits

    package var kind: String { "batch" }

    package init(_ limits: BatchLimits) { self.limits = limits }

    package func build(_ context: inout StageContext) throws -> StagePart {
        context.isBatched = true
        let restored = try context.restoredHold()
        return StagePart(
            BatchStage(
                limits: limits, when: context.node.when, restored: restored, identity: context.identity,
                rule: context.rule, flow: context.flow, clock: context.environment.clock))
    }
}
