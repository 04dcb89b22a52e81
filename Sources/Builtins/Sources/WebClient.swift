import Fetching
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

    /// - Throws: ``NoFetcher``.
    init(_ context: BuildContext) throws {
        fetcher = try FetcherKey.fetcher(for: context)
        options = context[SourceOptionsKey.self]
    }

    func request(_ url: WebURL) -> FetchRequest {
        var request = FetchRequest(url)
        request.headers = headers.map { ($0.name, Fetching.Secret($0.value)) }
        if let credentials { request.credentials = credentials }
        request.maxSize = maxSize
        request.allowPrivate = allowPrivate
        if let timeout = options?.timeout {
            request.timeouts = FetchTimeouts(read: min(timeout, FetchTimeouts().read), total: timeout)
        }
        if let retry = options?.retry {
            request.retry = Fetching.RetryPolicy(
                attempts: retry.attempts, firstDelay: retry.initial, longestDelay: retry.maximum)
        }
        return request
    }

    /// The answer, as soon as its head is there.
    ///
    /// - Throws: ``GivenUp``, or `CancellationError`.
    func fetch(_ request: FetchRequest) async throws -> FetchResponse {
        do {
            return try await fetcher.fetch(request)
        } catch let error as FetchError {
            throw GivenUp(cause: error)
        }
    }
}

/// A request that failed although it was tried as often as it makes sense, so that nobody need try again.
///
/// A body that breaks off is another matter: the source is then read on from where it was.
struct GivenUp: PermanentFailure, CustomStringConvertible {
    let cause: FetchError

    var description: String { "\(cause)" }
}
