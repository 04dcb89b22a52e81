import Dispatch

/// Runs tasks that block (files, SQLite, libxml2 on large documents) away from the cooperative pool, whose few
/// threads they would fill.
package final class BlockingExecutor: TaskExecutor {
    private let queue: DispatchQueue

    /// - Parameter label: shown by debuggers.
    package init(label: String) { queue = DispatchQueue(label: label) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
