import Glibc

/// File descriptors that the process may have open.
package enum DescriptorLimit {
    /// Fewer than this are not enough for a run: libraries end the process when they get none. libdispatch looks at its
    /// threads once a second, which takes one.
    package static let least = 64
    /// More are never needed.
    private static let most = rlim_t(16_384)

    /// How many there may be now.
    package static var current: Int { Int(clamping: limits().rlim_cur) }

    /// How many a run needs at least; what needs more (a database takes four) says so when it is opened.
    package static func needed(pipelines: Int, outputs: Int) -> Int {
        // A state has a lock, two connections, their log and the notes.
        least + max(0, pipelines - 1) * 8 + max(0, outputs - pipelines)
    }

    /// What connections may take of them: a half, as files may.
    package static var forConnections: (exchanges: Int, kept: Int) {
        let rest = max(0, current - least)
        return (exchanges: max(8, rest / 3), kept: rest / 6)
    }

    /// Asks for as many as the system grants without privileges, and the engine can use.
    ///
    /// - Returns: how many there may be from now on.
    @discardableResult
    package static func raise() -> Int {
        var limits = limits()
        let wanted = min(limits.rlim_max, most)
        if limits.rlim_cur < wanted {
            limits.rlim_cur = wanted
            // A refusal leaves the limit as it was.
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        }
        return current
    }

    private static func limits() -> rlimit {
        var limits = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        return limits
    }
}
