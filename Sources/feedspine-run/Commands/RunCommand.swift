import ArgumentParser
import Diagnostics
import Fetching
import Foundation
import Logging
import PipelineSpec
import State
import Streaming

/// `run`: runs pipelines until their sources end, or until it is told to stop.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run pipelines.",
        discussion: """
            Sources are read side by side and items are delivered as they come. What was delivered is remembered in \
            the state, so a run that is stopped or killed goes on where it was. SIGINT and SIGTERM end the run after \
            what is in flight has been delivered; a second one ends it at once.

            EXAMPLES:
              feedspine-run pipelines/news.yaml
              feedspine-run --watch --log-format json pipelines/live.yaml
              feedspine-run --dry-run --limit 20 pipelines/news.yaml
              feedspine-run --progress none --report report.json pipelines/news.yaml
            """)

    @Argument(help: "Pipeline files.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    @Flag(help: "Poll sources with `every` again and again until stopped.")
    var watch = false

    @Option(help: ArgumentHelp("Stop after so many records of the sources.", valueName: "n"))
    var limit: Int?

    @Flag(help: "Print the records that would be delivered to standard output; write and remember nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("The state file; :memory: remembers nothing.", valueName: "file"))
    var state: String?

    @Option(help: ArgumentHelp("Write the figures of the run to a file as JSON.", valueName: "file"))
    var report: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit takes a number from 0.") }
        if state != nil && state != SessionState.memory && files.count > 1 {
            throw ValidationError("--state goes with a single file: every pipeline has a state of its own.")
        }
    }

    func run() async throws {
        let console = Console(environment: ProcessInfo.processInfo.environment)
        let logger = output.logger(console)
        let statuses = try await withFetcher { fetcher in
            let sessions = try prepare(console, fetcher, logger)
            return try await SessionGroup(
                sessions: sessions, console: console, logger: logger, progress: output.progress,
                report: report
            ).run()
        }
        let status = statuses.max { $0.severity < $1.severity } ?? .success
        if status != .success { throw status.exitCode }
    }

    /// The HTTP client that all sources share, shut down afterwards.
    private func withFetcher<R>(_ body: (Fetcher) async throws -> R) async throws -> R {
        var configuration = FetcherConfiguration(
            userAgent: FetcherConfiguration.userAgent(version: Version.current, url: Version.homepage))
        let environment = ProcessInfo.processInfo.environment
        configuration.proxies = ProxyRules(environment: environment)
        // The name under which OpenSSL, curl and others know it.
        configuration.extraAuthorities = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        let fetcher = Fetcher(configuration)
        do {
            let result = try await body(fetcher)
            await fetcher.shutdown()
            return result
        } catch {
            await fetcher.shutdown()
            throw error
        }
    }

    /// Reads and builds all pipelines before the first starts.
    private func prepare(_ console: Console, _ fetcher: Fetcher, _ logger: Logger) throws -> [Session] {
        let readings = files.map { SpecFile(path: $0).read(SpecFile.resolving) }
        let findings = SpecSet.check(readings)
        let problems = findings.filter { !$0.diagnostics.isEmpty }
        console.leaveOut(readings.map(\.redactor))
        if !problems.isEmpty { console.print(output.renderer(console).render(problems)) }
        guard findings.allSatisfy({ $0.errorCount == 0 }) else { throw ExitStatus.invalidSpec.exitCode }
        if watch, !readings.contains(where: { $0.spec?.isPolled == true }) {
            throw ValidationError("--watch polls the sources that have `every`, and no source has it.")
        }
        let options = Session.Options(
            watches: watch, limit: limit, isDry: dryRun,
            statePath: state ?? (dryRun ? SessionState.memory : nil))
        do {
            return try zip(files, readings).compactMap { file, reading in
                try reading.spec.map { spec in
                    try Session(
                        spec, redactor: reading.redactor, file: file, options: options, fetcher: fetcher,
                        logger: logger)
                }
            }
        } catch {
            logger.error("\(error)")
            throw ExitStatus.failed.exitCode
        }
    }
}
