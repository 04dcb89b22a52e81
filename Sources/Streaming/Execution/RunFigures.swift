import Buffering
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
    private let answers = Atomic<Int>(0)
    private let unchanged = Atomic<Int>(0)
    private let bytes = Atomic<Int>(0)
    private let condition = Mutex(Condition())

    private struct Condition {
        var state = State.waiting
        var errors = 0
        var lastError: String?
        var nextReading: Int64?
    }

    package init(name: String) { self.name = name }

    func produced(_ count: Int) { items.add(count, ordering: .relaxed) }

    /// - Returns: how many there are now.
    func rejected() -> Int { rejects.add(1, ordering: .relaxed).newValue }

    func answered(isUnchanged: Bool) {
        answers.add(1, ordering: .relaxed)
        if isUnchanged { unchanged.add(1, ordering: .relaxed) }
    }

    func received(bytes count: Int) { bytes.add(count, ordering: .relaxed) }

    /// An attempt to read it failed.
    func failed(_ message: String) {
        condition.withLock { condition in
            condition.errors += 1
            condition.lastError = message
        }
    }

    func enter(_ state: State) {
        condition.withLock { condition in
            condition.state = state
            condition.nextReading = nil
        }
    }

    func willRead(at time: Int64) { condition.withLock { $0.nextReading = time } }

    package var itemCount: Int { items.load(ordering: .relaxed) }
    /// Parts of the input that could not be read as records.
    package var rejectCount: Int { rejects.load(ordering: .relaxed) }
    /// Answers of servers, those that say that nothing is new among them.
    package var answerCount: Int { answers.load(ordering: .relaxed) }
    /// Of the answers, those that said that nothing is new.
    package var unchangedCount: Int { unchanged.load(ordering: .relaxed) }
    /// Bytes that servers have sent as bodies of their answers, compressed as they were.
    package var receivedBytes: Int { bytes.load(ordering: .relaxed) }
    package var state: State { condition.withLock { $0.state } }
    /// Readings that failed.
    package var errorCount: Int { condition.withLock { $0.errors } }
    /// What the last failed reading said.
    package var lastError: String? { condition.withLock { $0.lastError } }
    /// When it is read next, in nanoseconds since 1970; nil while it is read, and when it is not read again.
    package var nextReading: Int64? { condition.withLock { $0.nextReading } }
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
    private let discards = Atomic<Int>(0)
    private let retries = Atomic<Int>(0)
    private let held = Atomic<Int>(0)
    private let queue = Mutex<AsyncBuffer?>(nil)

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

    /// Records that were taken for duplicates come to the stage once more.
    func uncountDuplicates(_ count: Int) {
        repeats.subtract(count, ordering: .relaxed)
        entered.subtract(count, ordering: .relaxed)
    }

    func countFailures(_ count: Int) { failures.add(count, ordering: .relaxed) }
    func countDiscarded() { discards.add(1, ordering: .relaxed) }
    func countRetry() { retries.add(1, ordering: .relaxed) }

    /// Records that the stage holds back now.
    func hold(_ count: Int) { held.store(count, ordering: .relaxed) }

    /// Shows the fill of the buffer that the stage reads from.
    func reads(_ buffer: AsyncBuffer) { queue.withLock { $0 = buffer } }

    /// Records that came in.
    package var inCount: Int { entered.load(ordering: .relaxed) }
    /// Records that went on.
    package var outCount: Int { left.load(ordering: .relaxed) }
    /// Records dropped because a field that the filter needs was absent.
    package var missingCount: Int { absent.load(ordering: .relaxed) }
    package var duplicateCount: Int { repeats.load(ordering: .relaxed) }
    package var failureCount: Int { failures.load(ordering: .relaxed) }
    /// Of the failures, those that were dropped (`on_error: drop`).
    package var discardedCount: Int { discards.load(ordering: .relaxed) }
    package var retryCount: Int { retries.load(ordering: .relaxed) }
    /// Records of an unfinished batch.
    package var heldCount: Int { held.load(ordering: .relaxed) }
    /// Records that did not go on for no error: those that a filter did not match.
    package var droppedCount: Int {
        max(0, inCount - outCount - failureCount - duplicateCount - heldCount)
    }
    /// Records that wait in front of the stage; nil for stages that share the task of the one before.
    package var queueFill: Int? { queue.withLock { $0?.fill } }
    package var queueCapacity: Int? { queue.withLock { $0?.capacity.records } }
}

/// The live figures of one run; reading them never waits for the run.
package final class RunFigures: Sendable {
    package let sources: [SourceFigures]
    package let stages: [StageFigures]
    /// How long things take; nil where nobody asks.
    package let timings: RunTimings?
    private let started: Duration
    private let uptime: @Sendable () -> Duration
    private let firstDelivery = Mutex<Duration?>(nil)
    private let items = Atomic<Int>(0)
    private let written = Atomic<Int>(0)
    private let failures = Atomic<Int>(0)
    private let letters = Atomic<Int>(0)
    private let checkpoints = Atomic<Int>(0)
    private let restored = Atomic<Int>(0)
    private let heldAtInlet = Atomic<Int>(0)
    private let progress = Mutex(RunPhase.starting)
    private let passage = Mutex<(inlet: AsyncBuffer, flow: Flow)?>(nil)

    /// - Parameter uptime: time since some fixed moment.
    package init(
        sources: [SourceFigures], stages: [StageFigures], timings: RunTimings? = nil,
        uptime: @escaping @Sendable () -> Duration = Uptime.now
    ) {
        self.sources = sources
        self.stages = stages
        self.timings = timings
        self.uptime = uptime
        started = uptime()
    }

    func reachedEnd(_ count: Int) { items.add(count, ordering: .relaxed) }
    func gaveUp(_ count: Int) { failures.add(count, ordering: .relaxed) }
    func wroteDeadLetters(_ count: Int) { letters.add(count, ordering: .relaxed) }

    /// Sinks have taken records that none had before.
    ///
    /// - Returns: how many they have taken in all.
    func sinksTook(_ count: Int) -> Int {
        let elapsed = elapsed
        firstDelivery.withLock { if $0 == nil { $0 = elapsed } }
        return written.add(count, ordering: .relaxed).newValue
    }

    /// Shows what waits in the pipeline: in the buffer behind the sources, and in the chain.
    func reads(_ inlet: AsyncBuffer, _ flow: Flow) { passage.withLock { $0 = (inlet, flow) } }

    /// The run goes on with records that the one before held.
    func restored(_ count: Int) { restored.add(count, ordering: .relaxed) }

    /// Records that were read and are not let into the chain.
    func holdAtInlet(_ count: Int) { heldAtInlet.store(count, ordering: .relaxed) }

    /// A checkpoint's marker has set out.
    func beganCheckpoint(_ marker: UInt64) { timings?.beganCheckpoint(marker, at: elapsed) }

    /// A checkpoint is durable.
    func checkpointed(_ marker: UInt64) {
        checkpoints.add(1, ordering: .relaxed)
        timings?.endedCheckpoint(marker, at: elapsed)
    }

    /// The run has come so far; it never goes back.
    func enter(_ phase: RunPhase) { progress.withLock { $0 = max($0, phase) } }

    package var phase: RunPhase { progress.withLock(\.self) }

    /// Time since the run started.
    package var elapsed: Duration { uptime() - started }
    /// Time from the start to the first record that a sink had written; nil before.
    package var timeToFirstItem: Duration? { firstDelivery.withLock { $0 } }
    /// Records that at least one sink has taken.
    package var deliveredCount: Int { written.load(ordering: .relaxed) }
    /// Records that reached the end of the chain.
    package var endCount: Int { items.load(ordering: .relaxed) }
    /// Records that stages gave up to the dead letters, those included that stand there already.
    package var failureCount: Int { failures.load(ordering: .relaxed) }
    /// Dead letters written.
    package var deadLetterCount: Int { letters.load(ordering: .relaxed) }
    package var checkpointCount: Int { checkpoints.load(ordering: .relaxed) }
    /// Records that wait behind the sources.
    package var inletFill: Int { passage.withLock { $0?.inlet.fill ?? 0 } }
    /// What waits in the pipeline, between its stages and within them; this is what `settings.buffer` bounds. Batches that
    /// are being filled count as bytes alone.
    package var load: Load {
        guard let (inlet, flow) = passage.withLock({ $0 }) else { return .none }
        return inlet.load + flow.load
    }
    /// Records that the run before held.
    package var restoredCount: Int { restored.load(ordering: .relaxed) }
    /// Records that stages hold back, and those that were read and wait to be let in; a run that was stopped leaves them
    /// to the next one.
    package var heldCount: Int {
        stages.reduce(heldAtInlet.load(ordering: .relaxed)) { $0 + $1.heldCount }
    }
    /// Records that filters did not match, and those that failed where that means to drop them.
    package var droppedCount: Int { stages.reduce(0) { $0 + $1.droppedCount + $1.discardedCount } }
    package var readCount: Int { sources.reduce(0) { $0 + $1.itemCount } }
    package var duplicateCount: Int { stages.reduce(0) { $0 + $1.duplicateCount } }
    /// Of the records read, the share of duplicates; 0 before the first.
    package var duplicateRate: Double { readCount == 0 ? 0 : Double(duplicateCount) / Double(readCount) }
    /// Records that filters dropped because a field that they need was absent.
    package var missingCount: Int { stages.reduce(0) { $0 + $1.missingCount } }
}
