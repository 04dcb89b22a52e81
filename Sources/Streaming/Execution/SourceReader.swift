import Logging

/// How one reading of a source ended.
enum SourceOutcome: Sendable, Equatable {
    case finished, stopped
    /// The run has as many records as it was asked for.
    case limitReached
    case failed(String, isPermanent: Bool)
}

/// Reads one source once, on the executor that it needs.
struct SourceReader: Sendable {
    let node: Pipeline.SourceNode
    let outlet: SourceOutlet
    /// Where its task runs; nil is the cooperative pool.
    let executor: BlockingExecutor?

    init(node: Pipeline.SourceNode, outlet: SourceOutlet) {
        self.node = node
        self.outlet = outlet
        executor = node.source.blocks ? BlockingExecutor(label: "feedspine.source.\(node.name)") : nil
    }

    func read() async -> SourceOutcome {
        do {
            try await node.source.run(from: outlet.anchor, into: outlet)
            return .finished
        } catch is SourceOutlet.LimitReached {
            return .limitReached
        } catch {
            // Clients have errors of their own for being cancelled.
            if error is CancellationError || Task.isCancelled { return .stopped }
            return .failed("\(error)", isPermanent: error is any PermanentFailure)
        }
    }
}

/// Decides when a source is read next: again after a failure, at its next poll, or never.
struct SourceSchedule<C: Clock<Duration>> {
    private let reader: SourceReader
    private let figures: SourceFigures
    private let clock: C
    private let environment: RunEnvironment
    /// When the round began, which the next poll counts from.
    private var roundStart: C.Instant?
    /// Attempts that have failed one after the other.
    private var failures = 0
    /// Records sent when the last attempt failed.
    private var sentBefore = 0

    init(reader: SourceReader, figures: SourceFigures, clock: C, environment: RunEnvironment) {
        self.reader = reader
        self.figures = figures
        self.clock = clock
        self.environment = environment
    }

    /// The next reading begins now.
    mutating func begin() -> SourceReader {
        if roundStart == nil { roundStart = clock.now }
        reader.outlet.beginRound()
        figures.enter(.reading)
        return reader
    }

    /// A reading has ended.
    ///
    /// - Returns: the time to the next one, or nil when there is none.
    mutating func end(_ outcome: SourceOutcome) -> Duration? {
        switch outcome {
        case .finished, .limitReached: figures.enter(.finished)
        case .stopped:
            figures.enter(.stopped)
            return nil
        case .failed(let message, let isPermanent):
            figures.failed(message)
            if !isPermanent, let delay = delayAfterFailure() { return retry(after: delay, because: message) }
            figures.enter(.failed(message))
            environment.logger.error("source '\(reader.node.name)' failed: \(message)")
        }
        return nextRound()
    }

    private mutating func delayAfterFailure() -> Duration? {
        // A reading that came further than the last one is no repetition of its failure.
        if figures.itemCount > sentBefore { failures = 0 }
        sentBefore = figures.itemCount
        failures += 1
        return reader.node.retry?.delay(after: failures, random: environment.random())
    }

    private func retry(after delay: Duration, because message: String) -> Duration {
        environment.logger.warning(
            "source '\(reader.node.name)' failed: \(message); next attempt in \(delay.text)")
        wait(delay)
        return delay
    }

    private mutating func nextRound() -> Duration? {
        guard environment.watches, let every = reader.node.every, let start = roundStart else { return nil }
        failures = 0
        roundStart = nil
        let delay = max(.zero, max(every, reader.outlet.rest) - start.duration(to: clock.now))
        figures.willRead(at: environment.now() + delay.nanoseconds)
        return delay
    }

    private func wait(_ delay: Duration) {
        figures.enter(.waiting)
        figures.willRead(at: environment.now() + delay.nanoseconds)
    }
}

extension Duration {
    /// The duration in nanoseconds, rounded down; the largest there is where it does not fit.
    package var nanoseconds: Int64 { Int64(clamping: attoseconds / 1_000_000_000) }
}
