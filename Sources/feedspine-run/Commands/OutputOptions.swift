import ArgumentParser
import Diagnostics
import Logging

/// How a command speaks: shared by all that log.
struct OutputOptions: ParsableArguments {
    @Option(
        help:
            "The least important log lines to show: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var logLevel = Logger.Level.info

    @Option(help: "Log lines as text or json.")
    var logFormat = ConsoleLogHandler.Format.text

    @Option(help: "The live display: auto (on a terminal; lines elsewhere), plain (lines) or none.")
    var progress = ProgressStyle.auto

    func logger(_ console: Console) -> Logger {
        Logger(label: "feedspine") { _ in
            ConsoleLogHandler(console: console, format: logFormat, logLevel: logLevel)
        }
    }

    func renderer(_ console: Console) -> TextRenderer { TextRenderer(colour: console.usesColour) }
}
