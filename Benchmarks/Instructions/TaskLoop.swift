import Synchronization

/// Runs tasks one after the other in the thread that calls ``run(_:)``. Time stands still while anything can run, and then
/// leaps to what is waited for next.
final class TaskLoop: TaskExecutor {
    private struct Timer {
        let time: Duration
        let number: Int
        let continuation: UnsafeContinuation<Void, Never>
    }

    private struct State {
        var jobs: [UnownedJob] = []
        var timers: [Timer] = []
        var lastTimer = 0
        var now = Duration.zero
    }

    private let state = Mutex(State())

    /// Time since the loop was made.
    var now: Duration { state.withLock { $0.now } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    /// Runs until the body has ended.
    func run<R: Sendable>(_ body: @escaping @Sendable () async throws -> R) throws -> R {
        let ending = Ending<R>()
        Task(executorPreference: self) {
            do { ending.end(.success(try await body())) } catch { ending.end(.failure(error)) }
        }
        while true {
            if let result = ending.value { return try result.get() }
            guard step() else { throw Stuck() }
        }
    }

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

    /// - Returns: false when nothing can run, and nothing is waited for.
    private func step() -> Bool {
        let jobs = state.withLock { state in
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        if !jobs.isEmpty { return true }
        let timer = state.withLock { state -> Timer? in
            let next = state.timers.indices.min {
                (state.timers[$0].time, state.timers[$0].number)
                    < (state.timers[$1].time, state.timers[$1].number)
            }
            guard let next else { return nil }
            let timer = state.timers.remove(at: next)
            state.now = max(state.now, timer.time)
            return timer
        }
        timer?.continuation.resume()
        return timer != nil
    }

    private struct Stuck: Error {}

    /// What a body ended with.
    private final class Ending<R: Sendable>: Sendable {
        private let result = Mutex<Result<R, any Error>?>(nil)

        var value: Result<R, any Error>? { result.withLock { $0 } }

        func end(_ result: Result<R, any Error>) { self.result.withLock { $0 = result } }
    }
}

/// The time of a ``TaskLoop``.
struct LoopClock: Clock {
    struct Instant: InstantProtocol {
        let offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    let loop: TaskLoop

    var now: Instant { Instant(offset: loop.now) }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try await loop.sleep(until: deadline.offset)
    }
}
