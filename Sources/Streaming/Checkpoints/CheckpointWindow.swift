import Synchronization

/// How many checkpoints may be on their way at once.
///
/// A sink that hangs does not stop the sources while filters drop all that they send; but until a checkpoint is
/// durable its positions and new keys have to be kept. The window bounds them.
final class CheckpointWindow: Sendable {
    private struct State {
        var underway = 0
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let width: Int
    private let state = Mutex(State())

    /// - Parameter width: checkpoints, at least 1.
    init(width: Int = 4) { self.width = width }

    /// Whether another checkpoint may set out now.
    var hasRoom: Bool { state.withLock { $0.underway < width } }

    /// A marker has set out.
    func opened() { state.withLock { $0.underway += 1 } }

    /// A marker's checkpoint is durable.
    func closed() {
        let waiting = state.withLock { state in
            state.underway -= 1
            return state.waiting.take()
        }
        waiting?.resume()
    }

    /// Returns when there is room; one task at a time may wait.
    ///
    /// - Throws: `CancellationError`.
    func waitForRoom() async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.underway < width || Task.isCancelled { return true }
                    state.waiting = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { $0.waiting.take() }
            waiting?.resume()
        }
        try Task.checkCancellation()
    }
}
