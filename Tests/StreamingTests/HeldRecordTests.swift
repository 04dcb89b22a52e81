import Pacing
import Records
import Testing

@testable import Streaming

@Suite("Records that were held when a run ended", .timeLimit(.minutes(10)))
struct HeldRecordTests {
    private let store = MemoryStore(isDurable: true)

    /// A state in which a stage holds some numbers.
    private func hold(
        _ numbers: Range<Int>, in stage: String, after chain: [String], sinks: [String] = []
    ) {
        var checkpoint = Checkpoint()
        let held = numbers.map {
            HeldRecord(
                number: UInt64($0), source: "old", received: 1, index: UInt64($0), json: "{\"n\":\($0)}")
        }
        checkpoint.held = [stage: HeldChange(first: 0, added: held)]
        checkpoint.layout =
            chain.map { LayoutEntry(kind: .stage, identity: $0, name: $0) }
            + sinks.map { LayoutEntry(kind: .sink, identity: $0, name: $0) }
        store.commit(checkpoint)
    }

    private func run(_ stages: [(String, StageKind)], into output: Output, new: Int = 0) async throws {
        let nodes = stages.map { Pipeline.StageNode(name: $0.0, operation: $0.1.base) }
        let tap = Pipeline.StageNode(name: "tap", operation: StageKind.tap(output).base)
        try await PipelineRun(
            Pipeline(
                name: "test", settings: .buffer(3), sources: [.scripted("s", ScriptedSource(count: new))],
                stages: nodes + [tap]),
            store: store, environment: .quiet(clock: ImpatientClock())
        ).run()
    }

    private let negate = StageKind.map(
        NumberTransform { number, edit in edit.set(Key("n")) { $0.int(Int64(-number)) } })

    @Test("are still those whose texts are plain", arguments: [true, false])
    func plainTexts(isPlain: Bool) throws {
        let origin = Origin(source: "old", received: 1, hasPlainTexts: isPlain)
        let (chunk, root) = try JSONParser().parse(#"{"title":"List<T>"}"#, origin: origin)
        let held = HeldRecord(Record(chunk: chunk, root: root, index: 0), number: 1)
        #expect(try held.record(slot: 0).chunk.origin.hasPlainTexts == isPlain)
    }

    @Test("go on in the stage that held them")
    func sameStage() async throws {
        hold(0..<5, in: "batch", after: ["map", "batch", "tap"])
        let output = Output()
        try await run([("map", negate), ("batch", .batch(BatchLimits(size: 10)))], into: output)
        #expect(numbers(output.lines) == [0, 1, 2, 3, 4])
        try await run([("map", negate), ("batch", .batch(BatchLimits(size: 10)))], into: output)
        #expect(output.lines.count == 5, "once")
    }

    @Test("go on behind the last stage that they have passed and that is still there")
    func stageGone() async throws {
        hold(1..<4, in: "batch", after: ["map", "filter", "batch", "tap"])
        let output = Output()
        // They have passed the map: passing it again would make them positive.
        try await run([("map", negate), ("again", negate)], into: output)
        #expect(numbers(output.lines) == [-1, -2, -3])
        try await run([("map", negate), ("again", negate)], into: output)
        #expect(output.lines.count == 3, "once")
    }

    @Test("go through a map that stood behind the stage that held them and stands in front of it now")
    func mapInFront() async throws {
        hold(1..<4, in: "batch", after: ["batch", "map", "tap"])
        let output = Output()
        for _ in 0..<2 {
            try await run([("map", negate), ("batch", .batch(BatchLimits(size: 10)))], into: output)
            #expect(numbers(output.lines) == [-1, -2, -3], "once")
        }
    }

    @Test("do not wait for the rest of a batch that nobody has, which would keep new ones out")
    func beginningOfBatch() async throws {
        hold(0..<5, in: "tap", after: ["batch", "limit", "tap"])
        let output = Output()
        try await run([("batch", .batch(BatchLimits(size: 20)))], into: output, new: 4)
        #expect(numbers(output.lines).sorted() == [0, 0, 1, 1, 2, 2, 3, 3, 4])
    }

    @Test("that go on behind their stage are a batch of their own")
    func batchOfTheirOwn() async throws {
        hold(0..<5, in: "limit", after: ["batch", "limit", "tap"])
        let output = Output()
        try await run([("batch", .batch(BatchLimits(size: 20)))], into: output, new: 4)
        #expect(numbers(output.lines).sorted() == [0, 0, 1, 1, 2, 2, 3, 3, 4])
    }

    @Test("come to a sink that has not had them and stands in front of their stage now")
    func sinkInFront() async throws {
        hold(0..<5, in: "batch", after: ["map", "batch", "tap"], sinks: ["out"])
        let output = Output()
        for _ in 0..<2 {
            let stages: [(String, StageKind)] = [
                ("tap", .tap(output)), ("batch", .batch(BatchLimits(size: 3))), ("map", negate)
            ]
            try await PipelineRun(
                Pipeline(
                    name: "test", settings: .buffer(3), sources: [.scripted("s", ScriptedSource(count: 0))],
                    stages: stages.map { Pipeline.StageNode(name: $0.0, operation: $0.1.base) }),
                store: store, environment: .quiet(clock: ImpatientClock())
            ).run()
            #expect(numbers(output.lines) == [0, 1, 2, 3, 4])
        }
        #expect(store.restore().held["batch"] ?? [] == [])
    }

    @Test(
        "do not come again to a sink that had them in front of their stage, however often a run begins anew")
    func sinkBehind() async throws {
        hold(0..<5, in: "batch", after: [])
        var before = Checkpoint()
        before.layout = [
            LayoutEntry(kind: .stage, identity: "tap", name: "tap"),
            LayoutEntry(kind: .sink, identity: "out", name: "out"),
            LayoutEntry(kind: .stage, identity: "batch", name: "batch")
        ]
        store.commit(before)
        let (output, late) = (Output(), Output())
        let nodes = [
            ("batch", StageKind.batch(BatchLimits(size: 10))), ("tap", .tap(output)),
            ("late", .tap([Pipeline.Target(name: "late", sink: RecordingSink(output: late))]))
        ].map { Pipeline.StageNode(name: $0.0, operation: $0.1.base) }
        let pipeline = Pipeline(
            name: "test", settings: .buffer(3), sources: [.scripted("s", ScriptedSource(count: 0))],
            stages: nodes)
        // The first start dies when it has stored what the edit means.
        var restored = store.restore()
        let change = SpecChange(pipeline, over: restored, hashKey: store.hashKey)
        #expect(change.held.map(\.had) == [["out"]])
        store.commit(restored.carryOver(change))
        for _ in 0..<2 {
            try await PipelineRun(pipeline, store: store, environment: .quiet(clock: ImpatientClock())).run()
            #expect(output.lines.isEmpty)
            #expect(numbers(late.lines) == [0, 1, 2, 3, 4])
        }
    }

    /// Taps that write to one sink, with a batch between.
    private func twoTaps(_ output: Output, isConditional: Bool) -> Pipeline {
        let target = Pipeline.Target(name: "out", sink: RecordingSink(output: output))
        let when: (any Predicate)? = isConditional ? NumberPredicate.where { $0 > 2 } : nil
        let tap = TapOperation([target])
        return Pipeline(
            name: "test", settings: .buffer(3), sources: [.scripted("s", ScriptedSource(count: 0))],
            stages: [
                Pipeline.StageNode(name: "tap", operation: tap, when: when),
                Pipeline.StageNode(name: "batch", operation: StageKind.batch(BatchLimits(size: 10)).base),
                Pipeline.StageNode(name: "tap#2", operation: tap)
            ])
    }

    @Test("come to a sink that they have passed, where another tap of it is ahead", arguments: [true, false])
    func sinkOfTwoTaps(isConditional: Bool) async throws {
        let output = Output()
        let pipeline = twoTaps(output, isConditional: isConditional)
        hold(0..<5, in: "batch", after: [])
        var before = Checkpoint()
        before.layout = SpecChange(pipeline, over: store.restore(), hashKey: store.hashKey).layout
        store.commit(before)
        #expect(SpecChange(pipeline, over: store.restore(), hashKey: store.hashKey).held.map(\.had) == [[]])
        try await PipelineRun(pipeline, store: store, environment: .quiet(clock: ImpatientClock())).run()
        #expect(numbers(output.lines) == [0, 1, 2, 3, 4])
    }

    @Test("come to a sink whose tap they went past, when it stands behind their stage")
    func sinkOfSome() async throws {
        let output = Output()
        hold(0..<5, in: "batch", after: [])
        var before = Checkpoint()
        before.layout = [
            LayoutEntry(kind: .stage, identity: "tap", name: "tap", isConditional: true),
            LayoutEntry(kind: .sink, identity: "out", name: "out"),
            LayoutEntry(kind: .stage, identity: "batch", name: "batch")
        ]
        store.commit(before)
        try await run([("batch", .batch(BatchLimits(size: 10)))], into: output)
        #expect(numbers(output.lines) == [0, 1, 2, 3, 4])
    }

    @Test("go through the chain from its beginning where none of the stages is left")
    func allGone() async throws {
        hold(1..<30, in: "gone", after: ["gone", "tap"])
        let output = Output()
        try await run([("map", negate)], into: output)
        #expect(numbers(output.lines) == (1..<30).map { -$0 })
    }

    @Test("are no duplicates of themselves, and make duplicates of others")
    func ownKeys() async throws {
        let dedup = StageKind.dedup(
            FieldIdentification(paths: [[Key("n")]]), history: .seconds(60), ttl: .seconds(60))
        let limit = StageKind.rateLimit(Rate(1, per: .seconds(60)))
        let output = Output()
        let sent = Gate(open: true)
        func run(
            _ stages: [(String, StageKind)], _ source: any Source, on clock: any Clock<Duration>
        ) async throws {
            let nodes = stages.map { Pipeline.StageNode(name: $0.0, operation: $0.1.base) }
            let pipeline = Pipeline(
                name: "test", sources: [Pipeline.SourceNode(name: "s", source: source)],
                stages: nodes + [Pipeline.StageNode(name: "tap", operation: StageKind.tap(output).base)])
            let run = PipelineRun(pipeline, store: store, environment: .quiet(clock: clock))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await run.run() }
                if !(source is ScriptedSource) {
                    group.addTask {
                        await sent.arrivals(1)
                        run.stop()
                    }
                }
                try await group.waitForAll()
            }
        }
        // Stopped while two of them wait: they are handed over.
        let endless = ClosureSource { _, outlet in
            try await outlet.send(Items.numbered(0..<3))
            await sent.pass()
            while true { try await ContinuousClock().sleep(for: .seconds(60)) }
        }
        try await run([("dedup", dedup), ("limit", limit)], endless, on: ManualClock())
        #expect(numbers(output.lines) == [0])
        try await run([("limit", limit), ("dedup", dedup)], ScriptedSource(count: 5), on: ImpatientClock())
        #expect(numbers(output.lines).sorted() == [0, 1, 2, 3, 4])
    }
}
