import Records
import Synchronization

/// What sinks have noted since their last positions became durable.
///
/// A note and the checkpoint that is under way must not undo each other: the note is stored at once, while the
/// position of a checkpoint is an older one; and when that becomes durable, the note still counts. So notes are
/// stored beside the position and go only with a checkpoint that the sink answered after them.
final class SinkNotes: Sendable {
    private struct Noted {
        var first = 0
        var positions: [SinkPosition] = []
    }

    private let store: any CheckpointStore
    private let noted: Mutex<[String: Noted]>

    /// - Parameter restored: the last durable checkpoint.
    init(restored: Checkpoint, store: any CheckpointStore) throws {
        self.store = store
        var noted: [String: Noted] = [:]
        for (name, stored) in restored.sinks where name.hasPrefix(SinkNotes.prefix) {
            let positions = try JSON(parsing: stored.json).array ?? []
            noted[String(name.dropFirst(SinkNotes.prefix.count))] = Noted(
                positions: positions.compactMap { $0.string.map(SinkPosition.init(json:)) })
        }
        self.noted = Mutex(noted)
    }

    /// The notes that a sink finds when it is opened, in order.
    func all(of sink: String) -> [SinkPosition] { noted.withLock { $0[sink]?.positions ?? [] } }

    /// How many notes a sink has made in all.
    func count(of sink: String) -> Int {
        noted.withLock { noted in noted[sink].map { $0.first + $0.positions.count } ?? 0 }
    }

    /// Stores a note; durable when it returns.
    func add(_ position: SinkPosition, sink: String) throws {
        try noted.withLock { noted in
            var changed = noted[sink] ?? Noted()
            changed.positions.append(position)
            try store.note(SinkNotes.stored(changed.positions), sink: SinkNotes.prefix + sink)
            noted[sink] = changed
        }
    }

    /// Stores a checkpoint, without the notes that its positions make superfluous.
    ///
    /// - Parameter answered: by the sink's name, how many notes it had made when it answered the marker.
    func commit(_ checkpoint: Checkpoint, answered: [String: Int]) throws {
        try noted.withLock { noted in
            var checkpoint = checkpoint
            var changed = noted
            for (sink, count) in answered {
                guard var left = changed[sink], left.first < count else { continue }
                left.positions.removeFirst(count - left.first)
                left.first = count
                checkpoint.sinks[SinkNotes.prefix + sink] = SinkNotes.stored(left.positions)
                changed[sink] = left
            }
            try store.commit(checkpoint)
            noted = changed
        }
    }

    /// Notes are stored like the position of a sink with this before its name; no spec can give such a name.
    private static let prefix = ".notes/"

    private static func stored(_ positions: [SinkPosition]) -> SinkPosition {
        SinkPosition(json: JSON.array(positions.map { .string($0.json) }).text)
    }
}
