package import Pacing
import Synchronization

/// What one host is spared.
package struct HostLimits: Sendable, Equatable {
    /// Requests at the same time, until their bodies have been read; one that the host leaves without a byte for
    /// ``silence`` does not count, so that those that hang do not keep others from the same host.
    package var concurrent: Int
    package var rate: Rate?
    /// The longest that a request waits because its host asked for patience; beyond that it fails.
    package var patience: Duration

    /// Six requests in this time are few enough even for a host that is slow because it is busy.
    static let silence = Duration.milliseconds(500)

    package init(concurrent: Int = 6, rate: Rate? = nil, patience: Duration = .seconds(60)) {
        self.concurrent = concurrent
        self.rate = rate
        self.patience = patience
    }
}

/// Lets requests through to their hosts, as many and as often as each may get.
final class HostGate: Sendable {
    fileprivate struct State {
        var hosts: [String: HostTraffic] = [:]
        var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        var lastID: UInt64 = 0
        /// Hosts are swept when there are this many, so that a run over many hosts stays small.
        var sweepAt = 256
    }

    private let limits: HostLimits
    private let clock: FetchClock
    private let state = Mutex(State())

    init(_ limits: HostLimits, clock: FetchClock) {
        self.limits = limits
        self.clock = clock
    }

    /// Waits until a request to the host may start.
    ///
    /// - Parameter patience: the longest pause that the request waits for, where that is less than all are given.
    /// - Throws: ``FetchError/throttled(host:for:)``, or `CancellationError`.
    func enter(_ host: String, patience: Duration = .seconds(86_400)) async throws -> Permit {
        let permit = try await admitted(host)
        // Others may meanwhile be told to wait even longer.
        while case let blocked = blocked(host), blocked > .zero {
            guard blocked <= min(limits.patience, patience) else {
                throw FetchError.throttled(host: host, for: blocked)
            }
            try await clock.sleep(blocked)
        }
        let turn = state.withLock { $0.hosts[host]?.reserve(now: clock.now()) ?? .zero }
        if turn > .zero { try await clock.sleep(turn) }
        return permit
    }

    /// Remembers that a host wants to be left alone.
    func block(_ host: String, for delay: Duration) {
        state.withLock { state in
            state.hosts[host, default: HostTraffic(limits)].block(until: clock.now() + delay)
        }
    }

    /// Remembers that a host is busy, whatever it says about when it will not be.
    ///
    /// - Parameter sent: when the request was that it refused.
    func refused(_ host: String, sent: Duration, pause: Duration) {
        state.withLock { state in
            state.hosts[host, default: HostTraffic(limits)].refused(
                sent: sent, now: clock.now(), pause: pause)
        }
    }

    /// Remembers that a host has time again.
    func answered(_ host: String) {
        state.withLock { $0.hosts[host]?.answered() }
    }

    private func blocked(_ host: String) -> Duration {
        state.withLock { $0.hosts[host]?.blocked(now: clock.now()) ?? .zero }
    }

    private func admitted(_ host: String) async throws -> Permit {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await waitForAdmission { continuation in
            state.withLock { state in
                if Task.isCancelled { return false }
                switch state.hosts[host, default: HostTraffic(limits)].arrived(id) {
                case .admitted: return true
                case .queued:
                    state.waiting[id] = continuation
                    return nil
                }
            }
        } leave: {
            state.withLock { state in
                state.hosts[host]?.abandoned(id) == true ? state.waiting.removeValue(forKey: id) : nil
            }
        }
        return Permit { [self] in leave(host) }
    }

    private func leave(_ host: String) {
        let next = state.withLock { state in
            let ids = state.hosts[host]?.left() ?? []
            state.sweep(now: clock.now())
            return ids.compactMap { state.waiting.removeValue(forKey: $0) }
        }
        for waiter in next { waiter.resume(returning: true) }
    }
}

extension HostGate.State {
    /// Forgets idle hosts; the bound doubles with what must be kept, so that sweeping costs little.
    fileprivate mutating func sweep(now: Duration) {
        guard hosts.count >= sweepAt else { return }
        hosts = hosts.filter { !$0.value.isIdle(now: now) }
        sweepAt = max(256, hosts.count * 2)
    }
}

/// A request's place at its host; given back once, at the latest when nobody holds it.
final class Permit: Sendable {
    private let release: Mutex<(@Sendable () -> Void)?>

    init(_ release: @escaping @Sendable () -> Void) {
        self.release = Mutex(release)
    }

    deinit { giveBack() }

    func giveBack() {
        let action = release.withLock { release in
            defer { release = nil }
            return release
        }
        action?()
    }
}
