import Diagnostics
import PipelineSpec

extension Constraint where Value == String {
    /// A name that a table can have.
    static let tableName = Constraint(
        "the name of a table", schema: [.init("minLength", 1)],
        explaining: { name in
            if name.isEmpty { return ("a table needs a name", nil) }
            if name.utf8.contains(0) { return ("a name cannot hold a NUL character", nil) }
            return (
                "SQLite keeps the names that begin with `sqlite_` to itself", .advice("choose another name")
            )
        },
        holds: { !$0.isEmpty && !$0.utf8.contains(0) && !$0.lowercased().hasPrefix("sqlite_") })
}
