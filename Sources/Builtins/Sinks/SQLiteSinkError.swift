import GRDB
import Streaming

/// Why a SQLite file cannot be written.
enum SQLiteSinkError: Error, Equatable {
    /// What SQLite said.
    case failed(path: String, message: String, isBusy: Bool)
    case noFile(path: String)
    /// A file of something else, which SQLite would write over.
    case noDatabase(path: String)
    case nulInName(path: String)
    case noTable(path: String, name: String)
    /// A table that is another's.
    case lacksColumns(path: String, table: String, columns: [String])
    case otherKey(path: String, table: String, key: [String])
    case needsColumns(path: String, table: String, columns: [String])

    /// Whether it is only that somebody else is writing.
    var isBusy: Bool {
        if case .failed(_, _, let isBusy) = self { isBusy } else { false }
    }

    /// Runs a call and names the file in its error.
    static func naming<R>(_ path: String, _ call: () throws -> R) throws -> R {
        do {
            return try call()
        } catch let error as DatabaseError {
            let isBusy = [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode)
            throw SQLiteSinkError.failed(
                path: path, message: error.message ?? "\(error.resultCode)", isBusy: isBusy)
        }
    }
}

extension SQLiteSinkError: CustomStringConvertible {
    var description: String {
        switch self {
        case .failed(let path, let message, _): "\(path): \(message)"
        case .noFile(let path): "\(path): a SQLite file cannot be a device or a pipe"
        case .noDatabase(let path):
            "\(path): this is no SQLite file, and holds something else; give another `path`"
        case .nulInName(let path): "\(path): the name of a table cannot hold a NUL character"
        case .noTable(let path, let name): "\(path): '\(name)' is a view; give another `table`"
        case .lacksColumns(let path, let table, let columns):
            "\(path): the table '\(table)' was made by something else: it has no column \(list(columns)); give another "
                + "`table`, or add the columns"
        case .otherKey(let path, let table, let key):
            "\(path): the table '\(table)' was made by something else: its primary key is "
                + "\(key.isEmpty ? "no column" : list(key)) and not 'key', or 'key' and 'source'; give another `table`"
        case .needsColumns(let path, let table, let columns):
            "\(path): the table '\(table)' wants a value in the column \(list(columns)), which records do not fill; give "
                + "it a default, or give another `table`"
        }
    }

    private func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
}
