import Records

/// Writes what stages give up, each failure once: a record that comes again and fails in the same way is only counted.
struct DeadLetterOffice: Sendable {
    /// What the position of the dead letters is stored under; no sink of a spec has it.
    static let identity = ".dead_letters"

    let writer: SinkWriter
    let store: any CheckpointStore
    let storeExecutor: any TaskExecutor
    let time: HistoryTime
    /// Seconds for which a letter counts as written.
    let history: Int64
    let run: RunFigures
    private let keys = KeyLedger()

    init(
        writer: SinkWriter, store: any CheckpointStore, storeExecutor: any TaskExecutor, time: HistoryTime,
        history: Int64, run: RunFigures
    ) {
        self.writer = writer
        self.store = store
        self.storeExecutor = storeExecutor
        self.time = time
        self.history = history
        self.run = run
    }

    func take(_ failures: [RecordFailure]) async throws {
        let now = time.now
        let identities = failures.map { key(of: $0, now: now) }
        let seen = try await withTaskExecutorPreference(storeExecutor) { [keys, store] in
            try keys.lastSeen(identities, in: store)
        }
        let verdicts = keys.judge(identities, seen: seen, now: now, history: history)
        let new = failures.indices.filter { verdicts[$0] == .admitted }.map { failures[$0] }
        if new.isEmpty { return }
        _ = try await writer.write(DeadLetter.records(for: new))
        run.wroteDeadLetters(new.count)
    }

    func settle(_ marker: inout Marker) async throws {
        keys.pass(marker: marker.id)
        marker.checkpoint.keys += keys.settle(marker: marker.id).added
        if let answer = try await writer.checkpoint(marker: marker.id) { marker.add(answer) }
    }

    func committed(marker id: UInt64) { keys.committed(marker: id) }

    /// Where it failed, and its contents; of a letter that was read again, those of the record within.
    private func key(of failure: RecordFailure, now: Int64) -> DedupKey {
        var hash = SipHash128(key: store.hashKey)
        for part in [DeadLetterOffice.identity, failure.stage, failure.sink ?? ""] {
            var part = part
            part.withUTF8 { hash.update($0) }
            hash.update(0)
        }
        var output = OutputBuffer()
        if let inner = DeadLetter.letter(in: failure.record) {
            output.append(inner)
        } else {
            output.append(failure.record)
        }
        hash.update(output.bytes)
        let (high, low) = hash.finish()
        return DedupKey(high: high, low: low, seen: .init(time: now))
    }
}
