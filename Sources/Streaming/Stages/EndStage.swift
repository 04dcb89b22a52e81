import Logging
import Records

/// The end of the chain: stores the checkpoints whose markers arrive, and what was given up before them.
struct EndStage: Sendable {
    let store: any CheckpointStore
    let storeExecutor: any TaskExecutor
    let window: CheckpointWindow
    let steps: [any Step]
    let deadLetters: DeadLetterOffice?
    let acknowledgements: Acknowledgements
    let cleanup: HistoryCleanup
    let run: RunFigures

    /// - Parameter deliver: given the records that went the whole way.
    func run(_ input: AsyncBuffer, deliver: (@Sendable ([Record]) async throws -> Void)?) async throws {
        while let element = try await input.take() {
            switch element {
            case .records(let records):
                try await deliver?(records)
                run.reachedEnd(records.count)
            case .control(.failures(let failures)):
                run.gaveUp(failures.count)
                try await deadLetters?.take(failures)
            case .control(.marker(let marker)):
                try await commit(marker)
                if marker.kind == .periodic { cleanup.wake() }
            case .control: break
            }
        }
    }

    private func commit(_ marker: Marker) async throws {
        var marker = marker
        for step in steps { step.settle(&marker.checkpoint, marker: marker.id) }
        try await deadLetters?.settle(&marker)
        try await withTaskExecutorPreference(storeExecutor) { [marker, store] in
            try store.commit(marker.checkpoint)
        }
        for step in steps { step.committed(marker: marker.id) }
        deadLetters?.committed(marker: marker.id)
        window.closed()
        run.checkpointed(marker.id)
        try await acknowledgements.committed(marker.checkpoint)
    }
}
