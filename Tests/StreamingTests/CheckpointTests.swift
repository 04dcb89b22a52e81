import Notation
import Records
import Synchronization
import Testing

@testable import Streaming

@Suite("Checkpoints", .timeLimit(.minutes(10)))
struct CheckpointTests {
    @Test("a marker carries the place of every source after what went before it")
    func positions() throws {
        var tracker = PositionTracker(
            identities: ["a", "b"], positions: ["b": SourcePosition(anchor: Anchor(json: "7"), count: 2)])
        #expect(!tracker.hasMoved)
        tracker.passed(
            try Items.numbered(0..<3, source: "a", slot: 0) + Items.numbered(0..<1, source: "b", slot: 1))
        #expect(tracker.recordsSinceMarker == 4)
        let first = tracker.marker(.periodic)
        #expect(first.checkpoint.sources["a"] == SourcePosition(count: 3))
        #expect(first.checkpoint.sources["b"] == SourcePosition(anchor: Anchor(json: "7"), count: 3))
        #expect(!tracker.hasMoved)
        tracker.reached(SourcePosition(anchor: Anchor(json: "9")), slot: 1)
        tracker.passed(try Items.numbered(1..<2, source: "b", slot: 1))
        let second = tracker.marker(.end)
        #expect(second.id == first.id + 1)
        #expect(second.checkpoint.sources["b"] == SourcePosition(anchor: Anchor(json: "9"), count: 1))
    }

    @Test("a marker carries the places of parts that were closed since the last, once, and which are to go")
    func closedParts() throws {
        var tracker = PositionTracker(identities: ["a"], positions: [:])
        for (number, name) in ["a/1", "a/2", "a/3"].enumerated() {
            // One number for all of them.
            tracker.opened(name, slot: 1, at: SourcePosition())
            if number < 2 { tracker.passed(try Items.numbered(0..<number + 1, source: "a", slot: 1)) }
            tracker.closed(slot: 1)
        }
        tracker.forgot("a/2")
        tracker.forgot("a/4")
        let first = tracker.marker(.periodic).checkpoint.sources
        #expect(first.keys.sorted() == ["a", "a/1", "a/2", "a/4"])
        #expect(first["a/1"] == SourcePosition(count: 1))
        #expect(first["a/2"] == .some(nil))
        tracker.forgot("a/1")
        tracker.opened("a/1", slot: 1, at: SourcePosition())
        tracker.passed(try Items.numbered(0..<5, source: "a", slot: 1))
        #expect(tracker.marker(.periodic).checkpoint.sources == ["a/1": SourcePosition(count: 5)])
    }

    @Test("keep what the run before had read, until the chain has had room for it")
    func heldBeforeAFullChain() async throws {
        let flow = Flow.full()
        let restored = RestoredHold(records: try Items.numbered(0..<3), nextNumber: 3)
        let bench = StageBench(InletStage.of(flow: flow, restored: restored))
        async let running: Void = bench.run()
        flow.moveAndTick()
        // It says nothing of them: the store has them, and a process that dies now has to find them there.
        #expect(try await bench.next() == "marker 1")
        flow.empty()
        #expect(try await bench.next() == "[0, 1, 2]")
        bench.input.finish()
        #expect(try await bench.rest() == ["drain", "marker 2, .inlet holds [] from 3"])
        try await running
    }

    @Test("have what mode: batch has collected and the chain has no room for yet")
    func collectedBeforeAFullChain() async throws {
        let flow = Flow.full()
        let bench = StageBench(InletStage.of(mode: .batch, flow: flow))
        async let running: Void = bench.run()
        try await bench.input.put(Items.numbered(0..<3))
        bench.input.finish()
        flow.moveAndTick()
        #expect(try await bench.next() == "marker 1, .inlet holds [0, 1, 2] from 0")
        flow.empty()
        #expect(try await bench.rest() == ["[0, 1, 2]", "drain", "marker 2, .inlet holds [] from 3"])
        try await running
    }

    @Test("in mode: batch the end of each round empties what fills batches")
    func endOfRound() async throws {
        let bench = StageBench(InletStage.of(mode: .batch))
        async let running: Void = bench.run()
        for number in 0..<2 {
            try await bench.input.put(Items.numbered(number..<number + 1))
            try bench.input.put(.roundEnd)
            #expect(try await bench.next() == "[\(number)]")
            #expect(try await bench.next() == "drain")
        }
        bench.input.finish()
        #expect(try await bench.rest() == ["drain", "marker 1"])
        try await running
    }

    @Test("are made when a tick comes and something has moved, but no more at once than the window allows")
    func ticks() async throws {
        let window = CheckpointWindow(width: 2)
        let bench = StageBench(InletStage.of(window: window))
        async let running: Void = bench.run()
        try bench.input.put(.tick)
        for number in 0..<4 {
            try await bench.input.put(Items.numbered(number..<number + 1))
            #expect(try await bench.next() == "[\(number)]")
            try bench.input.put(.tick)
            if number < 2 { #expect(try await bench.next() == "marker \(number + 1)") }
        }
        // A sign behind the ticks: when it comes out, they have been seen.
        try bench.input.put(.batchEnd)
        #expect(try await bench.next() == "batch end")
        window.closed()
        try await bench.input.put(Items.numbered(4..<5))
        #expect(try await bench.next() == "[4]")
        try bench.input.put(.tick)
        #expect(try await bench.next() == "marker 3")
        bench.input.finish()
        #expect(try await bench.rest() == ["drain", "marker 4"])
        try await running
    }

    @Test("where keys are held, so many records need a marker of their own, and wait for those under way")
    func recordsBetweenMarkers() async throws {
        let window = CheckpointWindow(width: 1)
        let bench = StageBench(InletStage.of(window: window, recordsBetweenMarkers: 3))
        async let running: Void = bench.run()
        for number in 0..<3 {
            try await bench.input.put(Items.numbered(number * 3..<number * 3 + 3))
            #expect(try await bench.next() == "[\(number * 3), \(number * 3 + 1), \(number * 3 + 2)]")
            if number == 0 { #expect(try await bench.next() == "marker 1") }
            if number == 1 { window.closed() }
            if number == 1 { #expect(try await bench.next() == "marker 2") }
        }
        for _ in 0..<100 { await Task.yield() }
        #expect(bench.output.fill == 0)
        window.closed()
        #expect(try await bench.next() == "marker 3")
        bench.input.finish()
        #expect(try await bench.rest() == ["drain", "marker 4"])
        try await running
    }

    @Test("are stored at every interval, however many there have been")
    func intervals() async throws {
        let clock = ManualClock()
        let store = MemoryStore()
        let source = ClosureSource { _, outlet in
            for number in 0..<10 {
                try await outlet.send(Items.numbered(number..<number + 1))
                await clock.sleepers(1)
                clock.advance(by: .seconds(1))
                while store.commits <= number { await Task.yield() }
            }
        }
        let pipeline = Pipeline.of([Pipeline.SourceNode(name: "s", source: source)], [.tap(Output())])
        let run = PipelineRun(pipeline, store: store, environment: .quiet(clock: clock))
        try await run.run()
        #expect(store.commits == 11)
        #expect(run.figures.checkpointCount == 11)
        #expect(store.restore().sources["s"]?.count == 10)
    }

    @Test("a note is stored at once and goes only with a checkpoint that was answered after it")
    func notes() throws {
        let store = MemoryStore()
        let notes = SinkNotes(sink: "a", store: store)
        func commit(_ json: String, covering note: UInt64) {
            var marker = Marker(id: 1, checkpoint: Checkpoint())
            marker.add(SinkWriter.Answer(sink: "a", position: SinkPosition(json: json), lastNote: note))
            store.commit(marker.checkpoint)
        }
        let before = notes.last
        // The sink has answered "1", then notes a new file before that is durable.
        try notes.note(SinkPosition(json: #"{"new":"é"}"#))
        #expect(store.restore().sinks["a"] == nil, "the note must not make an answer durable")
        #expect(store.restore().notes["a"] == [SinkPosition(json: #"{"new":"é"}"#)])
        commit("1", covering: before)
        #expect(store.restore().sinks["a"] == SinkPosition(json: "1"))
        #expect(store.restore().notes["a"]?.count == 1, "an older answer must not undo the note")
        let answered = notes.last
        try notes.note(SinkPosition(json: "second"))
        commit("2", covering: answered)
        #expect(store.restore().notes["a"] == [SinkPosition(json: "second")])
        try SinkNotes(sink: "b", store: store).note(SinkPosition(json: "other"))
        commit("3", covering: notes.last)
        #expect(store.restore().notes == ["b": [SinkPosition(json: "other")]])
    }

    @Test("the history is swept whole at the start of a run, and keys that still count stay")
    func sweep() async throws {
        let store = MemoryStore()
        var checkpoint = Checkpoint()
        checkpoint.keys = (0..<512).map { number in
            // 1000 s is now: half of the keys are older than the 600 s of the history.
            DedupKey(
                high: UInt64(number % 256) << 56, low: UInt64(number),
                seen: .init(time: number < 256 ? 399 : 400))
        }
        store.commit(checkpoint)
        let pipeline = Pipeline.of(
            [.scripted("s", ScriptedSource(count: 0))],
            [
                .dedup(FieldIdentification(paths: [[Key("n")]]), history: .seconds(600), ttl: .seconds(1)),
                .tap(Output())
            ])
        try await PipelineRun(pipeline, store: store, environment: .quiet()).run()
        #expect(store.keyCount == 256)
    }
}

extension InletStage {
    /// An inlet for one source, before a chain with room unless the flow is full.
    fileprivate static func of(
        window: CheckpointWindow = CheckpointWindow(), recordsBetweenMarkers: Int? = nil,
        mode: Pipeline.Mode = .stream, flow: Flow = Flow(budget: 1_000_000),
        restored: RestoredHold = RestoredHold()
    ) -> InletStage {
        InletStage(
            tracker: PositionTracker(identities: ["s"], positions: [:]), mode: mode,
            flow: flow, window: window, recordsBetweenMarkers: recordsBetweenMarkers,
            restored: restored, batchInputs: [], holdsBack: false, opening: Checkpoint(),
            readings: Readings(), time: HistoryTime(restored: nil, reach: 1, .quiet()),
            run: RunFigures(sources: [], stages: []),
            isHandingOver: { false })
    }
}

extension Flow {
    /// A chain that has as much as it may.
    fileprivate static func full() -> Flow {
        let flow = Flow(budget: 10)
        flow.entered(Load(records: 2, bytes: 20))
        return flow
    }

    /// Something leaves the chain, which stays full, and a checkpoint is due.
    fileprivate func moveAndTick() {
        left(Load(records: 1, bytes: 1))
        tick()
    }

    fileprivate func empty() { left(Load(records: 1, bytes: 19)) }
}
