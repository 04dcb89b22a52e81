import Logging
import Records

/// The end of the chain: stores the checkpoints whose markers arrive, and what was given up before them.
struct EndStage: Sendable {
    let store: any CheckpointStore
    let storeExecutor: BlockingExecutor
    let steps: [any Step]
    let deadLetters: SinkWriter?
    /// Stages that are gone and whose held records are among the dead letters.
    let orphanedStages: [String]
    let cleanup: HistoryCleanup?
    let run: RunFigures
    /// Given the records that went the whole way.
    let deliver: (@Sendable ([Record]) async throws -> Void)?

    func run(_ input: AsyncBuffer) async throws {
        var cleanup = cleanup
        while let element = try await input.take() {
            switch element {
            case .records(let records):
                try await deliver?(records)
                run.delivered(records.count)
            case .control(.failures(let failures)):
                _ = try await deadLetters?.write(DeadLetter.records(for: failures))
            case .control(.marker(let marker)):
                try await commit(marker)
                try await sweep(&cleanup)
            case .control: break
            }
        }
    }

    private func commit(_ marker: Marker) async throws {
        var checkpoint = marker.checkpoint
        for stage in orphanedStages { checkpoint.held[stage] = [] }
        if let deadLetters { checkpoint.sinks[deadLetters.name] = try await deadLetters.checkpoint() }
        try await withTaskExecutorPreference(storeExecutor) { [checkpoint] in try store.commit(checkpoint) }
        for step in steps { step.committed(marker: marker.id) }
        run.checkpointed()
    }

    private func sweep(_ cleanup: inout HistoryCleanup?) async throws {
        guard let part = cleanup?.nextPart(), let cutoff = cleanup?.cutoff() else { return }
        _ = try await withTaskExecutorPreference(storeExecutor) {
            try store.forget(before: cutoff, part: part)
        }
    }
}

/// Goes over the history a slice at a time, one with each checkpoint, so that no delete is a long one.
struct HistoryCleanup: Sendable {
    /// Seconds.
    let ttl: Int64
    /// Nanoseconds since 1970.
    let now: @Sendable () -> Int64
    private var part = 0

    init(ttl: Int64, now: @escaping @Sendable () -> Int64) {
        self.ttl = ttl
        self.now = now
    }

    mutating func nextPart() -> Int {
        defer { part = (part + 1) % cleanupParts }
        return part
    }

    /// Keys last seen before this time, in seconds since 1970, are forgotten.
    func cutoff() -> Int64 { now() / 1_000_000_000 - ttl }
}
