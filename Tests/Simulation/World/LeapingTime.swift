import Synchronization

/// Time that stands still while anything can run, and then leaps to what is waited for next. Whoever runs the tasks says
/// when that is.
final class LeapingTime: Sendable {
    private struct Timer {
        let time: Duration
        let number: Int
        let continuation: UnsafeContinuation<Void, Never>
    }

    private struct State {
        var now: Duration
        var timers: [Timer] = []
        var lastTimer = 0
    }

    private let state: Mutex<State>

    init(_ now: Duration = .zero) { state = Mutex(State(now: now)) }

    var now: Duration { state.withLock { $0.now } }

    /// Time that goes by while a task blocks its thread.
    func advance(by duration: Duration) { state.withLock { $0.now += duration } }

    /// Leaps to what is waited for next, and lets it go on.
    ///
    /// - Returns: false when nothing is waited for.
    func leap() -> Bool {
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

    /// - Throws: `CancellationError` when the task is cancelled meanwhile.
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
}

/// A clock that shows a ``LeapingTime``.
struct LeapingClock: Clock {
    struct Instant: InstantProtocol {
        let offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    let time: LeapingTime

    var now: Instant { Instant(offset: time.now) }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try await time.sleep(until: deadline.offset)
    }
}
