import Builtins
import Fetching
import Hosting
import Logging

extension PipelineHost {
    /// The host of this program: its components, the machine's time, its environment.
    static func program(_ environment: [String: String], logger: Logger = Logger(label: "feedspine"))
        -> PipelineHost
    {
        var host = PipelineHost(
            catalog: Runner.current.catalog, expressions: Runner.current.expressions, logger: logger)
        host.variables = environment
        return host
    }

    /// The same with an HTTP client that all sources share, shut down afterwards.
    ///
    /// - Throws: what `body` throws.
    static func withProgram<R>(
        _ environment: [String: String], logger: Logger, _ body: (PipelineHost) async throws -> R
    ) async throws -> R {
        var host = program(environment, logger: logger)
        let fetcher = Fetcher(
            host.fetching(
                userAgent: FetcherConfiguration.userAgent(version: Version.current, url: Version.homepage)))
        host.fetcher = fetcher
        do {
            let result = try await body(host)
            await fetcher.shutdown()
            return result
        } catch {
            await fetcher.shutdown()
            throw error
        }
    }
}
