import Dispatch
import Records
import Testing

@testable import Streaming

/// What blocks must not take the cooperative threads, of which there are as many as cores: each test blocks more
/// threads than that, and only a task on a cooperative thread can release them.
@Suite("Work that blocks its thread", .timeLimit(.minutes(10)))
struct BlockingTests {
    private let width = 16

    @Test("sources that block leave the cooperative threads to the others, also after a suspension")
    func sources() async throws {
        let output = Output()
        let begun = Gate()
        let release = DispatchSemaphore(value: 0)
        var nodes = (0..<width).map { slot in
            Pipeline.SourceNode(
                name: "blocking \(slot)",
                source: ClosureSource(blocks: true) { _, outlet in
                    await begun.pass()
                    block(on: release)
                    try await outlet.send(Items.numbered(0..<1))
                    block(on: release)
                    try await outlet.send(Items.numbered(1..<2))
                })
        }
        nodes.append(
            Pipeline.SourceNode(
                name: "free",
                source: ClosureSource { [width] _, outlet in
                    await begun.arrivals(width)
                    begun.open()
                    for round in 1...2 {
                        try await outlet.send(Items.numbered(round * 100..<round * 100 + 50))
                        while output.lines.count < round * (50 + width) - width { await Task.yield() }
                        for _ in 0..<width { release.signal() }
                    }
                }))
        var settings = Pipeline.Settings.buffer(10)
        settings.maxConcurrentSources = width + 1
        let pipeline = Pipeline.of(nodes, [.batch(BatchLimits(size: 1)), .tap(output)], settings: settings)
        let failed = try await PipelineRun(pipeline, store: MemoryStore(), environment: .quiet()).run()
        #expect(failed.isEmpty)
        #expect(output.lines.count == 2 * (50 + width))
    }

    @Test("sinks that block leave the cooperative threads to the others")
    func sinks() async throws {
        let release = DispatchSemaphore(value: 0)
        let arrived = Gate(open: true)
        let outputs = (0..<width).map { _ in Output() }
        let targets = outputs.enumerated().map { index, output in
            Pipeline.Target(
                name: "\(index)",
                sink: RecordingSink(output: output, blocks: true, gate: arrived) { call in
                    if case .write = call { block(on: release) }
                })
        }
        let source = ClosureSource { [width] _, outlet in
            try await outlet.send(Items.numbered(0..<1))
            await arrived.arrivals(width)
            for _ in 0..<1000 { await Task.yield() }
            for _ in 0..<width { release.signal() }
        }
        let pipeline = Pipeline.of([Pipeline.SourceNode(name: "s", source: source)], [.tap(targets)])
        try await PipelineRun(pipeline, store: MemoryStore(), environment: .quiet()).run()
        #expect(outputs.allSatisfy { $0.lines.count == 1 })
    }

    @Test("a store that blocks while dedup asks it leaves the cooperative threads to the others")
    func dedup() async throws {
        let release = DispatchSemaphore(value: 0)
        let asked = Gate(open: true)
        let runs = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<width {
                group.addTask {
                    let output = Output()
                    let pipeline = Pipeline.of(
                        [.scripted("s", ScriptedSource(count: 1, gate: asked))],
                        [
                            .dedup(
                                FieldIdentification(paths: [[Key("n")]]), history: .seconds(60),
                                ttl: .seconds(60)), .tap(output)
                        ])
                    let store = BlockingStore(release: release)
                    try await PipelineRun(pipeline, store: store, environment: .quiet()).run()
                    return output.lines.count
                }
            }
            group.addTask { [width] in
                await asked.arrivals(width)
                for _ in 0..<1000 { await Task.yield() }
                for _ in 0..<width { release.signal() }
                return 0
            }
            return try await group.reduce(0, +)
        }
        #expect(runs == width)
    }
}

/// A store that is asked for keys only when it is released.
private struct BlockingStore: CheckpointStore {
    let release: DispatchSemaphore
    let store = MemoryStore()

    var hashKey: SipHashKey { store.hashKey }
    var calls: any CallStore { store.calls }

    var isDurable: Bool { false }

    func restore() -> RestoredState { store.restore() }
    func commit(_ checkpoint: Checkpoint) { store.commit(checkpoint) }
    func syncNotes() { store.syncNotes() }
    func note(_ position: SinkPosition, sink: String) -> UInt64 { store.note(position, sink: sink) }
    func forget(before cutoff: Int64, limit: Int) -> Int { 0 }

    func lastSeen(_ keys: [DedupKey]) -> [DedupKey.Seen?] {
        block(on: release)
        return store.lastSeen(keys)
    }

    func stories(similarTo queries: [StoryQuery]) -> [[StorySketch]] {
        block(on: release)
        return store.stories(similarTo: queries)
    }
}

/// Blocks the thread, as a read of a file or a pipe would.
private func block(on semaphore: DispatchSemaphore) { semaphore.wait() }
