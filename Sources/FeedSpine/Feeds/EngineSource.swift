package import Streaming
internal import Synchronization

/// A source of a program as the engine reads it.
package final class EngineSource: AcknowledgingSource {
    private let source: any RecordSource
    /// Hears what the source has thrown.
    private let note: @Sendable (any Error) -> Void
    /// The cursor that it was told last.
    private let told = Mutex<String?>(nil)

    package var blocks: Bool { source.blocks }

    package init(_ source: any RecordSource, note: @escaping @Sendable (any Error) -> Void = { _ in }) {
        self.source = source
        self.note = note
    }

    package func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        // What there is now need not be what there was: nothing is skipped for having been sent behind the cursor.
        try outlet.restart(from: anchor)
        do {
            try await source.read(from: anchor?.cursor, into: RecordOutlet(outlet))
        } catch {
            note(error)
            throw error
        }
    }

    package func committed(_ position: SourcePosition) async throws {
        guard let cursor = position.anchor?.cursor, told.withLock({ $0 != cursor }) else { return }
        try await source.delivered(through: cursor)
        told.withLock { $0 = cursor }
    }
}

/// A feed that is a source of the engine already.
package protocol EngineFeed: Feed {
    var node: Streaming.Pipeline.SourceNode { get }
}

extension RecordSource {
    /// The source as the engine reads it.
    package var engineSource: any Source { (self as? any EngineFeed)?.node.source ?? EngineSource(self) }
}

extension Feed {
    /// The feed as a source of the engine.
    func node(_ causes: Causes) -> Streaming.Pipeline.SourceNode {
        if let feed = self as? any EngineFeed { return feed.node }
        return Streaming.Pipeline.SourceNode(
            name: name, identity: Identity("feed \(name)"),
            source: EngineSource(self) { [name] in causes.note($0, in: name) }, retry: nil)
    }
}
