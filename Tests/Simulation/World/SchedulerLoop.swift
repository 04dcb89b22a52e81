import Dispatch
import Foundation
import Synchronization

/// Takes the steps of one run. Where a call holds the thread, another thread takes them on: one at a time does.
final class SchedulerLoop: Sendable {
    private let scheduler: Scheduler
    private let limit: Int
    // Called by the one thread that takes the steps.
    nonisolated(unsafe) private let isRunning: () -> Bool
    private let ending = Mutex<Scheduler.Ending?>(nil)
    /// Left when the run has ended.
    private let end = DispatchGroup()
    /// Left when no thread beside the first is there.
    private let threads = DispatchGroup()

    init(_ scheduler: Scheduler, limit: Int, _ isRunning: @escaping () -> Bool) {
        self.scheduler = scheduler
        self.limit = limit
        self.isRunning = isRunning
        end.enter()
    }

    func run() -> Scheduler.Ending {
        let ending = go()
        threads.wait()
        return ending
    }

    private func go() -> Scheduler.Ending {
        while true {
            if let ending = ending.withLock({ $0 }) { return ending }
            guard isRunning() else { return end(.done) }
            guard scheduler.steps < limit else { return end(.tooLong) }
            guard scheduler.step() else { return end(.stuck) }
        }
    }

    private func end(_ ending: Scheduler.Ending) -> Scheduler.Ending {
        self.ending.withLock { $0 = ending }
        end.leave()
        return ending
    }

    /// Returns when the run has ended.
    func goOnElsewhere() {
        var thread = start()
        var steps = scheduler.steps
        var isAsleep = false
        while end.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
            // Whoever waits for a lock that the held thread has is held as well: nobody else could wake it.
            let wasAsleep = isAsleep
            isAsleep = scheduler.steps == steps && thread.isAsleep
            steps = scheduler.steps
            if wasAsleep, isAsleep {
                thread = start()
                isAsleep = false
            }
        }
    }

    private func start() -> SystemThread {
        let started = SystemThread()
        threads.enter()
        let thread = Thread {
            started.begin()
            _ = self.go()
            self.threads.leave()
        }
        thread.stackSize = 8 << 20
        thread.start()
        return started
    }
}

/// A thread as the system sees it.
private final class SystemThread: Sendable {
    private let folder = Mutex<String?>(nil)

    func begin() {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
        folder.withLock { $0 = own }
    }

    /// Whether it waits for something.
    var isAsleep: Bool {
        guard let folder = folder.withLock({ $0 }),
            let text = try? String(contentsOfFile: "/proc/\(folder)/stat", encoding: .utf8)
        else { return false }
        return text.split(separator: ")").last?.hasPrefix(" S") == true
    }
}
