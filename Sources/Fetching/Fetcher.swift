package import Pacing
import Synchronization

/// The HTTP client of a run, shared by all its sources.
///
/// It follows redirects, asks conditionally, undoes compression, waits its turn at each host, and tries again what
/// may succeed on another try, up to the head of the answer. The body streams; when that breaks off, the caller
/// decides, since part of it has been used already.
///
/// Copies share connections and what is known about hosts. End with ``shutdown()``.
package struct Fetcher: Sendable {
    private let configuration: FetcherConfiguration
    private let transport: Transport
    private let pace: SourcePace?

    package init(_ configuration: FetcherConfiguration) {
        self.configuration = configuration
        transport = Transport(configuration)
        pace = nil
    }

    private init(_ configuration: FetcherConfiguration, _ transport: Transport, _ pace: SourcePace?) {
        self.configuration = configuration
        self.transport = transport
        self.pace = pace
    }

    /// The same client with requests spread out; for the `rate_limit` of a source.
    package func paced(_ rate: Rate) -> Fetcher {
        Fetcher(configuration, transport, SourcePace(rate, clock: configuration.clock))
    }

    /// How the client calls itself.
    package var userAgent: String { configuration.userAgent }

    /// A PEM file with authorities that are trusted beside those of the system; nil for none.
    package var extraAuthorities: String? { configuration.extraAuthorities }

    /// The clock that the client goes by.
    package var clock: FetchClock { configuration.clock }

    /// Where tasks that wait for answers are at the connections already; nil where the client has none.
    package var executor: (any TaskExecutor)? { configuration.exchange == nil ? LoopExecutor.shared : nil }

    /// Leaves a host alone for a while, for APIs that tell of their limits in ways of their own.
    package func block(_ url: WebURL, for delay: Duration) {
        transport.block(url, for: min(delay, RetryAfter.longest))
    }

    /// Fetches up to the head of the answer.
    ///
    /// Statuses other than 2xx, 304 to a conditional request and 410 are thrown as ``FetchError/status(_:retryAfter:)``.
    ///
    /// - Throws: ``FetchError``, or `CancellationError`.
    package func fetch(_ request: FetchRequest) async throws -> FetchResponse {
        var retries = RetryState(request.retry ?? configuration.retry)
        while true {
            do {
                return try await attempt(request)
            } catch let error as FetchError {
                switch retries.failed(error, random: configuration.random()) {
                case .giveUp: throw error
                case .retry(let delay): try await clock.sleep(delay)
                }
            }
        }
    }

    /// Sends once, to a receiver that is told something rather than asked: every status is an answer, with its body.
    ///
    /// A redirect is followed where it says that the same is to be sent (307, 308, any of a GET) and leads to the same origin
    /// or its secured twin; any other is the answer, too. How much the receiver gets at once is for the caller to decide: the
    /// turns at a host that sources take do not count here, and nothing is tried again.
    ///
    /// - Throws: ``FetchError``, or `CancellationError`.
    package func send(_ request: FetchRequest) async throws -> FetchResponse {
        var call = Call(request, timeouts: request.timeouts ?? configuration.timeouts, now: clock.date())
        call.isGuarded = request.isPublicOnly && !request.allowPrivate
        try await transport.checkAddress(of: call)
        while true {
            try await pace?.turn()
            let answer = try await transport.send(&call, takingTurns: false)
            guard RedirectTrail.isRedirect(answer.status, toTheSameOf: call.method),
                let target = answer.headers["location"].flatMap(call.url.resolving),
                target.mayShareSecrets(of: call.url)
            else { return transport.answer(to: call, answer) }
            await transport.drain(answer, call)
            try call.redirect(answer, now: clock.date())
        }
    }

    /// Closes all connections; requests after this are cancelled.
    package func shutdown() async {
        await transport.shutdown()
    }

    /// One try, through all redirects.
    private func attempt(_ request: FetchRequest) async throws -> FetchResponse {
        var call = Call(request, timeouts: request.timeouts ?? configuration.timeouts, now: clock.date())
        if let referrer = request.referrer { try await transport.checkAddress(of: &call, from: referrer) }
        while true {
            try await pace?.turn()
            let answer = try await transport.send(&call)
            guard RedirectTrail.isRedirect(answer.status) else {
                return try await transport.response(to: call, answer)
            }
            await transport.drain(answer, call)
            let origin = call.trail.url
            try call.redirect(answer, now: clock.date())
            try await transport.checkAddress(of: &call, from: origin)
        }
    }
}

/// Spreads out the requests of one source.
private final class SourcePace: Sendable {
    private let pace: Mutex<TokenBucket>
    private let clock: FetchClock

    init(_ rate: Rate, clock: FetchClock) {
        pace = Mutex(TokenBucket(rate: rate, burst: .zero))
        self.clock = clock
    }

    func turn() async throws {
        let delay = pace.withLock { $0.reserve(at: clock.now()) }
        if delay > .zero { try await clock.sleep(delay) }
    }
}
