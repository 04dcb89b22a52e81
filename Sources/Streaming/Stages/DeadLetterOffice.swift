import Records

/// Writes what stages give up, each failure once: a record that comes again and fails in the same way is only counted.
struct DeadLetterOffice: Sendable {
    let writer: SinkWriter
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
        writer: SinkWriter, store: any CheckpointStore, storeExecutor: any TaskExecutor, time: HistoryTime,
        history: Int64, redact: @escaping @Sendable (Record) throws -> Record, run: RunFigures
    ) {
        self.writer = writer
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
        _ = try await writer.write(new)
        run.wroteDeadLetters(new.count)
    }

    func settle(_ marker: inout Marker) async throws {
        keys.pass(marker: marker.id)
        marker.checkpoint.keys += keys.settle(marker: marker.id).added
        if let answer = try await writer.checkpoint(marker: marker.id) { marker.add(answer) }
    }

    func committed(marker id: UInt64) { keys.committed(marker: id) }
}
