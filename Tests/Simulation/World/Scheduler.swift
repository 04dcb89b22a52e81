import Synchronization
import TestSupport

/// Runs the tasks of a simulated process one at a time, in an order that a seed decides. Time stands still while anything
/// can run, and then leaps to what is waited for next.
///
/// A call that never returns holds its thread, and whoever waits for a lock that it has: the others go on, for as long as
/// the process lives.
final class Scheduler: TaskExecutor {
    private struct Timer {
        let time: Duration
        let number: Int
        let continuation: UnsafeContinuation<Void, Never>
    }

    private struct State {
        var jobs: [UnownedJob] = []
        var timers: [Timer] = []
        var lastTimer = 0
        var now: Duration
        var steps = 0
        var generator: SeededGenerator
    }

    /// How ``run(steps:while:)`` ended.
    enum Ending: Sendable {
        case done
        /// Nothing can run, and nothing is waited for.
        case stuck
        case tooLong
    }

    private let state: Mutex<State>
    private let loop = Mutex<SchedulerLoop?>(nil)
    private let trace: Trace

    /// - Parameter now: the time since the machine was started.
    init(seed: UInt64, now: Duration, trace: Trace) {
        state = Mutex(State(now: now, generator: SeededGenerator(seed: seed)))
        self.trace = trace
    }

    var now: Duration { state.withLock { $0.now } }
    var steps: Int { state.withLock { $0.steps } }

    /// 0..<1.
    func random() -> Double { state.withLock { Double.random(in: 0..<1, using: &$0.generator) } }

    /// Time that goes by while a task blocks its thread.
    func advance(by duration: Duration) { state.withLock { $0.now += duration } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    /// - Parameters:
    ///   - limit: steps after which it is given up.
    ///   - isRunning: asked before each step.
    func run(steps limit: Int, while isRunning: @escaping () -> Bool) -> Ending {
        let loop = SchedulerLoop(self, limit: limit, isRunning)
        self.loop.withLock { $0 = loop }
        defer { self.loop.withLock { $0 = nil } }
        return loop.run()
    }

    /// A call that holds its thread: the others go on until the run ends. The caller has to end the process then.
    func hang() { loop.withLock { $0 }?.goOnElsewhere() }

    /// - Returns: false when nothing can run, and nothing is waited for.
    func step() -> Bool {
        if let job = nextJob() {
            job.runSynchronously(on: asUnownedTaskExecutor())
        } else if let timer = nextTimer() {
            timer.resume()
        } else {
            return false
        }
        return true
    }

    private func nextJob() -> UnownedJob? {
        state.withLock { state in
            state.steps += 1
            if state.jobs.isEmpty { return nil }
            let place = Int.random(in: 0..<state.jobs.count, using: &state.generator)
            trace.note(UInt64(state.jobs.count << 32 | place))
            state.jobs.swapAt(place, state.jobs.count - 1)
            return state.jobs.removeLast()
        }
    }

    private func nextTimer() -> UnsafeContinuation<Void, Never>? {
        state.withLock { state in
            let next = state.timers.indices.min {
                (state.timers[$0].time, state.timers[$0].number) < (
                    state.timers[$1].time, state.timers[$1].number
                )
            }
            guard let next else { return nil }
            let timer = state.timers.remove(at: next)
            state.now = max(state.now, timer.time)
            return timer.continuation
        }
    }

    /// - Throws: `CancellationError` when the task is cancelled meanwhile.
    func sleep(until time: Duration) async throws {
        let number = state.withLock { state in
            state.lastTimer += 1
            return state.lastTimer
        }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                state.withLock {
                    $0.timers.append(Timer(time: time, number: number, continuation: continuation))
                }
                if Task.isCancelled { wake(number) }
            }
        } onCancel: {
            wake(number)
        }
        try Task.checkCancellation()
    }

    private func wake(_ number: Int) {
        let timer = state.withLock { state in
            state.timers.firstIndex { $0.number == number }.map { state.timers.remove(at: $0) }
        }
        timer?.continuation.resume()
    }
}
