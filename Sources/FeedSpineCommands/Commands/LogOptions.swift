import ArgumentParser
import Logging

/// How a command speaks on standard error: shared by all that log.
struct LogOptions: ParsableArguments {
    @Option(
        help:
            "The least important log lines to show: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var logLevel = Logger.Level.info

    @Option(help: "What standard error is: text, or json with an object a line.")
    var logFormat = Console.Format.text

    func console(_ environment: [String: String]) -> Console {
        Console(environment: environment, format: logFormat)
    }

    func logger(_ console: Console) -> Logger {
        Logger(label: "feedspine") { _ in
            ConsoleLogHandler(console: console, logLevel: logLevel)
        }
    }
}
