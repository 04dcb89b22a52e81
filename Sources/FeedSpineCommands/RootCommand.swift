import ArgumentParser
import CProgram
import Glibc
import Logging
import Records
import Streaming

/// The whole command line: its subcommands, and the way out.
struct RootCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Runner.current.name,
            abstract: "Runs streaming pipelines over content feeds.",
            discussion: """
                A pipeline is a YAML file: sources, stages and sinks.

                EXAMPLES:
                  \(Runner.current.name) pipelines/news.yaml            run it once
                  \(Runner.current.name) --watch pipelines/live.yaml    poll its sources until stopped
                  \(Runner.current.name) validate pipelines/*.yaml      check specs, in CI too
                  \(Runner.current.name) plan pipelines/news.yaml       what an edit of a spec does to its state
                  \(Runner.current.name) components rss                 what a component does and takes

                EXIT STATUS:
                  0 done   1 the run failed   2 'plan' has found changes   64 wrong usage
                  65 done, but records ended in the dead letters (with --fail-on-dead-letters)
                  66 a spec cannot be read   75 done, but some sources failed   78 the spec is invalid
                  130 ended at once by a second signal
                """,
            version: Runner.current.version,
            subcommands: [
                RunCommand.self, ValidateCommand.self, PlanCommand.self, ComponentsCommand.self,
                SchemaCommand.self, EvalCommand.self, StateCommand.self,
                DeadLettersCommand.self
            ],
            defaultSubcommand: RunCommand.self)
    }

    static func main() async {
        // A reader of our output that goes away is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot(Array(Arguments.all.dropFirst()))
            if var command = command as? any AsyncParsableCommand {
                // The first `await` may start threads, which end the process where they get no descriptor.
                try ProcessLimits.prepare()
                try await command.run()
            } else {
                try command.run()
            }
            try StandardOutput.shared.flush()
        } catch is OutputClosed {
            // Whoever read it has what it wanted.
        } catch {
            try? StandardOutput.shared.flush()
            leave(error)
        }
    }

    /// Ends the process with an error that is said as the log is: a program may be reading standard error.
    private static func leave(_ error: any Error) -> Never {
        let code = exitCode(for: error)
        guard !code.isSuccess, Console.Format.asked(in: Arguments.all) == .json else {
            exit(withError: error)
        }
        let message = fullMessage(for: error)
        if !message.isEmpty {
            Console(environment: [:], format: .json).tell("end", .error, [("message", .string(message))]) {
                []
            }
        }
        Glibc.exit(code.rawValue)
    }
}

/// The version of this build.
package enum Version {
    package static let current = String(cString: cprogram_version())
    /// Where one can read about the program.
    static let homepage = "https://feedspine.dev"
}

/// What this process was started with.
enum Arguments {
    /// The name of the program, and then its arguments; also where `/proc` is not mounted and `CommandLine` has none.
    static let all: [String] = {
        let count = cprogram_argument_count()
        return count > 0
            ? (0..<count).map { String(cString: cprogram_argument($0)) } : CommandLine.arguments
    }()
}
