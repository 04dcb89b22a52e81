import ArgumentParser
import Builtins
import Foundation
import Hosting
import Logging
import PipelineSpec
import Records

/// `plan`: what running a spec over its state would do.
struct PlanCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "plan", abstract: "Say what running a pipeline over its state would do.",
            discussion: """
                Compares the spec with the one that its state was last used with: what goes on where it was, what starts \
                anew, what becomes of records that stages hold, and apart from that what is delivered again or given up. \
                The state is neither changed nor locked; a run may be using it.

                EXAMPLES:
                  \(Runner.current.name) plan pipelines/news.yaml
                  \(Runner.current.name) plan --format json pipelines/news.yaml

                EXIT STATUS: 0 nothing changes, 2 something does, 1 the state cannot be read, 64 wrong usage, 78 the \
                spec is invalid.
                """)
    }

    @OptionGroup var options: StateOptions

    @Option(help: "How to print the plan: text or json.")
    var format = AnswerFormat.text

    @OptionGroup var log: LogOptions

    func run() async throws {
        let (plan, console) = try await PipelineHost.answer(about: options.file, log) {
            host, _, spec, redactor, file in
            try host.plan(spec, redactor: redactor, file: file, state: options.state)
        }
        try print(plan, console)
        if plan.isChange { throw ExitStatus.differs.exitCode }
    }

    private func print(_ plan: Plan, _ console: Console) throws {
        switch format {
        case .text:
            for line in plan.lines { try StandardOutput.shared.writeLine(console.shown(line)) }
        case .json: try StandardOutput.shared.writeLine(console.redacted(plan.json).prettyText)
        }
    }
}
