package import FoundationEssentials

/// How long a server asks to be left alone.
package enum RetryAfter {
    /// Longer wishes are cut to this.
    package static let longest: Duration = .seconds(86_400)

    /// Reads the seconds or the date of a `Retry-After`; nil when it is neither.
    package static func parse(_ value: String, now: Date) -> Duration? {
        let text = HeaderFields.trimmed(value)
        if let seconds = Double(text), seconds.isFinite || text.allSatisfy(\.isNumber) {
            return seconds >= 0 ? capped(seconds) : nil
        }
        return HTTPDate.parse(text, now: now).map { capped($0.timeIntervalSince(now)) }
    }

    private static func capped(_ seconds: Double) -> Duration {
        .seconds(min(max(seconds, 0), Double(longest.components.seconds)))
    }
}
