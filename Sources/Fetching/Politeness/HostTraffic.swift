/// The requests to one host: how many are under way, who waits, when the next may start. Pure.
struct HostTraffic: Sendable, Equatable {
    enum Arrival: Equatable {
        case admitted, queued
    }

    private let concurrent: Int
    private var pace: Pace?
    private var active = 0
    private var queue: [UInt64] = []
    private var blockedUntil: Duration?

    init(_ limits: HostLimits) {
        concurrent = max(limits.concurrent, 1)
        pace = limits.rate.map(Pace.init)
    }

    /// A request wants to start.
    mutating func arrived(_ id: UInt64) -> Arrival {
        guard active < concurrent else {
            queue.append(id)
            return .queued
        }
        active += 1
        return .admitted
    }

    /// A queued request was cancelled; false when it had been admitted already.
    mutating func abandoned(_ id: UInt64) -> Bool {
        guard let index = queue.firstIndex(of: id) else { return false }
        queue.remove(at: index)
        return true
    }

    /// A request has ended; the one that takes its place, if any waits.
    mutating func left() -> UInt64? {
        guard !queue.isEmpty else {
            active -= 1
            return nil
        }
        return queue.removeFirst()
    }

    /// How long the host still wants to be left alone.
    func blocked(now: Duration) -> Duration {
        blockedUntil.map { max($0 - now, .zero) } ?? .zero
    }

    /// How long an admitted request must wait for its turn, by the rate.
    mutating func reserve(now: Duration) -> Duration {
        pace?.reserve(now: now) ?? .zero
    }

    /// The host asked to be left alone; of several wishes the longest counts.
    mutating func block(until: Duration) {
        blockedUntil = max(blockedUntil ?? until, until)
    }

    /// Whether the host can be forgotten.
    func isIdle(now: Duration) -> Bool {
        active == 0 && queue.isEmpty && blocked(now: now) == .zero && pace?.isIdle(now: now) != false
    }
}
