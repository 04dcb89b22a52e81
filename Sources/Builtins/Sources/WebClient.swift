import Fetching
import Foundation
import Notation
import PipelineSpec
import Streaming

/// The HTTP client of one source: its headers and credentials, and what the options beside its name ask for.
struct WebClient: Sendable {
    let fetcher: Fetcher
    var headers: [(name: String, value: String)] = []
    var credentials: Credentials?
    var maxSize = FetchRequest.defaultMaxSize
    var allowPrivate = false
    /// The options that stand beside the source's name.
    private let options: SourceOptions?
    /// How the pipeline wants requests to name their sender.
    private let userAgent: String?
    /// Knows what addresses must not show.
    private let redactor: Redactor?
    /// When the source is polled; nil for one that is read once.
    private let polling: PollSchedule?

    /// - Throws: ``NoFetcher``.
    init(_ context: BuildContext) throws {
        fetcher = try FetcherKey.fetcher(for: context)
        options = context[SourceOptionsKey.self]
        userAgent = context[UserAgentKey.self]
        redactor = context[RedactorKey.self]
        polling = options.flatMap(PollSchedule.init)
    }

    /// An address as items may show it: without values that came from outside the spec.
    func shown(_ url: WebURL) -> String { redactor?.redact(url.string) ?? url.string }

    /// Whether requests are spread out.
    var isPaced: Bool { options?.rateLimit != nil }

    /// The client without what is meant for one server only.
    var withoutSecrets: WebClient {
        var client = self
        client.headers.removeAll { !FetchRequest.travellingHeaders.contains($0.name.lowercased()) }
        client.credentials = nil
        return client
    }

    /// - Parameter home: the address that headers and credentials are meant for, where it is another one.
    func request(_ url: WebURL, home: WebURL? = nil) -> FetchRequest {
        var request = FetchRequest(url)
        if let home { request.home = home }
        request.headers = headers.map { ($0.name, Secret($0.value)) }
        if let userAgent, !headers.contains(where: { $0.name.lowercased() == "user-agent" }) {
            request.headers.append(("User-Agent", Secret(userAgent)))
        }
        if let credentials { request.credentials = credentials }
        request.maxSize = maxSize
        request.allowPrivate = allowPrivate
        if let timeout = options?.timeout {
            request.timeouts = FetchTimeouts(read: min(timeout, FetchTimeouts().read), total: timeout)
        }
        if let retry = options?.retry { request.retry = retry }
        return request
    }

    /// The answer, as soon as its head is there.
    ///
    /// - Parameter outlet: told when the server refuses to be asked again for a while.
    /// - Throws: ``GivenUp``, or `CancellationError`.
    func fetch(_ request: FetchRequest, for outlet: SourceOutlet) async throws -> FetchResponse {
        var request = request
        request.onReceive = { outlet.received(bytes: $0) }
        do {
            let response = try await fetcher.fetch(request)
            outlet.answered(isUnchanged: response.isUnchanged)
            return response
        } catch let error as FetchError {
            if let delay = error.retryAfter { outlet.rest(for: delay) }
            throw GivenUp(place: "\(request.url)", cause: error)
        }
    }

    /// Passes on what was said about the next poll.
    func rest(_ outlet: SourceOutlet, _ hints: PollSchedule.Hints) {
        guard let polling else { return }
        let now = fetcher.clock.date()
        outlet.rest(for: .seconds(polling.next(after: now, hints: hints).timeIntervalSince(now)))
    }
}

extension PollSchedule {
    /// The schedule that a source's options describe; nil when it is read once.
    fileprivate init?(_ options: SourceOptions) {
        guard let every = options.interval else { return nil }
        self.init(every: every)
        if let least = options.minEvery { minEvery = least }
        maxEvery = max(minEvery, options.maxEvery ?? max(maxEvery, every))
    }
}

extension PollSchedule.Hints {
    /// What an answer says of itself.
    init(_ response: FetchResponse) {
        self.init()
        freshUntil = response.freshUntil
    }
}

/// A request that failed although it was tried as often as it makes sense, so that nobody need try again.
///
/// A body that breaks off is another matter: the source is then read on from where it was.
struct GivenUp: PermanentFailure, CustomStringConvertible {
    /// The address that was asked for.
    let place: String
    let cause: FetchError

    var description: String { "\(place): \(cause)" }

    /// Whether the server knows nothing under the address.
    var isAbsence: Bool {
        if case .status(let code, _) = cause { code == 404 || code == 410 } else { false }
    }
}
