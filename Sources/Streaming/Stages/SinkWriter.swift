import Logging
import Records

/// Calls one sink on the executor that it needs, and tries again what fails.
struct SinkWriter: Sendable {
    /// A record that the sink would not take.
    struct Refusal: Sendable {
        /// The record's place in the run that was written.
        let index: Int
        let message: String
    }

    /// What a sink says to a marker.
    struct Answer: Sendable {
        let sink: String
        let position: SinkPosition?
        /// How many notes it had made before; the position makes them superfluous.
        let notes: Int
    }

    /// Writes a sink's notes into the checkpoint store.
    private struct Journal: SinkJournal {
        let notes: SinkNotes
        let sink: String

        func note(_ position: SinkPosition) throws { try notes.add(position, sink: sink) }
    }

    let name: String
    let sink: any Sink
    let onError: OnError
    let executor: BlockingExecutor?
    let figures: StageFigures
    let clock: any Clock<Duration>
    let random: @Sendable () -> Double
    let logger: Logger
    let notes: SinkNotes

    func open(from position: SinkPosition?) async throws {
        let journal = Journal(notes: notes, sink: name)
        let earlier = notes.all(of: name)
        try await attributed { try await sink.open(from: position, notes: earlier, journal: journal) }
    }

    /// Writes records, with the retries of the policy.
    ///
    /// A run that fails for good is written record by record, so that one bad record does not take others with it.
    ///
    /// - Returns: the records that failed alone.
    /// - Throws: ``SinkFailure`` when the policy is to fail.
    func write(_ records: [Record]) async throws -> [Refusal] {
        do {
            try await attempt(records)
            return []
        } catch let failure as SinkFailure where onError.then != .fail {
            if records.count == 1 { return [Refusal(index: 0, message: failure.message)] }
            var refusals: [Refusal] = []
            for (index, record) in records.enumerated() {
                do {
                    try await attributed { try await sink.write([record]) }
                } catch let failure as SinkFailure {
                    refusals.append(Refusal(index: index, message: failure.message))
                }
            }
            return refusals
        }
    }

    /// Makes what was written durable.
    func checkpoint() async throws -> Answer {
        let position = try await attributed { try await sink.checkpoint() }
        return Answer(sink: name, position: position, notes: notes.count(of: name))
    }

    func close() async {
        if let executor {
            await withTaskExecutorPreference(executor) { await sink.close() }
        } else {
            await sink.close()
        }
    }

    private func attempt(_ records: [Record]) async throws {
        var attempt = 1
        while true {
            do {
                return try await attributed { try await sink.write(records) }
            } catch let failure as SinkFailure {
                guard !failure.isPermanent,
                    let delay = onError.retry?.delay(after: attempt, random: random())
                else { throw failure }
                figures.countRetry()
                logger.warning("sink '\(name)': \(failure.message); trying again")
                try await clock.sleep(for: delay)
                attempt += 1
            }
        }
    }

    /// Runs a call of the sink where it may block, and names the sink in its error.
    private func attributed<R: Sendable>(_ call: @Sendable () async throws -> R) async throws -> R {
        do {
            guard let executor else { return try await call() }
            return try await withTaskExecutorPreference(executor, operation: call)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw SinkFailure(sink: name, message: "\(error)", isPermanent: error is any PermanentFailure)
        }
    }
}
