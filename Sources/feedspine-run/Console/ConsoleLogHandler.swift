public import ArgumentParser
public import Logging
import Records
import Streaming

/// Writes log lines to the console, as text for people or as JSON for machines.
struct ConsoleLogHandler: LogHandler {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    let console: Console
    let format: Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = metadata.merging(event.metadata ?? [:]) { $1 }
            .map { ($0, console.redact("\($1)")) }.sorted { $0.0 < $1.0 }
        let message = console.redact("\(event.message)")
        switch format {
        case .text: console.print(text(event.level, message, metadata))
        case .json: console.print(json(event.level, message, metadata))
        }
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
        let details = metadata.map { " \($0)=\($1)" }.joined()
        return "\(label) \(message)\(details)"
    }

    private func json(_ level: Logger.Level, _ message: String, _ metadata: [(String, String)]) -> String {
        var members: [(String, JSON)] = [
            ("time", .string(Timestamp.rfc3339(nanoseconds: Timestamp.now()))),
            ("level", .string("\(level)")),
            ("message", .string(message))
        ]
        members += metadata.map { ($0, .string($1)) }
        return JSON.object(JSONObject(members)).text
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
