import Synchronization

/// Runs tasks one after the other in the thread that calls ``run(_:)``.
final class TaskLoop: TaskExecutor {
    let time = LeapingTime()
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
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

    /// - Returns: false when nothing can run, and nothing is waited for.
    private func step() -> Bool {
        let jobs = jobs.withLock { jobs in
            defer { jobs = [] }
            return jobs
        }
        for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        return !jobs.isEmpty || time.leap()
    }

    private struct Stuck: Error {}

    /// What a body ended with.
    private final class Ending<R: Sendable>: Sendable {
        private let result = Mutex<Result<R, any Error>?>(nil)

        var value: Result<R, any Error>? { result.withLock { $0 } }

        func end(_ result: Result<R, any Error>) { self.result.withLock { $0 = result } }
    }
}
