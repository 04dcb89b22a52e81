import Records
import Streaming

/// The records that went out and that no checkpoint covers, noted so that a start after the death of the process sends them no
/// second time.
struct SentMails {
    private static let member = "sent"

    /// By the name of a record, how many of them there were.
    private var counts: [String: Int] = [:]

    init() {}

    /// - Parameters:
    ///   - position: what was left at the last checkpoint.
    ///   - notes: what went out since.
    /// - Throws: ``UnreadableAnchor``.
    init(_ position: SinkPosition?, _ notes: [SinkPosition]) throws {
        for note in [position].compactMap(\.self) + notes {
            guard let keys = (try? JSON(parsing: note.json))?[SentMails.member]?.array else {
                throw UnreadableAnchor(json: note.json)
            }
            for key in keys { counts[key.string ?? "", default: 0] += 1 }
        }
    }

    /// Whether a record is one of them; each is so once.
    mutating func remove(_ key: String) -> Bool {
        guard let count = counts[key] else { return false }
        counts[key] = count > 1 ? count - 1 : nil
        return true
    }

    var isEmpty: Bool { counts.isEmpty }

    /// Those that have not come again.
    var position: SinkPosition {
        SentMails.note(
            counts.sorted { $0.key < $1.key }.flatMap { Array(repeating: $0.key, count: $0.value) })
    }

    static func note(_ keys: some Sequence<String>) -> SinkPosition {
        let list = JSON.array(keys.map { JSON.string($0) })
        return SinkPosition(json: JSON.object(JSONObject([(member, list)])).text)
    }
}
