import Synchronization

/// Where sources and their parts go on, each until it has begun: from then on it knows itself where it is. There may be as
/// many as there are feeds in a list.
final class StartingPositions: Sendable {
    /// By identity in stored form.
    private let positions: Mutex<[String: SourcePosition]>

    init(_ positions: [String: SourcePosition] = [:]) { self.positions = Mutex(positions) }

    /// How many are kept.
    var count: Int { positions.withLock { $0.count } }

    /// The place that something is to be read on from, which is asked for once.
    func take(_ identity: String) -> SourcePosition {
        positions.withLock { positions in
            let position = positions.removeValue(forKey: identity) ?? SourcePosition()
            // A dictionary keeps the room of what has gone.
            if positions.count < positions.capacity / 4 {
                positions = Dictionary(uniqueKeysWithValues: positions.map { ($0, $1) })
            }
            return position
        }
    }

    /// The positions of the parts of a source that have not begun, by key.
    func parts(of identity: String) -> [String: SourcePosition] {
        let prefix = identity + "/"
        return positions.withLock { positions in
            var parts: [String: SourcePosition] = [:]
            for (name, position) in positions where name.utf8.starts(with: prefix.utf8) {
                parts[String(decoding: name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)] = position
            }
            return parts
        }
    }
}
