/// An instant in UTC with nanoseconds, in the years 1 to 9999.
package struct Timestamp: Hashable, Sendable, BitwiseCopyable {
    /// Seconds since 1970, negative before.
    package let seconds: Int64
    /// 0 to 999,999,999, always forward from ``seconds``.
    package let nanoseconds: Int32

    @inlinable package static var minimumSeconds: Int64 { -62_135_596_800 }
    @inlinable package static var maximumSeconds: Int64 { 253_402_300_799 }

    /// Nil outside the years 1 to 9999.
    @inlinable
    package init?(seconds: Int64, nanoseconds: Int32 = 0) {
        guard (Timestamp.minimumSeconds...Timestamp.maximumSeconds).contains(seconds) else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// From nanoseconds since 1970, in which the engine counts.
    package init(nanosecondsSince1970 total: Int64) {
        let (seconds, rest) = Timestamp.split(total)
        self.seconds = seconds
        nanoseconds = rest
    }

    private static func split(_ total: Int64) -> (seconds: Int64, nanoseconds: Int32) {
        let (seconds, rest) = total.flooredQuotientAndRemainder(dividingBy: 1_000_000_000)
        return (seconds, Int32(rest))
    }

    /// The instant so many nanoseconds later; nil outside the years 1 to 9999.
    package func adding(nanoseconds delta: Int64) -> Timestamp? {
        var (more, rest) = Timestamp.split(delta)
        rest += nanoseconds
        if rest >= 1_000_000_000 {
            rest -= 1_000_000_000
            more += 1
        }
        return Timestamp(seconds: seconds + more, nanoseconds: rest)
    }

    /// Nanoseconds from the other instant to this one; nil when they do not fit.
    package func nanoseconds(since other: Timestamp) -> Int64? {
        let (product, overflow) = (seconds - other.seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return nil }
        let (sum, carried) = product.addingReportingOverflow(Int64(nanoseconds - other.nanoseconds))
        return carried ? nil : sum
    }
}

extension Timestamp: Comparable {
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.seconds == right.seconds ? left.nanoseconds < right.nanoseconds : left.seconds < right.seconds
    }
}
