import AsyncHTTPClient
import NIOCore
import Notation
import Pacing

/// Sends single requests and judges their answers.
final class Transport: Sendable {
    /// What an unwanted body may cost to keep its connection.
    private static let drainedSize = 16 * 1024
    private static let drainingTime: Duration = .milliseconds(1500)

    private let configuration: FetcherConfiguration
    private let pool: ClientPool
    private let gate: HostGate
    private let connections: ConnectionBudget

    init(_ configuration: FetcherConfiguration) {
        self.configuration = configuration
        pool = ClientPool(configuration)
        gate = HostGate(configuration.limits, clock: configuration.clock)
        connections = ConnectionBudget(configuration.connections)
    }

    func shutdown() async { await pool.shutdown() }

    func block(_ url: WebURL, for delay: Duration) {
        gate.block(url.hostAndPort, for: delay)
    }

    /// Sends the current hop of a call and waits for the head of the answer.
    ///
    /// - Parameter takesTurns: whether it waits until its host may be asked.
    func send(_ call: inout Call, takingTurns takesTurns: Bool = true) async throws -> Answer {
        let proxy = configuration.proxies.proxy(for: call.url)
        let isForwarded = proxy?.kind == .http && call.url.scheme == .http
        let request = try call.clientRequest(
            userAgent: configuration.userAgent, forwardedBy: isForwarded ? proxy : nil)
        let policy = call.request.retry ?? configuration.retry
        let permit =
            takesTurns ? try await gate.enter(call.url.hostAndPort, patience: policy.maximum) : Permit {}
        let connection = try await connections.enter()
        let exchange =
            try configuration.exchange
            ?? pool.exchange(
                over: .init(
                    proxy: proxy, isForwarded: isForwarded, isGuarded: call.isGuarded && proxy == nil,
                    isLetGo: pool.isCrowded))
        let stream = HeldAnswer(exchange(request))
        let timeouts = call.budget.timeouts
        let sent = configuration.clock.now()
        do {
            let limit = configuration.timeouts.connect + timeouts.read
            let head = try await call.budget.spend(
                upTo: limit, on: .read, clock: configuration.clock, silence: permit.giveBack,
                giveUp: stream.end
            ) {
                try await stream.head()
            }
            return Answer(head, stream, permit, connection, sent: sent)
        } catch {
            let connect = configuration.timeouts.connect
            throw FetchError.beforeHead(
                error, url: call.url,
                timeouts: .init(connect: connect, read: timeouts.read, total: timeouts.total))
        }
    }

    /// The response to the caller, or the error that the status means.
    func response(to call: Call, _ answer: Answer) async throws -> FetchResponse {
        let now = configuration.clock.date()
        let limit = RateLimit(answer.headers, now: now)
        if let limit, limit.pause > .zero { gate.block(call.url.hostAndPort, for: limit.pause) }
        if !Transport.isRefusal(answer.status) { gate.answered(call.url.hostAndPort) }
        let outcome: FetchResponse.Outcome
        var validators: Validators?
        switch answer.status {
        case 200..<300:
            outcome = .content(body(of: answer, call))
            validators = Validators(answer.headers, received: now)
        case 304 where call.validators != nil:
            await end(answer)
            outcome = .notModified
            validators = call.validators?.updated(by: answer.headers)
        case 410:
            await drain(answer, call)
            outcome = .gone
        default:
            // The host's pause is known before the place of this request is given to another.
            let error = failure(answer, call, limit)
            await drain(answer, call)
            throw error
        }
        return FetchResponse(
            outcome: outcome, status: answer.status, headers: answer.headers, url: call.url,
            permanentLocation: call.trail.permanentLocation, validators: validators,
            freshUntil: Freshness.expiry(answer.headers, received: now))
    }

    /// An answer as it is, whatever its status.
    func answer(to call: Call, _ answer: Answer) -> FetchResponse {
        FetchResponse(
            outcome: .content(body(of: answer, call)), status: answer.status, headers: answer.headers,
            url: call.url, permanentLocation: nil, validators: nil, freshUntil: nil)
    }

    /// Whether a status says that the host has no time now, for whatever it is asked.
    private static func isRefusal(_ status: Int) -> Bool { status == 429 || status == 503 }

    private func failure(_ answer: Answer, _ call: Call, _ limit: RateLimit?) -> FetchError {
        let now = configuration.clock.date()
        let wish = answer.headers["retry-after"].flatMap { RetryAfter.parse($0, now: now) }
        let delay = wish ?? limit.flatMap { $0.pause > .zero ? $0.pause : nil }
        if let delay { gate.block(call.url.hostAndPort, for: delay) }
        if Transport.isRefusal(answer.status) {
            let policy = call.request.retry ?? configuration.retry
            let pause = policy.pause(after: 1, random: configuration.random())
            gate.refused(call.url.hostAndPort, sent: answer.sent, pause: pause)
        }
        return .status(answer.status, retryAfter: delay)
    }

    private func body(of answer: Answer, _ call: Call) -> FetchBody {
        FetchBody(
            source: answer.body, codings: answer.headers.list("content-encoding"),
            expected: answer.contentLength,
            maxSize: call.request.maxSize, budget: call.budget, clock: configuration.clock,
            permit: answer.permit, connection: answer.connection,
            host: call.url.host, onReceive: call.request.onReceive)
    }

    /// Reads a short body to its end, so that the connection can be used again; a long or slow one is given up.
    func drain(_ answer: Answer, _ call: Call) async {
        let patience = FetchTimeouts(
            connect: Transport.drainingTime, read: Transport.drainingTime, total: Transport.drainingTime)
        let body = FetchBody(
            source: answer.body, codings: [], expected: nil, maxSize: Transport.drainedSize,
            budget: TimeBudget(patience), clock: configuration.clock, permit: answer.permit,
            connection: answer.connection, host: call.url.host)
        var pieces = body.makeAsyncIterator()
        // What goes wrong here costs the connection and nothing else.
        while let piece = try? await pieces.next(), !piece.isEmpty {}
        // Where the answer leads elsewhere, the next exchange waits for a connection.
        answer.connection.giveBack()
    }

    /// Takes the end of an answer that has no body by the rules of HTTP: it has come with the head, so that nothing has to
    /// be waited for, nor a time be set for it.
    private func end(_ answer: Answer) async {
        _ = try? await answer.body.next()
        answer.permit.giveBack()
        answer.connection.giveBack()
    }

    /// Refuses a redirect that leads from a public host to a private address.
    func checkAddress(of call: inout Call, from origin: WebURL) async throws {
        guard !call.request.allowPrivate else { return }
        if !call.isGuarded { call.isGuarded = await !isPrivate(origin) }
        try await checkAddress(of: call)
    }

    /// Refuses a private address to a call that is guarded from them.
    func checkAddress(of call: Call) async throws {
        if call.isGuarded, await isPrivate(call.url) {
            throw FetchError.redirectRefused(to: call.url.description, .privateAddress)
        }
    }

    /// A name that cannot be resolved here counts as public: the connection will fail or be checked itself.
    private func isPrivate(_ url: WebURL) async -> Bool {
        if let known = IPAddress.isPrivate(host: url.host) { return known }
        return (try? await configuration.resolver.isPrivate(url.host)) ?? false
    }
}

extension WebURL {
    /// What limits of a host are kept for.
    fileprivate var hostAndPort: String { "\(host):\(port)" }
}
