import ArgumentParser
import Hosting
import Logging
import PipelineSpec
import Streaming

/// `dead-letters replay`: sends records on that were given up.
struct DeadLettersReplayCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "replay", abstract: "Send dead letters on, when what they failed of is mended.",
            discussion: """
                Those that numbers or options name, or all; where several are given, those that all hold for. Each record \
                goes through the stage that gave it up and on, as if it had not failed: stages and sinks that have it \
                already do not get it again. One that fails again is a dead letter again. Items that were delivered \
                since then are only taken out.

                The sources are not read, and no run may use the state meanwhile. The letters leave their file and their records \
                enter the state in one step: what is stopped or killed then, the next run or 'replay' finishes.

                EXAMPLES:
                  \(Runner.current.name) dead-letters replay pipelines/news.yaml 3 7-9
                  \(Runner.current.name) dead-letters replay --sink webhook --since 2h pipelines/news.yaml
                  \(Runner.current.name) dead-letters replay --all --at parse pipelines/news.yaml

                EXIT STATUS: 0 done, also where none was there to be replayed, 1 failed, 64 wrong usage, 65 records \
                failed again or cannot be replayed, 78 the spec is invalid.
                """)
    }

    @OptionGroup var letters: LetterOptions
    @OptionGroup var numbers: LetterNumberOptions

    @Option(
        help: ArgumentHelp(
            "The stage that they go on with, if not the one that gave them up.", valueName: "stage"))
    var at: String?

    @Option(help: "The live display: auto (on a terminal; lines elsewhere), plain (lines) or none.")
    var progress = ProgressStyle.none

    @OptionGroup var log: LogOptions

    func validate() throws { try numbers.validate(with: letters) }

    func run() async throws {
        let choice = numbers.choice(with: letters)
        let (outcome, console) = try await PipelineHost.answer(about: letters.file, log) {
            host, console, spec, redactor, file in
            host.tellOfLetterSink(spec)
            var outcome = Outcome()
            var cursor: LetterReplay.Cursor? = .start
            while let begin = cursor, outcome.isGoingOn {
                let portion = try await host.replayDeadLetters(
                    choice, at: at, from: begin, of: spec, redactor: redactor, file: file,
                    state: letters.state)
                outcome.add(portion)
                cursor = portion.next
                if portion.replayed == 0 { continue }
                // What is held goes on; the sources send nothing.
                let session = try host.session(
                    spec, redactor: redactor, file: file,
                    options: Session.Options(limit: 0, state: letters.state))
                let statuses = await SessionGroup(
                    sessions: [session], console: console, logger: host.logger,
                    surroundings: host.surroundings,
                    progress: progress, report: nil, failsOnDeadLetters: false
                ).run()
                outcome.add(session.run, statuses)
            }
            return outcome
        }
        let logger = log.logger(console)
        for line in outcome.lines { logger.notice("\(line)") }
        if let warning = outcome.foreign.foreignText { logger.warning("\(warning)") }
        if outcome.status != .success { throw outcome.status.exitCode }
    }
}

extension DeadLettersReplayCommand {
    /// What became of all portions.
    private struct Outcome: Sendable {
        private var replayed = 0
        private var known = 0
        private var failed = 0
        private var refused: [String: LineNumbers] = [:]
        private(set) var foreign = LineNumbers()
        private var runStatus = ExitStatus.success
        private var isStopped = false

        var isGoingOn: Bool { runStatus == .success && !isStopped }

        var status: ExitStatus {
            if runStatus != .success { return runStatus }
            return failed > 0 || !refused.isEmpty ? .deadLetters : .success
        }

        mutating func add(_ portion: LetterReplay) {
            replayed += portion.replayed
            known += portion.known
            for (reason, numbers) in portion.refused { refused[reason, default: LineNumbers()].add(numbers) }
            foreign.add(portion.foreign)
        }

        mutating func add(_ run: PipelineRun, _ statuses: [ExitStatus]) {
            failed += run.figures.failureCount
            isStopped = run.isStopped
            runStatus = statuses.max { $0.severity < $1.severity } ?? .success
        }

        var lines: [String] {
            var lines = ["replayed \(replayed): \(failed) failed again"]
            if known > 0 { lines.append("\(known) had been delivered since, and were only taken out") }
            if isStopped || runStatus != .success {
                lines.append("the next run goes on with what is left of them")
            }
            lines += refused.sorted { $0.key < $1.key }.map { "not replayed: \($1): \($0)" }
            return lines
        }
    }
}
