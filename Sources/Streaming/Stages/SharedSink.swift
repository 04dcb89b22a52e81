import Synchronization

/// One sink that several taps write to.
///
/// A tap that a marker has passed must not write to the sink before the marker has passed the others, too: the position
/// that the sink answers would say that it has a record which the checkpoint's other parts do not know. And one task at
/// a time calls it.
final class SharedSink: Sendable {
    private struct Waiting {
        let ticket: UInt64
        /// Nil waits for the sink alone.
        let user: Int?
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        /// By the tap, the last marker that it has brought.
        var brought: [UInt64]
        /// The last marker that the sink has answered.
        var answered: UInt64 = 0
        var isBusy = false
        var nextTicket: UInt64 = 0
        var waiting: [Waiting] = []

        func mayEnter(_ user: Int?) -> Bool {
            guard !isBusy else { return false }
            return user.map { brought[$0] <= answered } ?? true
        }
    }

    private let state: Mutex<State>

    /// - Parameter users: how many taps write to it.
    init(users: Int) { state = Mutex(State(brought: Array(repeating: 0, count: users))) }

    /// Calls the sink for a tap when it may, after all that came before.
    func call<R: Sendable>(_ user: Int, _ body: @Sendable () async throws -> R) async throws -> R {
        try await enter(user)
        defer { leave() }
        return try await body()
    }

    /// A marker has come to a tap.
    ///
    /// - Returns: what `body` answers, called when it has come to all of them; nil before.
    func arrive<R: Sendable>(
        _ user: Int, with marker: UInt64, _ body: @Sendable () async throws -> R
    ) async throws -> R? {
        let isLast = state.withLock { state in
            state.brought[user] = marker
            return state.brought.allSatisfy { $0 >= marker }
        }
        guard isLast else { return nil }
        // The others wait for the answer; one of them may still be writing what came before.
        try await enter(nil)
        defer { leave() }
        let answer = try await body()
        state.withLock { $0.answered = max($0.answered, marker) }
        return answer
    }

    private func enter(_ user: Int?) async throws {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        let hasEntered = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if Task.isCancelled { return false }
                    guard state.mayEnter(user) else {
                        state.waiting.append(Waiting(ticket: ticket, user: user, continuation: continuation))
                        return nil
                    }
                    state.isBusy = true
                    return true
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0) }
            }
            waiting?.continuation.resume(returning: false)
        }
        if !hasEntered { throw CancellationError() }
    }

    private func leave() {
        let next = state.withLock { state -> Waiting? in
            state.isBusy = false
            guard let index = state.waiting.firstIndex(where: { state.mayEnter($0.user) }) else { return nil }
            state.isBusy = true
            return state.waiting.remove(at: index)
        }
        next?.continuation.resume(returning: true)
    }
}
