import Records
import Streaming

/// A place in a program's own words: any JSON, on one line.
struct ProgramPosition {
    let json: String

    /// - Throws: ``UnreadableAnchor`` for what is no JSON.
    init(json: String) throws {
        guard let value = try? JSON(parsing: json) else { throw UnreadableAnchor(json: json) }
        self.json = value.text
    }

    init(_ anchor: Anchor) throws { try self.init(json: anchor.json) }
}
