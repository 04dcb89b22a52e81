public import ArgumentParser
public import Logging
import Records

/// Writes log lines to the console, as text for people or as JSON for machines.
struct ConsoleLogHandler: LogHandler {
    let console: Console
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = metadata.merging(event.metadata ?? [:]) { $1 }.map { ($0, "\($1)") }
            .sorted { $0.0 < $1.0 }
        let message = "\(event.message)"
        console.tell(
            nil, event.level, [("message", .string(message))] + metadata.map { ($0, .string($1)) }
        ) { [text(event.level, message, metadata)] }
    }

    private func text(_ level: Logger.Level, _ message: String, _ metadata: [(String, String)]) -> String {
        let style: Style? =
            switch level {
            case .error, .critical: .red
            case .warning: .yellow
            case .trace, .debug: .faint
            case .info, .notice: nil
            }
        let label = style?.apply("\(level):", if: console.usesColour) ?? "\(level):"
        // One line is one event: what comes from feeds and servers cannot begin another.
        let details = metadata.map { " \($0)=\(console.shown($1))" }.joined()
        return "\(console.time) \(label) \(console.shown(message))\(details)"
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
