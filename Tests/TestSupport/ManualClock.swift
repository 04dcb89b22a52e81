package import FoundationEssentials
import Synchronization

/// A clock that stands still until the test moves it.
package final class ManualClock: Sendable {
    private struct Sleeper {
        let duration: Duration
        let deadline: Duration
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var now: Duration = .zero
        var lastID = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [(wanted: Duration, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let start: Date

    /// - Parameter start: the calendar time at the beginning.
    package init(start: Date = Date(timeIntervalSince1970: 1_700_000_000)) {
        self.start = start
    }

    package var now: Duration { state.withLock(\.now) }

    /// The calendar time, which moves with the clock.
    package var date: Date { start.addingTimeInterval(now / .seconds(1)) }

    package func sleep(_ duration: Duration) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let isDone = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    guard duration > .zero else { return true }
                    state.sleepers[id] = Sleeper(
                        duration: duration, deadline: state.now + duration, continuation: continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) } else { announce(duration) }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(returning: false)
        }
        guard isDone else { throw CancellationError() }
    }

    /// Moves the clock and wakes whose time has come.
    package func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers.removeValue(forKey: id) }
            return due.values.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in woken { sleeper.continuation.resume(returning: true) }
    }

    /// Waits until somebody sleeps for exactly this long.
    package func sleeping(for duration: Duration) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                let isThere = state.sleepers.values.contains { $0.duration == duration }
                if !isThere { state.watchers.append((duration, continuation)) }
                return isThere
            }
            if isThere { continuation.resume() }
        }
    }

    private func announce(_ duration: Duration) {
        let watchers = state.withLock { state in
            let ready = state.watchers.filter { $0.wanted == duration }
            state.watchers.removeAll { $0.wanted == duration }
            return ready
        }
        for watcher in watchers { watcher.continuation.resume() }
    }
}
