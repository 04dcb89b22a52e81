import ArgumentParser
import Glibc

/// The program: its subcommands, and the way out.
@main
struct FeedSpineRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feedspine-run",
        abstract: "Runs streaming pipelines over content feeds.",
        discussion: """
            A pipeline is a YAML file: sources, stages and sinks.

            EXAMPLES:
              feedspine-run pipelines/news.yaml            run it once
              feedspine-run --watch pipelines/live.yaml    poll its sources until stopped
              feedspine-run validate pipelines/*.yaml      check specs, in CI too
              feedspine-run components rss                 what a component does and takes

            EXIT STATUS:
              0 done   1 the run failed   64 wrong usage   75 done, but some sources failed
              78 the spec is invalid   130 ended at once by a second signal
            """,
        version: Version.current,
        subcommands: [
            RunCommand.self, ValidateCommand.self, ComponentsCommand.self, SchemaCommand.self,
            EvalCommand.self
        ],
        defaultSubcommand: RunCommand.self)

    static func main() async {
        // A reader of our output that goes away is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        await main(nil)
    }
}

/// The version of this build.
enum Version {
    static let current = "0.1.0"
    /// Where one can read about the program.
    static let homepage = "https://feedspine.dev"
}
