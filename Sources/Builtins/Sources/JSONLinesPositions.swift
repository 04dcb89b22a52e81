import Records
import Streaming

/// How far each file of a source has been read.
struct JSONLinesPositions {
    private var files: [String: JSONLinesPosition] = [:]

    init() {}

    /// - Throws: ``UnreadableAnchor`` when a state holds something else.
    init(anchor: Anchor) throws {
        guard let stored = (try? JSON(parsing: anchor.json))?["files"]?.object else {
            throw UnreadableAnchor(json: anchor.json)
        }
        for (path, position) in stored {
            guard let offset = position["offset"]?.int, let line = position["line"]?.int,
                let index = position["index"]?.int
            else { throw UnreadableAnchor(json: anchor.json) }
            files[path] = JSONLinesPosition(offset: Int(offset), line: Int(line), index: UInt64(index))
        }
    }

    subscript(path: String) -> JSONLinesPosition {
        get { files[path] ?? .start }
        set { files[path] = newValue }
    }

    /// The form that a checkpoint stores.
    var anchor: Anchor {
        let stored = files.sorted { $0.key < $1.key }.map { path, position in
            let value: JSON = [
                "offset": .int(Int64(position.offset)), "line": .int(Int64(position.line)),
                "index": .int(Int64(position.index))
            ]
            return (path, value)
        }
        return Anchor(json: JSON.object(JSONObject([("files", .object(JSONObject(stored)))])).text)
    }
}

/// An anchor that a source of this kind cannot have named.
struct UnreadableAnchor: PermanentFailure, CustomStringConvertible {
    let json: String

    var description: String {
        "the stored position cannot be read: \(json.prefix(100)); forget it, or use another --state"
    }
}
