import Logging
import Synchronization

/// Keeps what is logged.
final class LogBook: Sendable {
    private let lines = Mutex<[(level: Logger.Level, message: String)]>([])

    /// A logger that writes here, whatever the level.
    var logger: Logger { Logger(label: "test") { _ in Handler(book: self) } }

    /// What was said at a level or above, in order.
    func said(_ least: Logger.Level = .info) -> [String] {
        lines.withLock { $0.filter { $0.level >= least }.map { "\($0.level): \($0.message)" } }
    }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            book.lines.withLock { $0.append((event.level, "\(event.message)")) }
        }
    }
}
