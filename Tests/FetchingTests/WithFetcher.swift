import Fetching
import Pacing
import TestSupport

/// Runs a server and a client of its own against each other.
///
/// The clock stands still unless the test moves it, so nothing here can depend on how fast the machine is.
func withServer(
    _ security: ScriptedServer.Security = .plain, clock: ManualClock = ManualClock(),
    configure: (inout FetcherConfiguration) -> Void = { _ in },
    _ body: (ScriptedServer, Fetcher) async throws -> Void
) async throws {
    var configuration = FetcherConfiguration(userAgent: "feedspine/test (+https://example.com)")
    configuration.clock = .manual(clock)
    configuration.random = { 1 }
    configuration.retry = .never
    configure(&configuration)
    let fetcher = Fetcher(configuration)
    try await ScriptedServer.run(security) { server in
        do {
            try await body(server, fetcher)
            await fetcher.shutdown()
        } catch {
            await fetcher.shutdown()
            throw error
        }
    }
}

extension Fetcher {
    func fetch(_ url: String, _ change: (inout FetchRequest) -> Void = { _ in }) async throws -> FetchResponse
    {
        var request = try FetchRequest(url)
        change(&request)
        return try await fetch(request)
    }
}

extension FetchResponse {
    /// The whole body as text.
    func text() async throws -> String? {
        guard let body else { return nil }
        return String(decoding: try await body.collect(), as: UTF8.self)
    }
}

/// The error that a fetch ends with, for tests that do something else while it waits.
func failure<Value>(_ operation: () async throws -> Value) async -> FetchError? {
    do {
        _ = try await operation()
        return nil
    } catch {
        return error as? FetchError
    }
}
