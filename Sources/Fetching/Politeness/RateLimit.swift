package import FoundationEssentials

/// What an API says of the requests that it still grants: `X-RateLimit-Remaining` and `-Reset`, as Reddit, Mastodon,
/// GitHub and many others send them, and the `RateLimit-` fields of the IETF's drafts.
package struct RateLimit: Sendable, Equatable {
    /// Requests that are left; Reddit counts in fractions.
    package let remaining: Double
    /// Until they are granted anew.
    package let reset: Duration

    /// Nil when an answer does not say both.
    package init?(_ headers: HeaderFields, now: Date) {
        let remaining = headers["x-ratelimit-remaining"] ?? headers["ratelimit-remaining"]
        let reset = headers["x-ratelimit-reset"] ?? headers["ratelimit-reset"]
        guard let remaining = remaining.flatMap(Double.init), remaining.isFinite,
            let reset = reset.flatMap({ RateLimit.delay($0, now: now) })
        else { return nil }
        self.remaining = remaining
        self.reset = min(reset, RetryAfter.longest)
    }

    /// How long to wait before the next request; zero while there are some left.
    package var pause: Duration { remaining < 1 ? reset : .zero }

    /// Reads seconds from now (Reddit), seconds since 1970 (GitHub) or a date (Mastodon).
    private static func delay(_ text: String, now: Date) -> Duration? {
        let text = HeaderFields.trimmed(text)
        if let number = Double(text), number.isFinite {
            let seconds = number > 1e9 ? number - now.timeIntervalSince1970 : number
            return .seconds(min(max(seconds, 0), 1e9))
        }
        // The parser of Foundation takes no fractions of seconds.
        let whole = text.replacing(/\.[0-9]+/, with: "")
        let date = (try? Date(whole, strategy: .iso8601)) ?? HTTPDate.parse(text, now: now)
        return date.map { .seconds(min(max($0.timeIntervalSince(now), 0), 1e9)) }
    }
}
