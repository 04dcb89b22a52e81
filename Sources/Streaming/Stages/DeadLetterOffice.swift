import Logging
import Records

/// Writes what stages give up, each failure once: a record that comes again and fails in the same way is only counted.
struct DeadLetterOffice: Sendable {
    /// The first takes them; each other one what those before it refuse.
    let writers: [SinkWriter]
    let store: any CheckpointStore
    let storeExecutor: any TaskExecutor
    let time: HistoryTime
    /// Seconds for which a letter counts as written.
    let history: Int64
    /// Leaves out what is not to be written down.
    let redact: @Sendable (Record) throws -> Record
    let run: RunFigures
    private let keys = KeyLedger()

    init(
        writers: [SinkWriter], store: any CheckpointStore, storeExecutor: any TaskExecutor, time: HistoryTime,
        history: Int64, redact: @escaping @Sendable (Record) throws -> Record, run: RunFigures
    ) {
        self.writers = writers
        self.store = store
        self.storeExecutor = storeExecutor
        self.time = time
        self.history = history
        self.redact = redact
        self.run = run
    }

    func take(_ failures: [RecordFailure]) async throws {
        // Told apart as they are written, so that who finds one in the file knows its key.
        let letters = try DeadLetter.records(for: failures).map(redact).compactMap(DeadLetter.init)
        let now = time.now
        let identities = letters.map { letter in
            var key = letter.key(store.hashKey)
            key.seen.time = now
            return key
        }
        let seen = try await withTaskExecutorPreference(storeExecutor) { [keys, store] in
            try keys.lastSeen(identities, in: store)
        }
        let verdicts = keys.judge(identities, seen: seen, now: now, history: history)
        let new = letters.indices.filter { verdicts[$0] == .admitted }.map { letters[$0].contents }
        if new.isEmpty { return }
        try await write(new)
        run.wroteDeadLetters(new.count)
    }

    private func write(_ letters: [Record]) async throws {
        var letters = letters
        for writer in writers where !letters.isEmpty {
            let refusals = try await writer.write(letters)
            if let first = refusals.first {
                writer.logger.warning(
                    "'\(writer.name)' refuses \(refusals.count) dead letters: \(first.reason)")
            }
            letters = refusals.map { letters[$0.index] }
        }
    }

    func settle(_ marker: inout Marker) async throws {
        keys.pass(marker: marker.id)
        marker.checkpoint.keys += keys.settle(marker: marker.id).added
        for writer in writers {
            if let answer = try await writer.checkpoint(marker: marker.id) { marker.add(answer) }
        }
    }

    func committed(marker id: UInt64) { keys.committed(marker: id) }
}
