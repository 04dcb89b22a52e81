import Records

/// Applies a stage's `on_error` to records that failed in it.
struct FailureRule: Sendable {
    let stage: String
    var disposal: OnError.Disposal
    let figures: StageFigures
    /// Nanoseconds since 1970.
    let now: @Sendable () -> Int64

    /// Counts a failed record, gives its keys back and decides on it.
    ///
    /// - Parameters:
    ///   - sink: the sink that refused it.
    ///   - takers: the sinks of the stage that have it, by identity in stored form.
    /// - Returns: the dead letter, or nil when the record is only dropped.
    /// - Throws: ``StageFailure`` when the run has to end.
    func dispose(
        _ record: Record, because message: String, sink: String? = nil, takers: [String] = []
    ) throws -> RecordFailure? {
        figures.countFailures(1)
        record.giveBackKeys()
        switch disposal {
        case .deadLetter:
            return RecordFailure(
                record: record, stage: stage, sink: sink, takers: takers, message: message, time: now())
        case .drop:
            figures.countDiscarded()
            return nil
        case .fail:
            throw StageFailure(
                stage: stage, source: record.chunk.origin.source, index: record.index, message: message)
        }
    }

    /// Takes out the records for which a stage's condition cannot be evaluated: nobody knows whether they may go past.
    ///
    /// - Returns: the dead letters among them.
    func removeUndecided(_ records: inout [Record], when: (any Predicate)?) throws -> [RecordFailure] {
        guard let when else { return [] }
        var undecided: [Int] = []
        var failures: [RecordFailure] = []
        for index in records.indices {
            guard case .failed(let message) = when.match(records[index]) else { continue }
            undecided.append(index)
            if let failure = try dispose(records[index], because: message) { failures.append(failure) }
        }
        records.remove(at: undecided)
        return failures
    }
}
