import Logging
import Pacing
import Records

/// One tap's way to one sink: calls it on the executor that it needs, and tries again what fails.
struct SinkWriter: Sendable {
    /// What a sink says to a marker.
    struct Answer: Sendable {
        /// The sink's identity in stored form.
        let sink: String
        let position: SinkPosition?
        /// The last note before the answer; the position makes it and those before superfluous.
        let lastNote: UInt64
    }

    let name: String
    /// In stored form.
    let identity: String
    let sink: any Sink
    let onError: OnError
    let executor: (any TaskExecutor)?
    /// What it shares the sink through, and its number there; nil where it has the sink alone.
    let shared: (sink: SharedSink, user: Int)?
    let figures: StageFigures
    let clock: any Clock<Duration>
    let random: @Sendable () -> Double
    let logger: Logger
    let notes: SinkNotes
    /// How long records take from being received to being here, by the wall clock; nil where nobody asks.
    var latency: (histogram: DurationHistogram, now: @Sendable () -> Int64)?

    func open(_ restored: RestoredState) async throws {
        let opening = SinkOpening(
            position: restored.sinks[identity], notes: restored.notes[identity] ?? [], journal: notes,
            logger: logger)
        try await attributed { try await sink.open(opening) }
    }

    /// Writes records, with the retries of the policy.
    ///
    /// A run that fails for good is written record by record, so that one bad record does not take others with it.
    ///
    /// - Returns: the records that the sink would not take, in rising order; it has all others.
    /// - Throws: ``SinkFailure`` when the policy is to fail.
    func write(_ records: [Record]) async throws -> [Refusal] {
        let refused =
            if let shared {
                try await shared.sink.call(shared.user) { try await writeAlone(records) }
            } else {
                try await writeAlone(records)
            }
        if let latency { latency.histogram.count(records, at: latency.now(), without: refused) }
        return refused
    }

    /// A marker has come by: makes what was written durable.
    ///
    /// - Returns: nil while another tap may still write what belongs before the marker.
    func checkpoint(marker: UInt64) async throws -> Answer? {
        guard let shared else { return try await answer() }
        return try await shared.sink.arrive(shared.user, with: marker) { try await answer() }
    }

    func close() async {
        if let executor {
            await withTaskExecutorPreference(executor) { await sink.close() }
        } else {
            await sink.close()
        }
    }

    private func answer() async throws -> Answer {
        let position = try await attributed { try await sink.checkpoint() }
        return Answer(sink: identity, position: position, lastNote: notes.last)
    }

    /// Writes until the sink has taken or finally refused each record, or the attempts are used up.
    private func writeAlone(_ records: [Record]) async throws -> [Refusal] {
        var refused: [Refusal] = []
        // The places of those that are still to be written; nil for all.
        var open: [Int]?
        var attempt = 1
        var failures = 0
        while true {
            let pause: (delay: Duration, reason: String)
            do {
                let answer = try await write(records, at: open)
                refused += answer.filter(\.isFinal)
                let again = answer.filter { !$0.isFinal }
                guard let first = again.first else { break }
                // A sink that gets on works, if slowly: its attempts begin anew.
                if again.count < (open?.count ?? records.count) { attempt = 1 }
                guard let delay = delay(after: attempt) else {
                    refused += again
                    break
                }
                open = again.map(\.index)
                pause = (delay, first.reason)
            } catch let failure as SinkFailure {
                guard !failure.isPermanent, let delay = delay(after: attempt) else {
                    if onError.then == .fail { throw failure }
                    refused += try await writeOneByOne(records, at: open, failure)
                    return refused.sorted { $0.index < $1.index }
                }
                pause = (delay, failure.message)
            }
            failures += 1
            try await wait(pause.delay, attempt: failures, because: pause.reason)
            attempt += 1
        }
        if failures > 0 { logger.notice("sink '\(name)': works again after \(failures + 1) attempts") }
        return refused.sorted { $0.index < $1.index }
    }

    /// Writes the records at some places, all if not told; the answer speaks of places among all.
    private func write(_ records: [Record], at places: [Int]?) async throws -> [Refusal] {
        guard let places else { return try await attributed { try await sink.write(records) } }
        return try await attributed { try await sink.write(places.map { records[$0] }) }.map {
            Refusal(index: places[$0.index], reason: $0.reason, isFinal: $0.isFinal)
        }
    }

    /// Writes each of the records alone, so that one bad record does not take others with it.
    private func writeOneByOne(
        _ records: [Record], at places: [Int]?, _ failure: SinkFailure
    ) async throws -> [Refusal] {
        let places = places ?? Array(records.indices)
        if places.count == 1 { return [Refusal(index: places[0], reason: failure.message)] }
        var refusals: [Refusal] = []
        for place in places {
            do {
                let refused = try await attributed { try await sink.write([records[place]]) }
                if let reason = refused.first?.reason {
                    refusals.append(Refusal(index: place, reason: reason))
                }
            } catch let failure as SinkFailure {
                refusals.append(Refusal(index: place, reason: failure.message))
            }
        }
        return refusals
    }

    private func delay(after attempt: Int) -> Duration? {
        onError.retry?.delay(after: attempt, random: random())
    }

    /// Says once that something is wrong; that it is so still is a matter of the figures.
    private func wait(_ delay: Duration, attempt: Int, because message: String) async throws {
        figures.countRetry()
        if attempt == 1 {
            logger.warning("sink '\(name)': \(message); trying again")
        } else {
            logger.debug("sink '\(name)': attempt \(attempt): \(message); trying again")
        }
        try await clock.sleep(for: delay)
    }

    /// Runs a call of the sink where it may block, and names the sink in its error.
    private func attributed<R: Sendable>(_ call: @Sendable () async throws -> R) async throws -> R {
        do {
            guard let executor else { return try await call() }
            return try await withTaskExecutorPreference(executor, operation: call)
        } catch let error as CancellationError {
            throw error
        } catch let end as OutputClosed {
            throw end
        } catch {
            throw SinkFailure(sink: name, message: "\(error)", isPermanent: error is any PermanentFailure)
        }
    }
}
