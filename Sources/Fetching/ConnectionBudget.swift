import Synchronization

/// How many connections there may be at the same time: each is a file descriptor, of which a process does not have many,
/// and libraries end the process when they get none.
package struct ConnectionLimits: Sendable, Equatable {
    /// Exchanges that are under way, until their bodies have been read; others wait for them.
    package var exchanges: Int
    /// When as many connections are open, used or not, others are closed once they have been used.
    package var kept: Int

    package init(exchanges: Int = 10_000, kept: Int = 5_000) {
        self.exchanges = max(1, exchanges)
        self.kept = max(0, kept)
    }
}

/// Lets exchanges begin while there are connections for them, the first to come first.
final class ConnectionBudget: Sendable {
    private struct State {
        var free: Int
        var waiting: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        var lastID: UInt64 = 0
    }

    private let state: Mutex<State>

    init(_ limits: ConnectionLimits) { state = Mutex(State(free: limits.exchanges)) }

    /// How many wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Waits until a connection may be used.
    ///
    /// - Throws: `CancellationError`.
    func enter() async throws -> Permit {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await waitForAdmission { continuation in
            state.withLock { state in
                if Task.isCancelled { return false }
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append((id, continuation))
                return nil
            }
        } leave: {
            state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).continuation }
            }
        }
        return Permit { [self] in leave() }
    }

    private func leave() {
        let next = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return nil as CheckedContinuation<Bool, Never>?
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
