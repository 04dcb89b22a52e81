/// Where checkpoints and the dedup history live.
///
/// Calls block; the engine makes them on threads of their own. All are safe from several threads.
package protocol CheckpointStore: Sendable {
    /// The secret that dedup keys of this store are hashed with.
    var hashKey: SipHashKey { get }

    /// The last durable checkpoint, without its keys; empty for a new store.
    func restore() throws -> Checkpoint

    /// Stores a checkpoint in one transaction; durable when it returns.
    func commit(_ checkpoint: Checkpoint) throws

    /// Stores one sink's position at once, for ``SinkJournal``.
    func note(_ position: SinkPosition, sink: String) throws

    /// When each key was last seen, in seconds since 1970; nil for keys that are not in the history.
    func lastSeen(_ keys: [DedupKey]) throws -> [Int64?]

    /// Deletes a part of the keys last seen before a time; calls with rising `part` cover all of them.
    ///
    /// - Parameters:
    ///   - cutoff: seconds since 1970.
    ///   - part: 0..<``cleanupParts``, a slice of the key space.
    /// - Returns: how many keys went.
    func forget(before cutoff: Int64, part: Int) throws -> Int
}

/// The number of slices in which ``CheckpointStore/forget(before:part:)`` goes over the history.
package let cleanupParts = 256
