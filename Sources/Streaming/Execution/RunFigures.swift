import Synchronization

/// What one source has done so far.
package final class SourceFigures: Sendable {
    /// Rejected parts of the input that are logged one by one; the others are only counted.
    package static let loggedRejects = 10

    package enum State: Sendable, Equatable {
        case waiting, reading, finished, stopped
        case failed(String)
    }

    package let name: String
    private let items = Atomic<Int>(0)
    private let rejects = Atomic<Int>(0)
    private let current = Mutex(State.waiting)

    package init(name: String) { self.name = name }

    func produced(_ count: Int) { items.add(count, ordering: .relaxed) }

    func rejected() -> Int { rejects.add(1, ordering: .relaxed).newValue }

    func enter(_ state: State) { current.withLock { $0 = state } }

    package var itemCount: Int { items.load(ordering: .relaxed) }
    package var rejectCount: Int { rejects.load(ordering: .relaxed) }
    package var state: State { current.withLock { $0 } }
}

/// What one stage has done so far.
package final class StageFigures: Sendable {
    package let name: String
    /// The kind of the stage, such as `filter`.
    package let kind: String
    private let entered = Atomic<Int>(0)
    private let left = Atomic<Int>(0)
    private let absent = Atomic<Int>(0)
    private let repeats = Atomic<Int>(0)
    private let failures = Atomic<Int>(0)
    private let retries = Atomic<Int>(0)

    package init(name: String, kind: String) {
        self.name = name
        self.kind = kind
    }

    func count(in entered: Int, out left: Int) {
        self.entered.add(entered, ordering: .relaxed)
        self.left.add(left, ordering: .relaxed)
    }

    func countMissing(_ count: Int) -> Int { absent.add(count, ordering: .relaxed).newValue }
    func countDuplicates(_ count: Int) { repeats.add(count, ordering: .relaxed) }
    func countFailures(_ count: Int) { failures.add(count, ordering: .relaxed) }
    func countRetry() { retries.add(1, ordering: .relaxed) }

    /// Records that came in.
    package var inCount: Int { entered.load(ordering: .relaxed) }
    /// Records that went on.
    package var outCount: Int { left.load(ordering: .relaxed) }
    /// Records dropped because a field that the filter needs was absent.
    package var missingCount: Int { absent.load(ordering: .relaxed) }
    package var duplicateCount: Int { repeats.load(ordering: .relaxed) }
    package var failureCount: Int { failures.load(ordering: .relaxed) }
    package var retryCount: Int { retries.load(ordering: .relaxed) }
}

/// The live figures of one run; reading them never waits for the run.
package final class RunFigures: Sendable {
    package let sources: [SourceFigures]
    package let stages: [StageFigures]
    private let started: ContinuousClock.Instant
    private let firstDelivery = Mutex<Duration?>(nil)
    private let items = Atomic<Int>(0)
    private let checkpoints = Atomic<Int>(0)

    package init(sources: [SourceFigures], stages: [StageFigures]) {
        self.sources = sources
        self.stages = stages
        started = .now
    }

    func delivered(_ count: Int) { items.add(count, ordering: .relaxed) }

    /// A sink has taken records; the first time counts.
    func sinkWrote() {
        let elapsed = elapsed
        firstDelivery.withLock { if $0 == nil { $0 = elapsed } }
    }

    func checkpointed() { checkpoints.add(1, ordering: .relaxed) }

    /// Time since the run started.
    package var elapsed: Duration { .now - started }
    /// Time from the start to the first record that a sink had written; nil before.
    package var timeToFirstItem: Duration? { firstDelivery.withLock { $0 } }
    /// Records that reached the end of the chain.
    package var deliveredCount: Int { items.load(ordering: .relaxed) }
    package var checkpointCount: Int { checkpoints.load(ordering: .relaxed) }
    package var readCount: Int { sources.reduce(0) { $0 + $1.itemCount } }
    package var duplicateCount: Int { stages.reduce(0) { $0 + $1.duplicateCount } }
}
