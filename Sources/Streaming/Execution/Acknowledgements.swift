import Synchronization

/// A source that wants to hear which of its records have been delivered everywhere: a queue, which then forgets them.
package protocol AcknowledgingSource: Source {
    /// A checkpoint that covers the stream up to a position is durable.
    ///
    /// Called in the order of the checkpoints. When it throws, the run ends; the position stays stored.
    func committed(_ position: SourcePosition) async throws
}

/// Tells sources what has become durable.
final class Acknowledgements: Sendable {
    private let sources = Mutex<[String: any AcknowledgingSource]>([:])

    /// - Parameter identity: in stored form.
    func register(_ source: any Source, as identity: String) {
        guard let source = source as? any AcknowledgingSource else { return }
        sources.withLock { $0[identity] = source }
    }

    func committed(_ positions: [String: SourcePosition?]) async throws {
        let sources = sources.withLock { $0 }
        if sources.isEmpty { return }
        for (identity, position) in positions {
            guard let position, let source = sources[identity] else { continue }
            try await source.committed(position)
        }
    }
}
