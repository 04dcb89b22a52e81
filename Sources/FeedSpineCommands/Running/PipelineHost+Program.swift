import Builtins
import Fetching
import Foundation
import Hosting
import Logging
import PipelineSpec

extension PipelineHost {
    /// The host of this program: its components, the machine's time, its environment.
    static func program(_ environment: [String: String], logger: Logger = Logger(label: "feedspine"))
        -> PipelineHost
    {
        Runner.current.bareHost(environment, logger: logger)
    }

    /// An HTTP client that says what program it belongs to.
    func newFetcher() -> Fetcher {
        Fetcher(
            fetching(
                userAgent: FetcherConfiguration.userAgent(version: Version.current, url: Version.homepage)))
    }

    /// Answers a question about the pipeline of a file; says what is wrong with it, and why there is no answer.
    ///
    /// - Parameter ask: given the host, what to say things with meanwhile, what was read, and where from.
    /// - Returns: the answer, and what to say it with.
    /// - Throws: the status to end with.
    static func answer<Answer: Sendable>(
        about path: String, _ log: LogOptions,
        _ ask: (PipelineHost, Console, PipelineSpec, Redactor, SpecFile) async throws -> Answer
    ) async throws -> (Answer, Console) {
        let environment = ProcessInfo.processInfo.environment
        let console = log.console(environment)
        let logger = log.logger(console)
        let answer = try await withProgram(environment, logger: logger) { host in
            let file = SpecFile(path: path)
            let reading = host.read(file, .resolving)
            console.leaveOut([reading.redactor])
            console.tell([reading.diagnostics])
            guard let spec = reading.spec else { throw ExitStatus.of([reading.diagnostics]).exitCode }
            do {
                return try await ask(host, console, spec, reading.redactor, file)
            } catch {
                logger.error("\(error)")
                throw ExitStatus.failed.exitCode
            }
        }
        return (answer, console)
    }

    /// The same with an HTTP client that all sources share, shut down afterwards.
    ///
    /// - Throws: what `body` throws.
    static func withProgram<R>(
        _ environment: [String: String], logger: Logger, _ body: (PipelineHost) async throws -> R
    ) async throws -> R {
        var host = program(environment, logger: logger)
        let fetcher = host.newFetcher()
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
