import Synchronization

/// A place where one side waits until the other lets it go on; once open it stays open.
///
/// It takes the part that a sleep would have in a test that goes by the clock.
package final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var isReached = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var watching: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Lets everybody through, now and later.
    package func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            state.isReached = true
            defer { (state.waiting, state.watching) = ([], []) }
            return state.waiting + state.watching
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until the gate is open, or the task is cancelled.
    package func pass() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    state.isReached = true
                    defer { state.watching = [] }
                    if state.isOpen || Task.isCancelled { return state.watching + [continuation] }
                    state.waiting.append(continuation)
                    return state.watching
                }
                for continuation in ready { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    /// Waits until somebody has come to the gate.
    package func reached() async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if !state.isReached { state.watching.append(continuation) }
                return state.isReached
            }
            if isReached { continuation.resume() }
        }
    }
}
