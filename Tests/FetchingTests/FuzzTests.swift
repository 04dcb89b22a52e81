import FoundationEssentials
import Notation
import TestSupport
import Testing

@testable import Fetching

/// Whatever servers say, the answer is a value or an error.
@Suite(.timeLimit(.minutes(15))) struct FuzzTests {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    static let heads = [
        "Expires: Thu, 01 Jan 2027 00:00:00 GMT\r\nDate: Wed, 30 Dec 2026 10:00:00 +0100",
        "Cache-Control: public, max-age=3600, no-cache=\"set-cookie\"\r\nAge: 12",
        "Retry-After: 120\r\nX-RateLimit-Remaining: 0.0\r\nX-RateLimit-Reset: 1790000060",
        "RateLimit-Remaining: 0\r\nRateLimit-Reset: 2026-11-20T08:05:00.123456Z",
        "Link: <https://a.example/?page=2>; rel=\"next prev\", </x>; rel=last\r\nETag: W/\"1\"",
        "Content-Type: application/rss+xml; charset=\"utf-8\"\r\nContent-Encoding: gzip, br, none",
        "Location: //other.example:8080/a?b#c\r\nLast-Modified: Sunday, 06-Nov-94 08:49:37 GMT",
        "Content-Length: 10\r\nTransfer-Encoding: chunked"
    ]

    static let words = [
        "Expires: ", "Date: ", "Age: ", "Retry-After: ", "\r\n", ";", ",", "=", "\"", "<", ">", "\\",
        "max-age=",
        " +9999", " -0000", " GMT", "Jan", ":", "charset=", "gzip", "deflate", "rel=", "\u{0}", "é"
    ]

    @Test func anyHead() throws {
        try Fuzzer("heads", corpus: Self.heads, pieces: Self.words).run { input in
            let headers = HeaderFields(
                input.text().split(separator: "\r\n").map { line in
                    let parts = line.split(separator: ":", maxSplits: 1)
                    return (String(parts.first ?? ""), HeaderFields.trimmed(parts.dropFirst().first ?? ""))
                })
            var hints = PollSchedule.Hints()
            hints.freshUntil = Freshness.expiry(headers, received: Self.now)
            hints.ttl = headers["age"].flatMap { Int($0) }
            hints.retryAfter = headers["retry-after"].flatMap { RetryAfter.parse($0, now: Self.now) }
            hints.skipHours = input.chance(2) ? [] : [0, 24, -1, 5, .max]
            let schedule = PollSchedule(every: .seconds(60), maxEvery: .seconds(100 * 366 * 86_400))
            guard schedule.next(after: Self.now, hints: hints) >= Self.now else {
                throw Violation("a poll lies in the past")
            }
            if let limit = RateLimit(headers, now: Self.now), limit.pause > RetryAfter.longest {
                throw Violation("a pause of \(limit.pause)")
            }
            _ = LinkHeader(headers)["next"]
            _ = headers["content-type"].flatMap(MediaType.init)
            _ = Validators(headers, received: Self.now)?.isValid(at: Self.now)
            _ = try? ContentDecoder(codings: headers.list("content-encoding"))
            for name in ["date", "expires", "last-modified"] {
                _ = headers[name].flatMap { HTTPDate.parse($0, now: Self.now) }
            }
        }
    }

    /// The whole of an answer as it comes from the network.
    @Test func anyAnswer() async throws {
        let answers =
            Self.heads.map { "HTTP/1.1 200 OK\r\n\($0)\r\n\r\nhello" } + [
                "HTTP/1.1 304 Not Modified\r\n\r\n", "HTTP/1.0 301 Moved\r\nLocation: /\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
            ]
        let fuzzer = Fuzzer(
            "answers", corpus: answers, pieces: Self.words + ["HTTP/1.1 ", "7fffffffffffffff\r\n"])
        try await withServer { _, fetcher in
            try await fuzzer.run { input in
                try await CannedListener.run(input.text()) { port in
                    do {
                        _ = try await fetcher.fetch("http://127.0.0.1:\(port)/").text()
                    } catch is FetchError {}
                }
            }
        }
    }

    static let addresses = [
        "https://user:p%40ss@Example.com:8443/a/../b?x=1&page=2#top", "http://[::1]:80/",
        "feed://example.org/feed",
        "http://münchen.example/straße?q=ä", "../a/b?c", "//host/path", "http://1.2.3.4:65535/%zz"
    ]

    @Test func anyAddress() throws {
        let words = [
            "://", "@", ":", "[", "]", "%", "?", "#", "..", "/", "。", "ß", "\u{202E}", "xn--", " ", "\t"
        ]
        try Fuzzer("addresses", corpus: Self.addresses, pieces: words).run { input in
            let (text, other) = (input.text(), input.text())
            _ = WebURL.redacted(text)
            _ = IPAddress(address: text)?.isPrivate
            guard let url = try? WebURL(text) else { return }
            guard let again = try? WebURL(url.string), again.string == url.string else {
                throw Violation("'\(url.string)' is no address, or another one, when it is read again")
            }
            _ = url.resolving(other)?.target
            _ = url.query("page")
            _ = url.setting(query: [("page", other)]).appending(query: [(other, text)])
        }
    }
}
