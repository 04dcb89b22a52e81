import Records
import Synchronization
import Testing

@testable import Streaming

@Suite("Old keys are forgotten in slices", .timeLimit(.minutes(10)))
struct HistoryCleanupTests {
    @Test("of as many keys as fit into the time, more where it goes fast, fewer where it goes slowly")
    func size() {
        var slice = CleanupSlice()
        let first = slice.keys
        slice.took(.milliseconds(1), for: first)
        #expect(slice.keys > first)
        for _ in 0..<100 { slice.took(.milliseconds(1), for: slice.keys) }
        #expect(slice.keys == CleanupSlice.range.upperBound)
        slice.took(CleanupSlice.target * 1.5, for: slice.keys)
        #expect(slice.keys == CleanupSlice.range.upperBound * 2 / 3)
        let before = slice.keys
        slice.took(.seconds(60), for: before)
        #expect(slice.keys == before / 2, "one slow moment does not count for all")
        for _ in 0..<100 { slice.took(.seconds(60), for: slice.keys) }
        #expect(slice.keys == CleanupSlice.range.lowerBound)
    }

    @Test("which say nothing where little was due")
    func nothingDue() {
        var slice = CleanupSlice()
        let first = slice.keys
        for looked in [0, 1, first - 1] { slice.took(.milliseconds(1), for: looked) }
        #expect(slice.keys == first)
    }

    @Test(
        "that hold nobody up, whatever a key takes, and whatever comes in between",
        arguments: [Duration.microseconds(1), .microseconds(100), .milliseconds(1)])
    func steady(timePerKey: Duration) async throws {
        let store = SlowStore(due: 20_000, timePerKey: timePerKey)
        try await cleanup(of: store).sweep()
        let slices = store.slices
        #expect(slices.reduce(0) { $0 + $1.keys } == 20_000, "all of it, and nothing twice")
        #expect(slices.dropLast().allSatisfy { $0.time <= .milliseconds(50) + SlowStore.interruption })
        let plain = slices.filter { $0.time < SlowStore.interruption }
        #expect(plain.map(\.time).max() ?? .zero <= max(timePerKey * 64, CleanupSlice.target * 1.25))
    }

    @Test("and a start with nothing to do asks once")
    func nothing() async throws {
        let store = SlowStore(due: 0, timePerKey: .milliseconds(1))
        try await cleanup(of: store).sweep()
        #expect(store.slices.count == 1)
    }

    @Test("and a run that ends meanwhile lets them be, having done a part, and ends well")
    func endOfRun() async throws {
        let store = SlowStore(due: 1_000_000_000, timePerKey: .microseconds(1))
        let pipeline = Pipeline.of(
            [.scripted("s", ScriptedSource(count: 3))],
            [
                .dedup(FieldIdentification(paths: [[Key("n")]]), history: .seconds(10), ttl: .seconds(10)),
                .tap(Output())
            ])
        var environment = RunEnvironment.quiet(now: { 100_000_000_000 })
        environment.uptime = { .zero }
        try await PipelineRun(pipeline, store: store, environment: environment).run()
        #expect(store.slices.reduce(0) { $0 + $1.keys } >= 10_000)
    }

    private func cleanup(of store: SlowStore) -> HistoryCleanup {
        HistoryCleanup(
            store: store, executor: BlockingExecutor(label: "test"), ttl: 10, now: { 100 },
            uptime: { store.uptime })
    }
}

/// A store whose time goes by only while it forgets; every tenth slice is interrupted.
private final class SlowStore: CheckpointStore {
    static let interruption = Duration.milliseconds(30)

    private struct State {
        var due: Int
        var uptime = Duration.zero
        var slices: [(keys: Int, time: Duration)] = []
    }

    private let timePerKey: Duration
    private let state: Mutex<State>

    init(due: Int, timePerKey: Duration) {
        self.timePerKey = timePerKey
        state = Mutex(State(due: due))
    }

    var uptime: Duration { state.withLock { $0.uptime } }
    var slices: [(keys: Int, time: Duration)] { state.withLock { $0.slices } }

    func forget(before cutoff: Int64, limit: Int) throws -> Int {
        #expect(cutoff == 90)
        return state.withLock { state in
            let keys = min(limit, state.due)
            let isInterrupted = state.slices.count % 10 == 9
            let time = timePerKey * keys + (isInterrupted ? SlowStore.interruption : .zero)
            state.due -= keys
            state.uptime += time
            state.slices.append((keys, time))
            return keys
        }
    }

    var hashKey: SipHashKey { SipHashKey(0, 0) }
    var isDurable: Bool { true }
    let calls: any CallStore = MemoryCalls()
    func restore() -> RestoredState { RestoredState() }
    func commit(_ checkpoint: Checkpoint) {}
    func note(_ position: SinkPosition, sink: String) -> UInt64 { 0 }
    func syncNotes() {}
    func lastSeen(_ keys: [DedupKey]) -> [DedupKey.Seen?] { keys.map { _ in nil } }
    func stories(similarTo queries: [StoryQuery]) -> [[StorySketch]] { queries.map { _ in [] } }
}
