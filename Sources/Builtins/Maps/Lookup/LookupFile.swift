import GRDB
import Glibc
import Logging
import Records
import State
import Streaming
import Synchronization

/// The file of a lookup, read again when it has changed.
///
/// Whether it has is looked at once a second at most. A version that cannot be used is said and left alone: the one before
/// goes on.
final class LookupFile: Sendable {
    private enum Content {
        case table(LookupTable)
        case database(LookupDatabase)
    }

    private struct State {
        var content: Content?
        /// Tells the version that was looked at last from others, whether it is used or not.
        var version = ""
        /// When it was looked at last.
        var looked: Duration?
        var logger: Logger?
    }

    private static let interval = Duration.seconds(1)

    private let request: LookupRequest
    private let calls: any FileCalls
    private let uptime: @Sendable () -> Duration
    private let executor: any TaskExecutor
    private let state = Mutex(State())

    init(_ request: LookupRequest, calls: any FileCalls = Files.calls, _ surroundings: Surroundings) {
        self.request = request
        self.calls = calls
        uptime = surroundings.uptime
        executor = surroundings.executor("feedspine.lookup")
    }

    func log(to logger: Logger) { state.withLock { $0.logger = logger } }

    /// The values of the row that a key has; nil where none has it.
    ///
    /// - Throws: ``UnusableTable`` where there is no version that can be used, or what SQLite says.
    func row(_ key: Node) async throws -> (chunk: Chunk, root: UInt32)? {
        guard let text = LookupMap.text(of: key) else { return nil }
        if isDue() {
            try await withTaskExecutorPreference(executor) { try look() }
        }
        switch state.withLock({ $0.content }) {
        case .table(let table): return table.row(LookupKey(text))
        case .database(let database):
            let key = key.databaseValue ?? .null
            return try await withTaskExecutorPreference(executor) { try database.row(key) }
        case nil: return nil
        }
    }

    /// Whether it is time to look; the next to ask is told no.
    private func isDue() -> Bool {
        let now = uptime()
        return state.withLock { state in
            if let looked = state.looked, now - looked < LookupFile.interval { return false }
            state.looked = now
            return true
        }
    }

    private func look() throws {
        let version = self.version
        let (known, isFirst) = state.withLock { ($0.version, $0.content == nil) }
        guard isFirst || known != version else { return }
        let logger = state.withLock { $0.logger }
        do {
            let content = try read()
            state.withLock { state in
                state.content = content
                // What was written meanwhile is another version.
                state.version = version
            }
            if !isFirst { logger?.notice("\(request.path): it has changed and has been read again") }
        } catch {
            let problem = UnusableTable(path: request.path, reason: "\(error)")
            if isFirst { throw problem }
            state.withLock { $0.version = version }
            logger?.warning("\(problem); the version before is looked up")
        }
    }

    private func read() throws -> Content {
        if case .sqlite(let table) = request.format {
            return .database(try LookupDatabase(request, table: table))
        }
        return .table(try LookupTable.read(request, calls: calls))
    }

    /// What a database holds changes without another version: it is asked each time.
    private var version: String {
        guard let status = calls.status(of: request.path) else { return "" }
        let file = "\(status.st_dev) \(status.st_ino)"
        if case .sqlite = request.format { return file }
        return "\(file) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
}

/// There is nothing to look up in.
struct UnusableTable: PermanentFailure, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String {
        // A file's own error names it.
        reason.hasPrefix(path) ? reason : "\(path): \(reason)"
    }
}
