import Pacing

/// The requests to one host: how many are under way, who waits, when the next may start. Pure.
struct HostTraffic: Sendable, Equatable {
    enum Arrival: Equatable {
        case admitted, queued
    }

    /// More than this nobody waits for a host that does not say how long.
    private static let longestPause = Duration.seconds(3600)

    private let concurrent: Int
    private var pace: TokenBucket?
    private var active = 0
    private var queue: [UInt64] = []
    private var blockedUntil: Duration?
    /// How often the host has refused for being busy, less the answers since.
    private var refusals = 0
    /// When it last did so.
    private var refusedAt: Duration?

    init(_ limits: HostLimits) {
        concurrent = max(limits.concurrent, 1)
        pace = limits.rate.map { TokenBucket(rate: $0, burst: .zero) }
    }

    /// How many requests may be under way; a busy host is tried by one alone, for all that wait.
    private var width: Int { refusals > 0 ? 1 : concurrent }

    /// A request wants to start.
    mutating func arrived(_ id: UInt64) -> Arrival {
        guard active < width else {
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

    /// A request has ended; those that take its place, if any wait.
    mutating func left() -> [UInt64] {
        active -= 1
        let next = Array(queue.prefix(max(0, width - active)))
        queue.removeFirst(next.count)
        active += next.count
        return next
    }

    /// How long the host still wants to be left alone.
    func blocked(now: Duration) -> Duration {
        blockedUntil.map { max($0 - now, .zero) } ?? .zero
    }

    /// How long an admitted request must wait for its turn, by the rate.
    mutating func reserve(now: Duration) -> Duration {
        pace?.reserve(at: now) ?? .zero
    }

    /// The host asked to be left alone; of several wishes the longest counts.
    mutating func block(until: Duration) {
        blockedUntil = max(blockedUntil ?? until, until)
    }

    /// The host says that it is busy: all leave it alone, twice as long each time.
    ///
    /// - Parameters:
    ///   - sent: when the request was; those that were under way together are refused together, which counts once.
    ///   - pause: how long after the first time.
    mutating func refused(sent: Duration, now: Duration, pause: Duration) {
        if let refusedAt, sent <= refusedAt { return }
        refusedAt = now
        var pause = pause
        for _ in 0..<refusals where pause < HostTraffic.longestPause { pause = pause * 2 }
        refusals += 1
        block(until: now + min(pause, HostTraffic.longestPause))
    }

    /// The host has answered; how often it refused is forgotten bit by bit.
    mutating func answered() { refusals = max(0, refusals - 1) }

    /// Whether the host can be forgotten.
    func isIdle(now: Duration) -> Bool {
        active == 0 && queue.isEmpty && refusals == 0 && blocked(now: now) == .zero
            && pace?.isFull(at: now) != false
    }
}
