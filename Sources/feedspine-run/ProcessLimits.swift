import Glibc

/// What the system lets this process have.
enum ProcessLimits {
    /// Files, connections and timers that even a small run needs; without them libraries end the process.
    private static let leastDescriptors: UInt = 64

    /// Takes as many file descriptors as the system gives.
    ///
    /// - Throws: ``TooFewDescriptors``.
    static func prepare() throws(TooFewDescriptors) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        if limit.rlim_cur < leastDescriptors {
            throw TooFewDescriptors(found: limit.rlim_cur, needed: leastDescriptors)
        }
    }
}

/// The system gives the process too few file descriptors to run anything.
struct TooFewDescriptors: Error, CustomStringConvertible {
    let found: UInt
    let needed: UInt

    var description: String {
        "this process may have only \(found) files open, and needs \(needed); raise the limit (`ulimit -n`)"
    }
}
