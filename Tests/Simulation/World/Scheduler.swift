import Synchronization
import TestSupport

/// Runs the tasks of a simulated process one at a time, in an order that a seed decides.
///
/// A call that never returns holds its thread, and whoever waits for a lock that it has: the others go on, for as long as
/// the process lives.
final class Scheduler: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
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

    let time: LeapingTime
    private let state: Mutex<State>
    private let loop = Mutex<SchedulerLoop?>(nil)
    private let trace: Trace

    /// - Parameter now: the time since the machine was started.
    init(seed: UInt64, now: Duration, trace: Trace) {
        time = LeapingTime(now)
        state = Mutex(State(generator: SeededGenerator(seed: seed)))
        self.trace = trace
    }

    var now: Duration { time.now }
    var steps: Int { state.withLock { $0.steps } }

    /// 0..<1.
    func random() -> Double { state.withLock { Double.random(in: 0..<1, using: &$0.generator) } }

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
        guard let job = nextJob() else { return time.leap() }
        job.runSynchronously(on: asUnownedTaskExecutor())
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
}
