import NIOCore
import NIOPosix
import Synchronization

/// Rings alarms, at most a tick late.
///
/// Requests set thousands of them a second and take nearly all of them back: that costs a lock and no timer, nor a word
/// to an event loop. When the time of the last one that was set has passed, taken back or not, nothing ticks.
final class AlarmClock: Sendable {
    static let system = AlarmClock()

    private static let tick = Duration.milliseconds(50)

    private struct State {
        /// By the tick at which they ring.
        var alarms: [Int64: [Alarm]] = [:]
        /// The ticks that a timer is set for.
        var timers: Set<Int64> = []

        /// - Returns: whether a timer is to be set for a tick at which alarms ring; there is one for all before it.
        mutating func wantsTimer(for tick: Int64) -> Bool {
            if timers.contains(where: { $0 <= tick }) { return false }
            timers.insert(tick)
            return true
        }
    }

    /// Longer than anybody waits.
    private static let longest = Duration.seconds(1_000_000_000)

    private let start = ContinuousClock.now
    private let state = Mutex(State())

    /// - Parameter ring: called when the time has come; answers after what further time it is to be called again.
    func set(after time: Duration, _ ring: @escaping @Sendable () -> Duration?) -> Alarm {
        let alarm = Alarm(ring)
        set(alarm, after: time)
        return alarm
    }

    private func set(_ alarm: Alarm, after time: Duration) {
        let time = ContinuousClock.now - start + min(time, AlarmClock.longest)
        let due = Int64((time / AlarmClock.tick).rounded(.up))
        let isNext = state.withLock { state in
            state.alarms[due, default: []].append(alarm)
            return state.wantsTimer(for: due)
        }
        if isNext { wait(for: due) }
    }

    private func wait(for tick: Int64) {
        let time = AlarmClock.tick * Int(tick) - (ContinuousClock.now - start)
        MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(max(time, .zero))) {
            self.ring(tick)
        }
    }

    private func ring(_ tick: Int64) {
        let now = Int64((ContinuousClock.now - start) / AlarmClock.tick)
        let (due, next): ([[Alarm]], Int64?) = state.withLock { state in
            let ticks = state.alarms.keys.filter { $0 <= now }
            let due = ticks.sorted().compactMap { state.alarms.removeValue(forKey: $0) }
            state.timers.remove(tick)
            guard let next = state.alarms.keys.min(), state.wantsTimer(for: next) else { return (due, nil) }
            return (due, next)
        }
        if let next { wait(for: next) }
        for alarm in due.joined() {
            if let time = alarm.ring() { set(alarm, after: time) }
        }
    }
}

/// Something to happen later, unless it is taken back.
final class Alarm: Sendable {
    private let action: Mutex<(@Sendable () -> Duration?)?>

    init(_ action: @escaping @Sendable () -> Duration?) { self.action = Mutex(action) }

    /// Does not wait for an alarm that rings already.
    func takeBack() {
        let action = action.withLock { $0.take() }
        // What it holds goes outside of the lock.
        _ = action
    }

    fileprivate func ring() -> Duration? {
        let action = action.withLock { $0 }
        return action?()
    }
}
