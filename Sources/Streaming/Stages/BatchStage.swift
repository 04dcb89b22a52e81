import Records

/// Groups records. What it holds is part of every checkpoint, so a checkpoint never cuts a batch short.
struct BatchStage: WaitingStage {
    let limits: BatchLimits
    /// Records that it does not match go past, as a batch of their own.
    let when: (any Predicate)?
    /// What it held at the last checkpoint.
    let restored: [Record]
    let rule: FailureRule
    let clock: any Clock<Duration>

    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws { try await run(input, emit, clock: clock) }

    private func run<C: Clock<Duration>>(_ input: AsyncBuffer, _ emit: Emitter, clock: C) async throws {
        let (deadlines, timer) = AsyncStream.makeStream(
            of: C.Instant.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            if limits.every != nil {
                group.addTask {
                    for await deadline in deadlines {
                        try await clock.sleep(until: deadline, tolerance: nil)
                        try? input.put(.tick)
                    }
                }
            }
            defer {
                timer.finish()
                group.cancelAll()
            }
            try await collect(input, emit, clock: clock) { timer.yield($0) }
        }
        emit.finish()
    }

    private func collect<C: Clock<Duration>>(
        _ input: AsyncBuffer, _ emit: Emitter, clock: C, wake: (C.Instant) -> Void
    ) async throws {
        var open = OpenBatch<C.Instant>(limits: limits)
        var heldBefore = !restored.isEmpty
        rule.figures.count(in: restored.count, out: 0)
        try await collect(restored, in: &open, emit, clock: clock, wake: wake)
        while let element = try await input.take() {
            switch consume element {
            case .records(let records):
                rule.figures.count(in: records.count, out: 0)
                try await collect(records, in: &open, emit, clock: clock, wake: wake)
            case .control(.tick):
                guard let due = open.due else { continue }
                if due <= clock.now { try await send(open.close(), emit) } else { wake(due) }
            case .control(.marker(var marker)):
                if marker.isFinal { try await send(open.close(), emit) }
                if heldBefore || !open.isEmpty {
                    marker.checkpoint.held[rule.stage] = open.records.map(HeldRecord.init)
                }
                heldBefore = !open.isEmpty
                try await emit.control(.marker(marker))
            case .control(.batchEnd): break
            case .control(let control): try await emit.control(control)
            }
            rule.figures.hold(open.records.count)
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
            let passing = records.filter { when.match($0) != .matched }
            try await send(passing, emit)
            if !passing.isEmpty { records.removeAll { when.match($0) != .matched } }
        }
        for record in records {
            if open.isEmpty { start(&open, clock: clock, wake: wake) }
            if open.add(record) { try await send(open.close(), emit) }
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
    private(set) var records: [Record] = []
    private var bytes = 0
    /// When it must leave even if it is not full.
    var due: Instant?

    init(limits: BatchLimits) { self.limits = limits }

    var isEmpty: Bool { records.isEmpty }

    /// Adds a record.
    ///
    /// - Returns: true when the batch is complete with it.
    mutating func add(_ record: Record) -> Bool {
        records.append(record)
        bytes += record.byteCount
        return records.count >= limits.size ?? .max || bytes >= limits.bytes ?? .max
    }

    /// Takes the records out and starts anew.
    mutating func close() -> [Record] {
        defer { self = OpenBatch(limits: limits) }
        return records
    }
}
