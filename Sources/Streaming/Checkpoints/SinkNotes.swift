import Synchronization

/// Stores what one sink notes, and knows which note was the last.
///
/// A note and the checkpoint that is under way must not undo each other: what a sink notes after it has answered a
/// marker still counts when that marker's checkpoint becomes durable. So the answer says which notes it covers.
package final class SinkNotes: SinkJournal {
    private let sink: String
    private let store: any CheckpointStore
    private let latest: Mutex<UInt64>

    /// - Parameters:
    ///   - sink: the sink's identity in stored form.
    ///   - last: the number of the last note in the store.
    package init(sink: String, store: any CheckpointStore, last: UInt64 = 0) {
        self.sink = sink
        self.store = store
        latest = Mutex(last)
    }

    /// The number of the last note, of this run or of those before.
    package var last: UInt64 { latest.withLock { $0 } }

    package func note(_ position: SinkPosition) throws {
        let number = try store.note(position, sink: sink)
        latest.withLock { $0 = number }
    }

    package func sync() throws { try store.syncNotes() }
}
