internal import Records
internal import Streaming

/// A feed of a program as a source of the engine.
struct AdapterSource<Adapter: FeedAdapter>: Source {
    let adapter: Adapter
    let causes: Causes

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        do {
            try await read(into: outlet)
        } catch {
            await adapter.close()
            causes.note(error, in: adapter.name)
            throw error
        }
        await adapter.close()
    }

    private func read(into outlet: SourceOutlet) async throws {
        try await adapter.initialize()
        // What there is now need not be what there was: nothing is skipped for having been sent by an earlier reading.
        try outlet.restart()
        for try await record in try await adapter.fetch() {
            try await outlet.send([try sent(record, outlet)])
        }
        try outlet.restart()
    }

    /// The record with where it came from.
    private func sent(_ record: Record, _ outlet: SourceOutlet) throws -> Records.Record {
        let (chunk, root) = try record.base.copied(from: outlet.origin())
        return Records.Record(chunk: chunk, root: root, index: outlet.indexes(1))
    }
}

extension FeedAdapter {
    /// The feed as the engine reads it.
    func node(_ causes: Causes) -> Streaming.Pipeline.SourceNode {
        Streaming.Pipeline.SourceNode(
            name: name, identity: Identity("feed \(name)"),
            source: AdapterSource(adapter: self, causes: causes), retry: nil)
    }
}
