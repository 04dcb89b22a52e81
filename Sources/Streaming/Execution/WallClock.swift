import Glibc
import Notation

/// Wall-clock time as the engine counts it: nanoseconds since 1970.
package enum WallClock {
    /// The time now; of a clock that is set beyond 2262, the last time that can be told.
    package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return nanoseconds(seconds: Int64(time.tv_sec), Int64(time.tv_nsec))
    }

    /// The nearest time that can be told.
    static func nanoseconds(seconds: Int64, _ rest: Int64) -> Int64 {
        let (whole, isTooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isOver) = whole.addingReportingOverflow(rest)
        if isTooLarge || isOver { return seconds < 0 ? .min : .max }
        return sum
    }

    /// RFC 3339 in UTC with milliseconds, such as `2026-01-31T08:05:09.250Z`.
    package static func rfc3339(nanoseconds: Int64) -> String {
        Timestamp(nanosecondsSince1970: nanoseconds).rfc3339Milliseconds
    }

    /// The same of seconds since 1970; of more than fit, 1970.
    package static func rfc3339(seconds: Int64) -> String {
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return rfc3339(nanoseconds: overflow ? 0 : nanoseconds)
    }
}
