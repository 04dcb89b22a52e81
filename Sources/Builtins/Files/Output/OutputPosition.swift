import Records
import Streaming

/// The files of a sink at a checkpoint.
struct OutputPosition: Hashable, Sendable {
    /// Up to where a file is the sink's own doing, and how that is told again.
    struct Place: Hashable, Sendable {
        static let tailSize = 4096

        let file: StoredFile
        let length: Int
        /// Of the last bytes before that length, at most ``tailSize``.
        let tail: UInt64
    }

    var places: [Place] = []
}

extension OutputPosition {
    var stored: SinkPosition {
        let files = places.sorted { $0.file.path.utf8.lexicographicallyPrecedes($1.file.path.utf8) }.map {
            place in
            JSON.object(
                JSONObject(
                    place.file.members + [("length", .int(Int64(place.length))), ("tail", .hash(place.tail))]
                ))
        }
        return SinkPosition(json: JSON.object(JSONObject([("files", .array(files))])).text)
    }

    /// - Throws: ``UnreadableAnchor``.
    init(_ stored: SinkPosition) throws {
        guard let files = (try? JSON(parsing: stored.json))?["files"]?.array else {
            throw UnreadableAnchor(json: stored.json)
        }
        places = try files.map { json in
            guard let file = StoredFile(json), let length = json["length"]?.place,
                let tail = json["tail"]?.hash
            else { throw UnreadableAnchor(json: stored.json) }
            return Place(file: file, length: length, tail: tail)
        }
    }
}
