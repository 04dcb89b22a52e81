import Streaming
import Testing

@testable import State

/// A store under test, which can be closed and opened again, or die.
final class StoreBench {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case memory, sqlite

        var testDescription: String { rawValue }
    }

    private(set) var store: any CheckpointStore
    private let folder: TemporaryFolder
    private var deaths = 0

    init(_ kind: Kind) throws {
        folder = try TemporaryFolder()
        store =
            switch kind {
            case .memory: MemoryStore(isDurable: true)
            case .sqlite: try SQLiteState(path: folder.file("0.db"), owner: nil)
            }
    }

    /// Ends its use in good order, and opens it again.
    func reopen() throws {
        guard let state = store as? SQLiteState else { return }
        state.close()
        store = try SQLiteState(path: folder.file("\(deaths).db"), owner: nil)
    }

    /// Goes on with what is on the disk.
    func die() throws {
        guard let state = store as? SQLiteState else { return }
        try folder.copyState("\(deaths).db", to: "\(deaths + 1).db")
        deaths += 1
        state.close()
        store = try SQLiteState(path: folder.file("\(deaths).db"), owner: nil)
    }
}

extension CheckpointStore {
    func commit(_ change: (inout Checkpoint) -> Void) throws {
        var checkpoint = Checkpoint()
        change(&checkpoint)
        try commit(checkpoint)
    }

    func lastSeen(_ key: DedupKey) throws -> DedupKey.Seen? { try lastSeen([key])[0] }

    /// Forgets everything that is due, in slices.
    func forgetAll(before cutoff: Int64, limit: Int = 7) throws {
        while try forget(before: cutoff, limit: limit) >= limit {}
    }
}

extension DedupKey {
    /// A key that is told by a number, at any place among all keys.
    static func numbered(_ number: UInt64, time: Int64, reading: Int64 = 0) -> DedupKey {
        let mixed = number &* 0x9E37_79B9_7F4A_7C15
        return DedupKey(high: mixed, low: ~mixed, seen: Seen(time: time, reading: reading))
    }
}
