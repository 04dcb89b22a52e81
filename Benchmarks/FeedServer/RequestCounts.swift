import Foundation
import Synchronization

/// What was asked for and answered since the last reset.
final class RequestCounts: Sendable {
    struct Figures {
        var connections = 0
        /// Feeds that were sent whole.
        var full = 0
        var notModified = 0
        /// Everything that is neither a feed, nor the list of them, nor these figures.
        var refused = 0
    }

    private struct State {
        var figures = Figures()
        var cpuAtReset = 0.0
    }

    private let state = Mutex(State())

    func add(_ figure: any WritableKeyPath<Figures, Int> & Sendable) {
        state.withLock { $0.figures[keyPath: figure] += 1 }
    }

    func reset() {
        state.withLock { $0 = State(cpuAtReset: Self.cpuSeconds) }
    }

    /// The figures as a JSON object; the processor time tells whether this server or its client was the slow one.
    var json: String {
        let state = state.withLock { $0 }
        let figures = state.figures
        return """
            {"connections":\(figures.connections),"full":\(figures.full),"not_modified":\(figures.notModified),\
            "refused":\(figures.refused),"cpu_seconds":\(Self.cpuSeconds - state.cpuAtReset)}

            """
    }

    private static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
