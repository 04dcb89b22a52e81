import NIOCore
import NIOPosix

/// Runs tasks on the event loops of connections, so that a request and its answer change no thread.
///
/// For tasks that wait for the network: whoever computes much holds up the connections of the loop, and moves elsewhere for
/// that.
final class LoopExecutor: TaskExecutor {
    static let shared = LoopExecutor()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // On a thread of a loop, that loop.
        MultiThreadedEventLoopGroup.singleton.any().execute {
            job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}
