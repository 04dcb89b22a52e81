import Glibc

/// Time since the machine was started, also while it slept: it never goes back, and nobody sets it.
package enum Uptime {
    package static func now() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }
}
