package import AsyncHTTPClient
package import Pacing

/// What stands for the answer to a request, which is sent when the head is asked for.
package typealias Exchange = @Sendable (HTTPClient.Request) -> any AnswerStream

/// What all requests of a ``Fetcher`` share.
package struct FetcherConfiguration: Sendable {
    /// Sent with every request.
    package var userAgent: String
    package var timeouts = FetchTimeouts()
    package var retry = RetryPolicy.requests
    package var limits = HostLimits()
    package var connections = ConnectionLimits()
    package var proxies = ProxyRules.none
    /// A PEM file with authorities that are trusted beside those of the system.
    package var extraAuthorities: String?
    /// Host names that are connected to under another name or address; certificates are still checked for the name.
    package var hostOverrides: [String: String] = [:]
    package var resolver = Resolver.system
    /// Answers requests in the place of the client, which then opens no connections; for tests.
    package var exchange: Exchange?
    package var clock = FetchClock.system
    /// Numbers from 0 up to 1, for jitter.
    package var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

    package init(userAgent: String) {
        self.userAgent = userAgent
    }

    /// The name under which FeedSpine calls itself, with a place to read about it.
    package static func userAgent(version: String, url: String) -> String {
        "feedspine/\(version) (+\(url))"
    }
}
