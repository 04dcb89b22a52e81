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
        /// When the sink wrote to it last, in seconds since 1970; only where that decides something.
        var lastWrite: Int64?
    }

    var places: [Place] = []
    /// Files that got another name when they were full, the oldest first; only where they are counted.
    var rotated: [RotatedFile] = []
}

extension OutputPosition {
    var stored: SinkPosition {
        let files = places.sorted { $0.file.path.utf8.lexicographicallyPrecedes($1.file.path.utf8) }.map {
            place in
            JSON.object(
                JSONObject(
                    place.file.members + [("length", .int(Int64(place.length))), ("tail", .hash(place.tail))]
                        + (place.lastWrite.map { [("written", .int($0))] } ?? [])
                ))
        }
        var members: [(String, JSON)] = [("files", .array(files))]
        if !rotated.isEmpty {
            members.append(("rotated", .array(rotated.map(\.json))))
        }
        return SinkPosition(json: JSON.object(JSONObject(members)).text)
    }

    /// - Throws: ``UnreadableAnchor``.
    init(_ stored: SinkPosition) throws {
        let json = try? JSON(parsing: stored.json)
        guard let files = json?["files"]?.array else { throw UnreadableAnchor(json: stored.json) }
        rotated = (json?["rotated"]?.array ?? []).compactMap(RotatedFile.init)
        places = try files.map { json in
            guard let file = StoredFile(json), let length = json["length"]?.place,
                let tail = json["tail"]?.hash
            else { throw UnreadableAnchor(json: stored.json) }
            return Place(file: file, length: length, tail: tail, lastWrite: json["written"]?.int)
        }
    }
}
