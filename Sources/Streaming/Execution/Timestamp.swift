import Glibc

/// Wall-clock time as the engine counts it: nanoseconds since 1970.
package enum Timestamp {
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
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let milliseconds = Int(rest < 0 ? rest + 1_000_000_000 : rest) / 1_000_000
        return rfc3339(seconds: rest < 0 ? seconds - 1 : seconds, milliseconds: milliseconds)
    }

    /// The same for seconds since 1970, which reach beyond the year 2262.
    package static func rfc3339(seconds: Int64, milliseconds: Int = 0) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        func padded(_ value: some BinaryInteger, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date =
            "\(padded(parts.tm_year + 1900, 4))-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
        let clock = "\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))"
        return "\(date)T\(clock).\(padded(milliseconds, 3))Z"
    }
}
