import Synchronization

/// The clocks of a simulated machine. They stand still between two runs.
final class WorldClock: Sendable {
    private struct State {
        var uptime = Duration.seconds(1000)
        /// The wall clock's time when the machine was started, in nanoseconds since 1970.
        var start: Int64 = 1_767_225_600_000_000_000
        var scheduler: Scheduler?
    }

    private let state = Mutex(State())

    var uptime: Duration { state.withLock { $0.scheduler?.now ?? $0.uptime } }

    /// Nanoseconds since 1970.
    var wall: Int64 {
        let (uptime, start) = state.withLock { ($0.scheduler?.now ?? $0.uptime, $0.start) }
        let (seconds, attoseconds) = uptime.components
        return start + seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    func follow(_ scheduler: Scheduler) { state.withLock { $0.scheduler = scheduler } }

    func stop() {
        let uptime = uptime
        state.withLock { state in
            state.scheduler = nil
            // Some time goes by until the next run.
            state.uptime = uptime + .seconds(5)
        }
    }

    func set(bySeconds seconds: Int) { state.withLock { $0.start += Int64(seconds) * 1_000_000_000 } }

    /// The machine is started anew.
    func restart() {
        let wall = wall
        state.withLock { state in
            state.uptime = .seconds(20)
            state.start = wall
        }
    }
}
