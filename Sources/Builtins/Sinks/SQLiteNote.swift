import Records
import Streaming

/// The rows that are about to be added to a table, noted before they are committed: a run that goes on after the death of
/// the process need not deliver the same records, and takes these out before.
///
/// Rows that were there and are written anew are not noted: their key stays delivered.
struct SQLiteNote: Hashable, Sendable {
    struct Row: Hashable, Sendable {
        let id: Int64
        /// Of the row's `record`: it tells the row from one that somebody has changed or put there since.
        let hash: UInt64
    }

    var rows: [Row] = []
}

extension SQLiteNote {
    var stored: SinkPosition {
        var output = OutputBuffer()
        output.append(#"{"rows":["#)
        for (place, row) in rows.enumerated() {
            // Hashes with a sign: larger numbers are no integers to every reader of JSON.
            output.append(place == 0 ? "[" : ",[")
            output.append(decimal: row.id)
            output.append(",")
            output.append(decimal: Int64(bitPattern: row.hash))
            output.append("]")
        }
        output.append("]}")
        return SinkPosition(json: String(decoding: output.bytes, as: UTF8.self))
    }

    /// - Throws: ``UnreadableAnchor``.
    init(_ stored: SinkPosition) throws {
        guard let rows = (try? JSON(parsing: stored.json))?["rows"]?.array else {
            throw UnreadableAnchor(json: stored.json)
        }
        self.rows = try rows.map { row in
            guard let id = row[0]?.int, let hash = row[1]?.int else {
                throw UnreadableAnchor(json: stored.json)
            }
            return Row(id: id, hash: UInt64(bitPattern: hash))
        }
    }
}
