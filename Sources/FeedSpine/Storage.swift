internal import State
internal import Streaming

/// Where a ``FeedSpine`` keeps what it has delivered, what it has seen and what it holds.
///
/// ```swift
/// let spine = FeedSpine(storage: .memory, feeds: [countdown])
/// ```
public struct Storage: Sendable {
    private enum Kind: Sendable {
        case memory(MemoryStore)
        case sqlite(String)
    }

    private let kind: Kind

    /// In the program's memory: what is left when one stream is no longer read is there for the next, until the program
    /// ends.
    public static var memory: Storage { Storage(kind: .memory(MemoryStore(isDurable: true))) }

    /// In a SQLite file, which one stream at a time may use.
    ///
    /// ```swift
    /// let storage = Storage.sqlite("news.db")
    /// ```
    ///
    /// - Parameter path: of the file; it is made with its folders if it is not there.
    public static func sqlite(_ path: String) -> Storage { Storage(kind: .sqlite(path)) }

    /// Who has shown keys, and when.
    ///
    /// - Parameter keys: made with the storage's secret.
    func keySightings(of keys: (SipHashKey) -> [DedupKey]) throws -> [KeySighting] {
        switch kind {
        case .memory(let store): store.sightings(of: keys(store.hashKey))
        case .sqlite(let path): try StateView.sightings(in: path, of: keys)
        }
    }

    /// - Returns: the store, and what ends its use.
    /// - Throws: `StateError`.
    func open() throws -> (store: any CheckpointStore, close: () -> Void) {
        switch kind {
        case .memory(let store): return (store, {})
        case .sqlite(let path):
            let state = try SQLiteState(path: path, owner: nil)
            return (state, state.close)
        }
    }
}
