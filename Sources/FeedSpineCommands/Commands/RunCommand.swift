import ArgumentParser
import Builtins
import Diagnostics
import Fetching
import Foundation
import Hosting
import Logging
import PipelineSpec
import Serving
import Streaming

/// `run`: runs pipelines until their sources end, or until it is told to stop.
struct RunCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "run", abstract: "Run pipelines.",
            discussion: """
                Sources are read side by side and items are delivered as they come. What was delivered is remembered in \
                the state, so a run that is stopped or killed goes on where it was. SIGINT, SIGTERM and SIGHUP end the run \
                after what is in flight has been delivered; a second one ends it at once. Records that no sink takes go \
                to the dead letters beside the state.

                EXAMPLES:
                  \(Runner.current.name) pipelines/news.yaml
                  \(Runner.current.name) --watch --log-format json pipelines/live.yaml
                  \(Runner.current.name) --dry-run --limit 20 pipelines/news.yaml
                  \(Runner.current.name) --progress none --report report.json pipelines/news.yaml
                  \(Runner.current.name) --watch --http 9464 pipelines/live.yaml
                """)
    }

    @Argument(help: "Pipeline files.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    @Flag(help: "Poll sources with `every` again and again until stopped.")
    var watch = false

    @Option(help: ArgumentHelp("Stop after so many records of the sources.", valueName: "n"))
    var limit: Int?

    @Flag(
        help: """
            Print the records that would be delivered to standard output; write and remember nothing. The state is \
            looked at, not locked; --state :memory: shows what a first run would deliver.
            """)
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "The state file, if not .feedspine/<name>.db beside the spec; :memory: remembers nothing.",
            valueName: "file"))
    var state: String?

    @Flag(help: "End with status 65 when records ended in the dead letters.")
    var failOnDeadLetters = false

    @Option(help: ArgumentHelp("Write the figures of the run to a file as JSON.", valueName: "file"))
    var report: String?

    @Option(help: "The live display: auto (on a terminal; lines elsewhere), plain (lines) or none.")
    var progress = ProgressStyle.auto

    @OptionGroup var serving: ServingOptions

    @OptionGroup var log: LogOptions

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit takes a number from 0.") }
        if state != nil && state != StatePlace.memory && files.count > 1 {
            throw ValidationError("--state goes with a single file: every pipeline has a state of its own.")
        }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let serving = try serving.server(environment)
        let console = log.console(environment)
        let logger = log.logger(console)
        let statuses = try await PipelineHost.withProgram(environment, logger: logger) { host in
            let sessions = try prepare(host, console)
            let reportClaim = try claimReport(beside: sessions)
            defer { withExtendedLifetime(reportClaim) {} }
            return await SessionGroup(
                sessions: sessions, console: console, logger: logger, surroundings: host.surroundings,
                progress: progress, report: report, failsOnDeadLetters: failOnDeadLetters,
                server: serving.map { server($0.address, $0.token, of: sessions, host, console) }
            ).run()
        }
        let status = statuses.max { $0.severity < $1.severity } ?? .success
        if status != .success { throw status.exitCode }
    }

    /// What clients of `--http` may take of the process.
    private static let limits = ServerLimits()

    private func server(
        _ address: ListenAddress, _ token: BearerToken?, of sessions: [Session], _ host: PipelineHost,
        _ console: Console
    ) -> HTTPServer {
        let feeds = FeedShelf(
            sessions, budget: RunCommand.limits.bodyBytes, now: host.surroundings.now, logger: host.logger)
        return HTTPServer(
            address, token: token, limits: RunCommand.limits,
            site: RunSite(sessions, console: console, feeds: feeds),
            executor: host.surroundings.executor("feedspine.http"), now: host.surroundings.now)
    }

    /// A report takes the place of what stands there: that must not be what a pipeline needs or makes.
    private func claimReport(beside sessions: [Session]) throws -> OutputClaim? {
        guard let report else { return nil }
        if let session = sessions.first(where: { $0.writes(report) }) {
            throw ValidationError(
                "\(report): --report cannot write it, for pipeline '\(session.name)' does; name another file")
        }
        do {
            return try OutputRegistry.process.claim(report, owner: "--report", of: nil)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// Reads and builds all pipelines before the first starts.
    private func prepare(_ host: PipelineHost, _ console: Console) throws -> [Session] {
        let files = files.map(SpecFile.init(path:))
        let readings = files.map { host.read($0, .resolving) }
        let findings = SpecSet.check(readings)
        console.leaveOut(readings.map(\.redactor))
        console.tell(findings)
        guard findings.allSatisfy({ $0.errorCount == 0 }) else { throw ExitStatus.of(findings).exitCode }
        if watch, !readings.contains(where: { $0.spec?.isPolled == true }) {
            throw ValidationError("--watch polls the sources that have `every`, and no source has it.")
        }
        var options = Session.Options(watches: watch, limit: limit, isDry: dryRun, state: state)
        options.keepsTimings = serving.http != nil
        do {
            let sessions = try zip(files, readings).compactMap { file, reading in
                try reading.spec.map { spec in
                    try host.session(spec, redactor: reading.redactor, file: file, options: options)
                }
            }
            try ProcessLimits.check(
                sessions, connections: serving.http == nil ? 0 : RunCommand.limits.acceptedConnections)
            return sessions
        } catch {
            host.logger.error("\(error)")
            throw ExitStatus.failed.exitCode
        }
    }
}
