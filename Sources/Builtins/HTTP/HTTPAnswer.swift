import Fetching
import FoundationEssentials
import Records

/// A receiver's answer, with as much of its body as is of use.
struct HTTPAnswer: Sendable {
    /// What is read of the body of an answer that only says yes or no.
    static let usualLimit = 16_384
    /// What is shown of it.
    static let longestQuote = 300

    let status: Int
    let headers: HeaderFields
    let body: [UInt8]

    var json: JSON? { try? JSON(parsing: body) }

    /// How long the receiver asks to wait.
    ///
    /// It says so in `Retry-After`, in the body as Discord (`retry_after`), Telegram (`parameters.retry_after`) and Matrix
    /// (`retry_after_ms`) do, or by the fields that tell of its limits. GitHub does with 403, too.
    func patience(now: Date) -> Duration? {
        guard status == 429 || status == 503 || status == 403 else { return nil }
        if let header = headers["retry-after"].flatMap({ RetryAfter.parse($0, now: now) }) { return header }
        if let limit = RateLimit(headers, now: now), limit.pause > .zero { return limit.pause }
        guard status == 429, let json else { return nil }
        let seconds =
            json["retry_after"]?.double ?? json["parameters"]?["retry_after"]?.double
            ?? json["retry_after_ms"]?.double.map { $0 / 1000 }
        guard let seconds, seconds >= 0, seconds.isFinite else { return nil }
        return .seconds(min(seconds, 86_400))
    }

    /// The status, and what the body says on one line.
    ///
    /// - Parameter peer: who answered.
    func reason(of peer: String) -> String {
        let status = FetchError.status(status, retryAfter: nil).description
            .replacing("the server answered", with: "the \(peer) answered")
        let quote = quote
        return quote.isEmpty ? status : "\(status): \(quote)"
    }

    /// The beginning of the body on one line.
    var quote: String { OneLine.text(body, limit: HTTPAnswer.longestQuote) }
}
