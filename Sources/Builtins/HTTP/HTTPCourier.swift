import Fetching
import Logging
import Notation
import Pacing
import PipelineSpec
import Streaming

/// Brings requests to a receiver and judges its answers.
struct HTTPCourier: Sendable {
    /// A pause that a receiver asks for is at least so long, so that one that asks for none is not called without end.
    private static let leastPause = Duration.milliseconds(250)
    /// A longer one is worth a line in the log.
    private static let notedPause = Duration.seconds(10)
    static let defaultTimeout = Duration.seconds(30)
    static let defaultWait = Duration.seconds(300)

    let fetcher: Fetcher
    private let pause = ReceiverPause()
    var userAgent: String?
    var credentials: Credentials?
    var timeout = HTTPCourier.defaultTimeout
    /// The longest that a request waits because its receiver asks for it.
    var longestWait = HTTPCourier.defaultWait
    /// The header with what a request is known by.
    var keyHeader = "Idempotency-Key"
    var signature: RequestSignature?
    var allowPrivate = false
    /// Whether the address comes from the record.
    var isAddressFromRecord = false
    /// Whether the body of a success matters, and how much of it.
    var answerLimit: Int?
    /// Whether the answer decides on the record, not only whether there is one.
    var asks = false
    /// Statuses beside 2xx with which a request counts as answered.
    var answers: Set<Int> = []
    /// Whether a request that has been sent is brought to its end when nobody waits for it any more: it is paid for.
    var finishes = false
    /// Who answers, in messages.
    var peer = "receiver"
    var redactor = Redactor([String]())
    var pipelineRedactor: Redactor?

    init(fetcher: Fetcher) { self.fetcher = fetcher }

    /// Without what no text may show.
    func redacted(_ text: String) -> String {
        let text = redactor.redact(text)
        return pipelineRedactor?.redact(text) ?? text
    }

    /// Sends a request until it is decided, waiting as long as the receiver asks for and the spec allows.
    ///
    /// - Throws: `CancellationError`.
    func deliver(_ call: HTTPCall, _ logger: Logger?) async throws -> Delivery {
        try await deliver(call, logger, by: send)
    }

    /// The same where each of the requests is sent in a way of the caller's.
    ///
    /// - Throws: `CancellationError`, and what `send` throws beside ``FetchError``.
    func deliver(
        _ call: HTTPCall, _ logger: Logger?, by send: (HTTPCall) async throws -> HTTPAnswer
    ) async throws -> Delivery {
        var waited = Duration.zero
        var reason = "the \(peer) wants to be left alone"
        while true {
            let pause = pause.left(fetcher.clock.now())
            if pause > .zero {
                guard waited + pause <= longestWait else {
                    return .again(redacted("\(reason) for \(Int((pause / .seconds(1)).rounded(.up))) s"))
                }
                waited += pause
                try await fetcher.clock.sleep(pause)
                continue
            }
            let answer: HTTPAnswer
            do {
                answer = try await send(call)
            } catch let error as FetchError {
                return judge(error, call)
            }
            guard !isAnswer(answer.status), let wish = answer.patience(now: fetcher.clock.date()) else {
                return judge(answer, call)
            }
            reason = "\(answer.reason(of: peer)), asking to wait"
            note(max(wish, HTTPCourier.leastPause), logger)
        }
    }

    private func note(_ wish: Duration, _ logger: Logger?) {
        let now = fetcher.clock.now()
        guard pause.extend(to: now + wish, now: now) else { return }
        let level: Logger.Level = wish >= HTTPCourier.notedPause ? .notice : .debug
        logger?.log(level: level, "the \(peer) asks to wait \(wish); waiting")
    }

    /// Whether a request is answered with a status.
    func isAnswer(_ status: Int) -> Bool { (200..<300).contains(status) || answers.contains(status) }

    private func judge(_ answer: HTTPAnswer, _ call: HTTPCall) -> Delivery {
        switch answer.status {
        case _ where isAnswer(answer.status): .taken(answer)
        case 300..<400: judge(redirect: answer)
        // That is said of the spec's credentials, not of a record, unless each goes to an address of its own.
        case 401 where !isAddressFromRecord, 407 where !isAddressFromRecord:
            .wrong(.notSignedIn(redacted(answer.reason(of: peer))))
        default: Delivery(failure: answer.status, redacted(answer.reason(of: peer)))
        }
    }

    /// It is the spec that has another address, unless records differ in that.
    private func judge(redirect answer: HTTPAnswer) -> Delivery {
        let error = HTTPProblem.redirected(
            status: answer.status, to: redacted(WebURL.redacted(answer.headers["location"] ?? "nowhere")))
        return asks || isAddressFromRecord
            ? .refused("\(error)", status: answer.status) : .wrong(error)
    }

    private func judge(_ error: FetchError, _ call: HTTPCall) -> Delivery {
        switch error {
        case .redirectRefused(_, .privateAddress):
            .refused(
                redacted(
                    "the record's address \(call.url) is a private one; `allow_private: true` lets it be"),
                status: nil)
        case .invalidURL, .invalidHeader: .refused(redacted("\(error)"), status: nil)
        // What was answered once is answered again.
        case .tooLarge where asks, .decoding where asks: .refused(redacted("\(error)"), status: nil)
        default: .again(redacted("\(error)"))
        }
    }

    /// Sends a request once.
    func send(_ call: HTTPCall) async throws -> HTTPAnswer {
        guard finishes else { return try await exchange(call) }
        // A task of its own is not cancelled with this one, which waits for it all the same.
        return try await Task { try await exchange(call) }.value
    }

    private func exchange(_ call: HTTPCall) async throws -> HTTPAnswer {
        let response = try await fetcher.send(request(call))
        let isSuccess = isAnswer(response.status)
        var bytes: [UInt8] = []
        do {
            if let body = response.body { for try await piece in body { bytes += piece } }
        } catch let error as FetchError {
            // What only says yes or no has been said by the head.
            if isSuccess, answerLimit != nil { throw error }
        }
        return HTTPAnswer(status: response.status, headers: response.headers, body: bytes)
    }

    private func request(_ call: HTTPCall) -> FetchRequest {
        var request = FetchRequest(call.url)
        request.method = call.method
        request.body = call.body
        if let type = call.contentType { request.headers.append(("Content-Type", Secret(type))) }
        if let userAgent { request.headers.append(("User-Agent", Secret(userAgent))) }
        if !keyHeader.isEmpty, !call.key.isEmpty { request.headers.append((keyHeader, Secret(call.key))) }
        if let signature {
            request.headers += signature.headers(
                id: call.key, body: call.body ?? [], at: fetcher.clock.date())
        }
        request.headers += call.headers
        if let credentials { request.credentials = credentials }
        if asks { request.accept = "application/json, */*;q=0.5" }
        request.maxSize = answerLimit ?? HTTPAnswer.usualLimit
        request.allowPrivate = allowPrivate
        request.isPublicOnly = isAddressFromRecord
        request.timeouts = FetchTimeouts(read: min(timeout, FetchTimeouts().read), total: timeout)
        request.retry = .never
        return request
    }
}

extension HTTPCourier {
    /// - Parameters:
    ///   - hidden: what no text may show beside what came from outside the spec.
    ///   - rate: requests in a time; nil for any number.
    /// - Throws: ``NoFetcher``.
    init(_ context: BuildContext, hiding hidden: [String], rate: Rate? = nil) throws {
        guard let fetcher = context[FetcherKey.self] else { throw NoFetcher() }
        self.init(fetcher: rate.map(fetcher.paced) ?? fetcher)
        userAgent = context[UserAgentKey.self]
        redactor = Redactor(hidden)
        pipelineRedactor = context[RedactorKey.self]
    }

    /// Sends a token with each request, else name and password.
    mutating func identify(_ token: SecretText?, _ basic: BasicCredentials?) {
        if let token, !token.revealed.isEmpty {
            credentials = .bearer(token.secret)
        } else if let basic {
            credentials = .basic(user: basic.user, password: basic.password)
        }
    }
}
