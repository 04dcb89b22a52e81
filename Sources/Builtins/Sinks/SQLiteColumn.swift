import PipelineSpec
import Records

/// A column of the table of a ``SQLiteSink`` and the field of a record that it shows.
struct SQLiteColumn: Sendable {
    let name: String
    let field: FieldPath
    /// What a new table computes it from; nil where the value has a place of its own.
    let expression: String?

    /// - Parameter isComputed: whether a new table reads it out of the column `record`, where it stands anyway.
    private init(_ name: String, _ path: String..., isComputed: Bool = false) {
        self.name = name
        field = FieldPath(first: Key(path[0]), path.dropFirst().map { Key($0) })
        // Who writes rows of their own need not write JSON.
        expression =
            isComputed
            ? "CASE WHEN json_valid(record) THEN json_extract(record, '$.\(path.joined(separator: "."))') END"
            : nil
    }

    /// Its definition in a new table. Columns have no type: a value keeps the one that it has in the record.
    var definition: String {
        expression.map { "\(name) GENERATED ALWAYS AS (\($0)) VIRTUAL" } ?? name
    }

    /// Those between `key` and `source`, and `record`.
    ///
    /// What is sorted, compared and indexed has a place of its own; computed are the long texts, which would double the
    /// file, and what nobody looks at.
    static let all = [
        SQLiteColumn("url", "url"), SQLiteColumn("title", "title"),
        SQLiteColumn("summary", "summary", isComputed: true), SQLiteColumn("author", "author"),
        SQLiteColumn("published", "published"), SQLiteColumn("updated", "updated"),
        SQLiteColumn("language", "language"), SQLiteColumn("content_type", "content", "type"),
        SQLiteColumn("content_text", "content", "text", isComputed: true), SQLiteColumn("score", "score"),
        SQLiteColumn("comments", "comments"), SQLiteColumn("content_hash", "content_hash", isComputed: true)
    ]
}
