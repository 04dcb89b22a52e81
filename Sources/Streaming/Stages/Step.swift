import Records

/// A part of the chain that answers at once. Steps that follow each other run in one task over the same run of
/// records, without a buffer between.
protocol Step: Sendable {
    var figures: StageFigures { get }

    /// Whether it may block its thread.
    var blocks: Bool { get }

    /// Changes, drops or keeps the records.
    ///
    /// - Returns: those that it gave up for the dead letters; they are no longer among `records`.
    /// - Throws: when the run has to end.
    func process(_ records: inout [Record]) throws -> [RecordFailure]

    /// Records that it dropped for the sake of others in the run of records that was processed last, where those have
    /// failed since in a step after it; they go through it once more.
    func reconsidered() -> [Record]

    /// A marker goes by, after all records that were processed before.
    func pass(_ marker: Marker)

    /// The checkpoint of a marker that went by is about to be stored; what failed on its way is known.
    func settle(_ checkpoint: inout Checkpoint, marker id: UInt64)

    /// The checkpoint of a marker that went by is durable.
    func committed(marker id: UInt64)
}

extension Step {
    var blocks: Bool { false }
    func reconsidered() -> [Record] { [] }
    func pass(_ marker: Marker) {}
    func settle(_ checkpoint: inout Checkpoint, marker id: UInt64) {}
    func committed(marker id: UInt64) {}
}

/// A part of the chain that waits: for a clock, for a sink, for more records.
protocol WaitingStage: Sendable {
    /// Whether it lets records go at a pace that others set; a run that is stopped does not wait for that, and leaves them
    /// to the next one.
    var holdsBack: Bool { get }

    /// Answers for what it held when the run before ended; before anything runs, so that nothing is let in as if there
    /// were room.
    func prepare(_ input: AsyncBuffer)

    /// Reads the input to its end and emits in order.
    func run(_ input: AsyncBuffer, _ emit: Emitter) async throws
}

extension WaitingStage {
    var holdsBack: Bool { false }
    func prepare(_ input: AsyncBuffer) {}
}

/// What a stage is in a running chain.
package struct StagePart {
    enum Kind {
        case step(any Step)
        case waiting(any WaitingStage)
    }

    let kind: Kind

    init(_ step: some Step) { kind = .step(step) }
    init(_ stage: some WaitingStage) { kind = .waiting(stage) }
}

/// Sends what a waiting stage lets go through the steps after it, and on to the next buffer.
struct Emitter: Sendable {
    let steps: [any Step]
    let next: AsyncBuffer

    /// - Parameter first: the step to begin with; records that come from an earlier run have passed those before.
    func records(_ records: consuming [Record], from first: Int = 0) async throws {
        try await process(consume records, from: first)
        for (index, step) in steps.enumerated() {
            let again = step.reconsidered()
            if !again.isEmpty { try await self.records(again, from: index) }
        }
    }

    private func process(_ records: consuming [Record], from first: Int) async throws {
        let incoming = records.count
        for step in steps[first...] {
            if records.isEmpty { return }
            let before = records.count
            let failures = try step.process(&records)
            step.figures.count(in: before, out: records.count)
            if !failures.isEmpty { try await next.put(failures: failures) }
        }
        if records.isEmpty { return }
        // Filters leave few records of a chunk; they must not keep the whole of it in memory while they wait.
        if records.count < incoming, records.isWorthCompacting() { records.compact() }
        try await next.put(consume records)
    }

    func control(_ control: Control) async throws {
        switch control {
        case .marker(let marker):
            for step in steps { step.pass(marker) }
            try next.put(control)
        case .failures(let failures): try await next.put(failures: failures)
        default: try next.put(control)
        }
    }

    func finish() { next.finish() }
}
