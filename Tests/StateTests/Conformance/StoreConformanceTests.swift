import Streaming
import Testing

/// What every store promises, whatever it keeps its things in.
@Suite("Every checkpoint store", .timeLimit(.minutes(10)))
struct StoreConformanceTests {
    @Test("is empty at first", arguments: StoreBench.Kind.allCases)
    func isEmptyAtFirst(kind: StoreBench.Kind) throws {
        let store = try StoreBench(kind).store
        let state = try store.restore()
        #expect(state.sources.isEmpty && state.sinks.isEmpty && state.notes.isEmpty && state.held.isEmpty)
        #expect(state.rates.isEmpty && state.clock == nil && state.layout.isEmpty)
        #expect(try store.lastSeen(.numbered(1, time: 0)) == nil)
        #expect(try store.lastSeen([]).isEmpty)
        #expect(try store.forget(before: .max, limit: 10) == 0)
    }

    @Test(
        "goes on from the last positions, and forgets those that are taken back",
        arguments: StoreBench.Kind.allCases)
    func keepsPositions(kind: StoreBench.Kind) throws {
        let bench = try StoreBench(kind)
        let anchor = Anchor(json: #"{"offset":12,"name":"é\u0000"}"#)
        try bench.store.commit {
            $0.sources = [
                "a": SourcePosition(count: 3), "b": SourcePosition(anchor: anchor, count: 0),
                "c": SourcePosition()
            ]
            $0.sinks = ["out": SinkPosition(json: "1"), "log": SinkPosition(json: "null")]
        }
        try bench.store.commit {
            $0.sources = [
                "a": SourcePosition(anchor: anchor, count: 1), "c": nil, "never there": nil
            ]
            $0.sinks = ["out": SinkPosition(json: "[2]")]
        }
        try bench.reopen()
        let state = try bench.store.restore()
        #expect(
            state.sources == [
                "a": SourcePosition(anchor: anchor, count: 1), "b": SourcePosition(anchor: anchor, count: 0)
            ])
        #expect(state.sinks == ["out": SinkPosition(json: "[2]"), "log": SinkPosition(json: "null")])
    }

    @Test("tells names apart by their bytes", arguments: [StoreBench.Kind.sqlite])
    func namesAreBytes(kind: StoreBench.Kind) throws {
        let bench = try StoreBench(kind)
        try bench.store.commit {
            $0.sources = [
                "a\0b": SourcePosition(count: 1), "a": SourcePosition(count: 2), "": SourcePosition(count: 3)
            ]
            $0.held["s\0"] = HeldChange(
                first: 0,
                added: [
                    HeldRecord(
                        number: 0, source: "x\0y", received: -1, index: 0, json: "{\"a\":\"\u{1F600}\0\"}")
                ])
        }
        try bench.reopen()
        let state = try bench.store.restore()
        #expect(state.sources.mapValues(\.count) == ["a\0b": 1, "a": 2, "": 3])
        #expect(state.held["s\0"]?.first?.source == "x\0y")
        #expect(state.held["s\0"]?.first?.json == "{\"a\":\"\u{1F600}\0\"}")
    }

    @Test(
        "numbers notes upwards, and gives back those that no position covers",
        arguments: StoreBench.Kind.allCases)
    func keepsNotes(kind: StoreBench.Kind) throws {
        let bench = try StoreBench(kind)
        let first = try bench.store.note(SinkPosition(json: "{\n\"a\":\t1}"), sink: "a")
        let second = try bench.store.note(SinkPosition(json: #""\\n""#), sink: "b\n")
        let third = try bench.store.note(SinkPosition(json: "3"), sink: "a")
        #expect(first < second && second < third)
        try bench.die()
        #expect(
            try bench.store.restore().notes == [
                "a": [SinkPosition(json: "{\n\"a\":\t1}"), SinkPosition(json: "3")],
                "b\n": [SinkPosition(json: #""\\n""#)]
            ])
        try bench.store.commit {
            $0.sinks["a"] = SinkPosition(json: "1")
            $0.coveredNotes = ["a": first]
        }
        #expect(try bench.store.note(SinkPosition(json: "4"), sink: "a") > third)
        try bench.die()
        #expect(try bench.store.restore().notes["a"] == [SinkPosition(json: "3"), SinkPosition(json: "4")])
        #expect(try bench.store.note(SinkPosition(json: "5"), sink: "c") > third)
    }

    @Test("never numbers a note below one that is covered", arguments: StoreBench.Kind.allCases)
    func numbersGoOn(kind: StoreBench.Kind) throws {
        let bench = try StoreBench(kind)
        for round in 0..<5 {
            let note = try bench.store.note(SinkPosition(json: "\(round)"), sink: "a")
            try bench.reopen()
            #expect(try bench.store.restore().notes == ["a": [SinkPosition(json: "\(round)")]])
            try bench.store.commit { $0.coveredNotes = ["a": note] }
            #expect(try bench.store.restore().notes.isEmpty)
            try bench.reopen()
            #expect(try bench.store.restore().notes.isEmpty)
        }
    }

    @Test("keeps what stages hold in the order of its numbers", arguments: StoreBench.Kind.allCases)
    func keepsHeldRecords(kind: StoreBench.Kind) throws {
        let bench = try StoreBench(kind)
        func record(
            _ number: UInt64, admissions: [Admission] = [], sinks: [String] = []
        ) -> HeldRecord {
            HeldRecord(
                number: number, source: "s", received: Int64.min + Int64(number), index: number * 3,
                json: #"{"n":\#(number)}"#, admissions: admissions, sinks: sinks, isDelivered: number == 1,
                hasPlainTexts: number.isMultiple(of: 2))
        }
        let key = DedupKey(high: .max, low: 1, seen: DedupKey.Seen(time: -5, reading: .max))
        let admitted = record(
            2,
            admissions: [
                Admission(stage: "dedup \"id\"", key: key),
                Admission(stage: "dedup", key: .numbered(7, time: 9))
            ], sinks: ["jsonl a", "sqlite \"b\""])
        try bench.store.commit {
            $0.held = [
                "batch": HeldChange(first: 0, added: [record(0), record(1)]),
                "rate": HeldChange(first: 5, added: [record(5)])
            ]
        }
        try bench.store.commit { $0.held = ["batch": HeldChange(first: 1, added: [admitted])] }
        try bench.store.commit { $0.held = ["rate": HeldChange(first: 6)] }
        // One that is there already is another one now.
        let changed = record(1, sinks: ["jsonl a"])
        try bench.store.commit { $0.held = ["batch": HeldChange(first: 0, added: [changed, admitted])] }
        try bench.die()
        let held = try bench.store.restore().held.filter { !$0.value.isEmpty }
        #expect(held == ["batch": [changed, admitted]])
    }

    @Test("keeps rates, the clock and the layout", arguments: StoreBench.Kind.allCases)
    func keepsTheRest(kind: StoreBench.Kind) throws {
        let bench = try StoreBench(kind)
        let layout = [
            LayoutEntry(kind: .source, identity: "jsonl b", name: "b"),
            LayoutEntry(kind: .stage, identity: "dedup id", name: ""),
            LayoutEntry(kind: .sink, identity: "jsonl o", name: "o")
        ]
        let clock = HistoryClock.Stored(time: 5, wall: -6, leap: 7)
        try bench.store.commit {
            $0.rates = ["r": 1, "q": -2]
            $0.clock = HistoryClock.Stored(time: 1, wall: 1)
            $0.layout = layout + layout
        }
        try bench.store.commit {
            $0.rates = ["r": 3]
            $0.clock = clock
            $0.layout = layout
        }
        try bench.store.commit { _ in }
        try bench.reopen()
        let state = try bench.store.restore()
        #expect(state.rates == ["r": 3, "q": -2])
        #expect(state.clock == clock)
        #expect(state.layout == layout)
    }

    @Test("knows when a key was last seen, and in which reading", arguments: StoreBench.Kind.allCases)
    func keepsKeys(kind: StoreBench.Kind) throws {
        let bench = try StoreBench(kind)
        try bench.store.commit {
            $0.keys = [
                .numbered(1, time: 10), .numbered(2, time: 10, reading: 4), .numbered(2, time: 11, reading: 5)
            ]
        }
        try bench.store.commit { $0.keys = [.numbered(1, time: 12, reading: 6), .numbered(3, time: 12)] }
        try bench.die()
        let seen = try bench.store.lastSeen([1, 2, 3, 4].map { .numbered($0, time: 0) })
        #expect(
            seen == [
                DedupKey.Seen(time: 12, reading: 6), DedupKey.Seen(time: 11, reading: 5),
                DedupKey.Seen(time: 12), nil
            ])
    }

    @Test(
        "renews the keys of a reading that is still shown, and no others", arguments: StoreBench.Kind.allCases
    )
    func sightingsRenew(kind: StoreBench.Kind) throws {
        let bench = try StoreBench(kind)
        try bench.store.commit {
            $0.keys = [
                .numbered(1, time: 10, reading: 7), .numbered(2, time: 10, reading: 8),
                .numbered(3, time: 10),
                .numbered(4, time: 40, reading: 7)
            ]
        }
        try bench.store.commit { $0.sightings = [7: 30] }
        try bench.store.commit { $0.sightings = [7: 20] }
        try bench.reopen()
        #expect(
            try bench.store.lastSeen([1, 2, 3, 4].map { .numbered($0, time: 0) }).map { $0?.time } == [
                30, 10, 10, 40
            ])
        try bench.store.forgetAll(before: 25)
        #expect(
            try bench.store.lastSeen([1, 2, 3, 4].map { .numbered($0, time: 0) }).map { $0?.time } == [
                30, nil, nil, 40
            ])
        try bench.store.commit { $0.sightings = [7: 50] }
        #expect(try bench.store.lastSeen([1, 4].map { .numbered($0, time: 0) }).map { $0?.time } == [50, 50])
        try bench.store.forgetAll(before: 50)
        #expect(try bench.store.lastSeen([1, 4].map { .numbered($0, time: 0) }).map { $0?.time } == [50, 50])
        try bench.store.forgetAll(before: 51)
        #expect(
            try bench.store.lastSeen([1, 4].map { .numbered($0, time: 0) }).map { $0?.time } == [nil, nil])
    }

    @Test(
        "a key is renewed by each document whose last reading showed it", arguments: StoreBench.Kind.allCases)
    func documentsRenew(kind: StoreBench.Kind) throws {
        func reading(_ document: UInt64, _ number: UInt64) -> Int64 {
            ReadingNumber.make(document: document, reading: number)
        }
        let bench = try StoreBench(kind)
        func seen() throws -> Int64? { try bench.store.lastSeen(.numbered(1, time: 0))?.time }
        try bench.store.commit { $0.keys = [.numbered(1, time: 10, reading: reading(1, 3))] }
        try bench.store.commit { $0.keys = [.numbered(1, time: 11, reading: reading(2, 5))] }
        // It came from a queue, too, which shows nothing.
        try bench.store.commit { $0.keys = [.numbered(1, time: 12)] }
        try bench.reopen()
        try bench.store.commit { $0.sightings = [reading(1, 3): 20] }
        #expect(try seen() == 20)
        try bench.store.forgetAll(before: 15)
        try bench.store.commit { $0.sightings = [reading(2, 5): 30] }
        #expect(try seen() == 30)
        // The first document is read anew, and shows it no more; then the second shows it in a new reading.
        try bench.store.commit { $0.sightings = [reading(1, 7): 40] }
        #expect(try seen() == 30)
        try bench.store.commit { $0.keys = [.numbered(1, time: 41, reading: reading(2, 9))] }
        try bench.store.commit { $0.sightings = [reading(2, 5): 50] }
        #expect(try seen() == 41)
        try bench.store.commit { $0.removedKeys = [.numbered(1, time: 0)] }
        try bench.store.commit { $0.keys = [.numbered(1, time: 42)] }
        try bench.store.commit { $0.sightings = [reading(2, 9): 60] }
        #expect(try seen() == 42)
    }

    @Test("forgets in slices what was last seen before the cutoff", arguments: StoreBench.Kind.allCases)
    func forgetsInSlices(kind: StoreBench.Kind) throws {
        let bench = try StoreBench(kind)
        for time in 0..<10 {
            try bench.store.commit {
                $0.keys = (0..<10).map { .numbered(UInt64(time * 10 + $0), time: Int64(time)) }
            }
        }
        // Seen again.
        try bench.store.commit { $0.keys = [.numbered(0, time: 20), .numbered(15, time: 20)] }
        var calls = 0
        while try bench.store.forget(before: 3, limit: 8) >= 8 { calls += 1 }
        #expect(calls <= 30 / 8)
        try bench.die()
        let known = try bench.store.lastSeen((0..<100).map { .numbered($0, time: 0) }).map { $0 != nil }
        #expect((0..<100).filter { known[$0] } == [0, 15] + Array(30..<100))
        #expect(try bench.store.forget(before: 3, limit: 8) == 0)
        try bench.store.forgetAll(before: 21, limit: 1)
        #expect(try bench.store.lastSeen((0..<100).map { .numbered($0, time: 0) }).allSatisfy { $0 == nil })
    }

    @Test("forgets nothing when asked to look at nothing", arguments: StoreBench.Kind.allCases)
    func forgetsNothing(kind: StoreBench.Kind) throws {
        let store = try StoreBench(kind).store
        try store.commit { $0.keys = [.numbered(1, time: 1)] }
        #expect(try store.forget(before: 5, limit: 0) == 0)
        #expect(try store.lastSeen(.numbered(1, time: 0)) != nil)
    }

    @Test("looks up while another thread commits", arguments: StoreBench.Kind.allCases)
    func isSafeFromSeveralThreads(kind: StoreBench.Kind) async throws {
        let bench = try StoreBench(kind)
        let store = bench.store
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 0..<20 {
                    try store.commit {
                        $0.keys = (0..<50).map { .numbered(UInt64(round * 50 + $0), time: 1) }
                    }
                }
            }
            group.addTask {
                for round in 0..<20 { _ = try store.note(SinkPosition(json: "\(round)"), sink: "a") }
            }
            group.addTask {
                for _ in 0..<40 {
                    let seen = try store.lastSeen((0..<50).map { .numbered($0, time: 0) })
                    // A checkpoint is there as a whole or not at all.
                    #expect(Set(seen.map { $0 != nil }).count == 1)
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.lastSeen((0..<1000).map { .numbered($0, time: 0) }).allSatisfy { $0 != nil })
        #expect(try store.restore().notes["a"]?.count == 20)
    }
}
