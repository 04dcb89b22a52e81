import Logging
import Pacing

/// What follows the end of a reading.
enum AfterReading: Equatable {
    /// Another attempt in the same round, after this time.
    case retry(after: Duration)
    /// The round is over; the next begins after this time, or never.
    case roundOver(next: Duration?)
    case stopped
}

/// Decides when a source, or a part of one, is read next: again after a failure, at its next poll, or never.
struct SourceSchedule {
    let outlet: SourceOutlet
    var source: any Source
    /// What logs call the part, where it is one.
    var part: String?
    /// When the round began, which the next poll counts from, by the run's uptime.
    private var roundStart: Duration?
    /// Attempts that have failed one after the other.
    private var failures = 0
    /// Records sent when the last attempt failed.
    private var sentBefore = 0
    private var outage = Outage()

    init(outlet: SourceOutlet, source: any Source, part: String? = nil) {
        self.outlet = outlet
        self.source = source
        self.part = part
    }

    /// The next reading begins now.
    mutating func begin(at now: Duration) -> SourceReader {
        if roundStart == nil { roundStart = now }
        outlet.beginRound()
        return SourceReader(source: source, outlet: outlet)
    }

    /// A reading has ended; says of it what is news.
    mutating func end(
        _ outcome: SourceOutcome, at now: Duration, of node: Pipeline.SourceNode,
        in environment: RunEnvironment
    ) -> AfterReading {
        switch outcome {
        case .stopped: return .stopped
        case .limitReached: break
        case .finished:
            let failures = outage.isOver()
            if failures > 0 {
                environment.logger.notice(
                    "source '\(name)' is read again, after \(failures) failed attempt\(failures == 1 ? "" : "s")"
                )
            }
        case .failed(let message, let isPermanent):
            outlet.figures.failed(message)
            if !isPermanent, let delay = delayAfterFailure(node.retry, environment) {
                environment.logger.log(
                    level: outage.willRetry(),
                    "source '\(name)' failed: \(message); next attempt in \(delay.text)")
                return .retry(after: delay)
            }
            environment.logger.log(level: outage.givesUp(), "source '\(name)' failed: \(message)")
        }
        return .roundOver(next: environment.watches ? nextRound(node.every, at: now) : nil)
    }

    private var name: String { part.map { "\(outlet.name): \($0)" } ?? outlet.name }

    private mutating func delayAfterFailure(_ retry: RetryPolicy?, _ environment: RunEnvironment) -> Duration?
    {
        // A reading that came further than the last one is no repetition of its failure.
        if outlet.notes.sentCount > sentBefore { failures = 0 }
        sentBefore = outlet.notes.sentCount
        failures += 1
        return retry?.delay(after: failures, random: environment.random())
    }

    private mutating func nextRound(_ every: Duration?, at now: Duration) -> Duration? {
        guard let every, let start = roundStart else { return nil }
        failures = 0
        roundStart = nil
        return max(.zero, max(every, outlet.rest) - (now - start))
    }
}

extension AfterReading {
    /// The time to the next reading; nil when there is none.
    var wait: Duration? {
        switch self {
        case .retry(let delay): delay
        case .roundOver(let next): next
        case .stopped: nil
        }
    }

    /// Whether the round goes on.
    var isInRound: Bool {
        if case .retry = self { true } else { false }
    }
}

extension Duration {
    /// The duration in nanoseconds, rounded down; the largest there is where it does not fit.
    package var nanoseconds: Int64 { Int64(clamping: attoseconds / 1_000_000_000) }
}
