import Logging
import Records

/// The end of the chain: stores the checkpoints whose markers arrive, and what was given up before them.
struct EndStage: Sendable {
    let notes: SinkNotes
    let storeExecutor: BlockingExecutor
    let window: CheckpointWindow
    let steps: [any Step]
    let deadLetters: SinkWriter?
    /// Stages that are gone and whose held records are among the dead letters.
    let orphanedStages: [String]
    let cleanup: HistoryCleanup?
    let run: RunFigures

    /// - Parameter deliver: given the records that went the whole way.
    func run(_ input: AsyncBuffer, deliver: (@Sendable ([Record]) async throws -> Void)?) async throws {
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
                if !marker.isFinal { try await cleanup?.continueSweep() }
            case .control: break
            }
        }
    }

    private func commit(_ marker: Marker) async throws {
        var marker = marker
        for stage in orphanedStages { marker.checkpoint.held[stage] = [] }
        if let deadLetters { marker.add(try await deadLetters.checkpoint()) }
        try await withTaskExecutorPreference(storeExecutor) { [marker, notes] in
            try notes.commit(marker.checkpoint, answered: marker.answered)
        }
        for step in steps { step.committed(marker: marker.id) }
        window.closed()
        run.checkpointed()
    }
}
