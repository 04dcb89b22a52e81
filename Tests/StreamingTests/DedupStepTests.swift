import Logging
import Records
import Synchronization
import Testing

@testable import Streaming

@Suite("Deduplication")
struct DedupStepTests {
    /// Seconds since 1970, moved by a test.
    private final class Time: Sendable {
        private let seconds = Mutex<Int64>(1000)

        var now: @Sendable () -> Int64 { { self.seconds.withLock { $0 } } }
        func set(_ value: Int64) { seconds.withLock { $0 = value } }
    }

    /// A dedup step with a store and markers.
    private final class Bench: Sendable {
        let store: any CheckpointStore
        let time = Time()
        let readings = Readings()
        let step: DedupStep
        private let markers = Mutex<UInt64>(0)

        init(
            store: any CheckpointStore = MemoryStore(), name: String = "dedup", history: Int = 100,
            when: (any Predicate)? = nil, paths: [[Key]] = [[Key("n")]], keepsSightings: Bool = false
        ) {
            self.store = store
            step = DedupStep(
                identity: name, identification: FieldIdentification(paths: paths), when: when,
                history: .seconds(history), store: store, readings: readings, now: time.now,
                sightings: keepsSightings ? SightingLog(ttl: .seconds(history)) : nil,
                rule: .of(.fail, stage: name), logger: .silent)
        }

        /// The records that are let through, as texts.
        func pass(_ texts: [String]) throws -> [String] {
            var records = try Items.records(texts, origin: Origin(source: "s", received: 0))
            let failures = try step.process(&records)
            #expect(failures.isEmpty)
            return records.map(Items.text)
        }

        func pass(_ numbers: [Int]) throws -> [Int] {
            StreamingTests.numbers(try pass(numbers.map { "{\"n\":\($0)}" }))
        }

        /// A marker goes by.
        func mark() -> Marker {
            let id = markers.withLock { id in
                id += 1
                return id
            }
            var marker = Marker(id: id, checkpoint: Checkpoint())
            step.pass(marker)
            step.settle(&marker.checkpoint, marker: id)
            return marker
        }

        func commit(_ marker: Marker) throws {
            try store.commit(marker.checkpoint)
            step.committed(marker: marker.id)
        }
    }

    @Test("a record that takes the place of one that failed is seen once", arguments: [true, false])
    func sightingsOfTwins(firstFails: Bool) throws {
        let bench = Bench(keepsSightings: true)
        #expect(try bench.pass([1, 1, 1]) == [1])
        if firstFails {
            let failed = try Items.records(["{\"n\":1}"], origin: Origin(source: "s", received: 0))[0]
            let operation = DedupOperation(
                FieldIdentification(paths: [[Key("n")]]), history: .seconds(100), ttl: .seconds(100))
            let key = try #require(operation.key(of: failed, in: "dedup", bench.store.hashKey))
            bench.step.takeBack(key)
        }
        var again = bench.step.reconsidered()
        #expect(again.count == (firstFails ? 2 : 0))
        _ = try bench.step.process(&again)
        #expect(bench.step.reconsidered().isEmpty)
        #expect(bench.mark().checkpoint.keySightings.map(\.count) == [3])
    }

    @Test("the first of equal records passes, in one run and in the next")
    func withinRuns() throws {
        let bench = Bench()
        #expect(try bench.pass([1, 2, 1, 3, 2]) == [1, 2, 3])
        #expect(try bench.pass([3, 4, 4, 1]) == [4])
        #expect(bench.step.figures.duplicateCount == 5)
    }

    @Test("a duplicate of a record that fails behind the step goes through in its place")
    func duplicateOfAFailure() async throws {
        let bench = Bench(paths: [[Key("key")]])
        let map = MapStep(
            transform: NumberTransform { number, _ in if number < 3 { throw BufferError.finished } },
            when: nil, rule: .of(.deadLetter))
        let output = AsyncBuffer(capacity: Load(records: 100, bytes: 1 << 20))
        let texts = [(1, 1), (2, 2), (1, 5), (1, 6), (7, 7), (7, 8), (2, 0)].map { key, number in
            #"{"key":\#(key),"n":\#(number)}"#
        }
        let records = try Items.records(texts, origin: Origin(source: "s", received: 0))
        try await Emitter(steps: [bench.step, map], next: output).records(records)
        output.finish()
        var passed: [Int] = []
        var failed: [Int] = []
        while let element = try await output.take() {
            switch element {
            case .records(let records): passed += Items.numbers(records)
            case .control(.failures(let failures)): failed += Items.numbers(failures.map(\.record))
            case .control: break
            }
        }
        #expect(passed == [7, 5])
        #expect(failed == [1, 2, 0])
        #expect(bench.step.figures.inCount == 7)
        #expect(bench.step.figures.duplicateCount == 2)
    }

    @Test("duplicates are known before, during and after a checkpoint")
    func acrossCheckpoints() throws {
        let bench = Bench()
        #expect(try bench.pass([1]) == [1])
        let marker = bench.mark()
        #expect(marker.checkpoint.keys.count == 1)
        #expect(try bench.pass([1]) == [])
        try bench.commit(marker)
        #expect(try bench.pass([1, 2]) == [2])
        #expect(bench.mark().checkpoint.keys.count == 1, "what is stored is not stored again")
    }

    @Test("keys that no checkpoint covered are unknown after a restart")
    func restarts() throws {
        let store = MemoryStore()
        let first = Bench(store: store)
        #expect(try first.pass([1]) == [1])
        try first.commit(first.mark())
        #expect(try first.pass([2]) == [2])
        _ = first.mark()
        let second = Bench(store: store)
        #expect(try second.pass([1, 2]) == [2])
    }

    @Test("a checkpoint that becomes durable while the store is asked loses no key")
    func commitDuringLookup() throws {
        let store = HookedStore()
        let bench = Bench(store: store)
        #expect(try bench.pass([1]) == [1])
        let marker = bench.mark()
        store.afterLookup { try? bench.commit(marker) }
        #expect(try bench.pass([1, 2]) == [2])
    }

    @Test("a record that keeps coming stays known, and one that stays away is forgotten")
    func refreshing() throws {
        let bench = Bench(history: 100)
        #expect(try bench.pass([1, 2]) == [1, 2])
        try bench.commit(bench.mark())
        bench.time.set(1090)
        #expect(try bench.pass([1]) == [])
        try bench.commit(bench.mark())
        bench.time.set(1180)
        #expect(try bench.pass([1, 2]) == [2])
        bench.time.set(1300)
        #expect(try bench.pass([1]) == [1])
    }

    @Test("every sighting moves the time on; within the second nothing changes")
    func refreshWrites() throws {
        let bench = Bench(history: 80)
        #expect(try bench.pass([1]) == [1])
        try bench.commit(bench.mark())
        #expect(try bench.pass([1]) == [])
        #expect(bench.mark().checkpoint.keys.isEmpty)
        bench.time.set(1001)
        #expect(try bench.pass([1]) == [])
        #expect(bench.mark().checkpoint.keys.map(\.seen.time) == [1001])
    }

    @Test("a key that was refreshed after a marker is kept until the later marker is durable")
    func refreshedAfterMarker() throws {
        let bench = Bench(history: 100)
        #expect(try bench.pass([1]) == [1])
        let first = bench.mark()
        bench.time.set(1050)
        #expect(try bench.pass([1]) == [])
        let second = bench.mark()
        try bench.commit(first)
        bench.time.set(1140)
        #expect(try bench.pass([1]) == [])
        try bench.commit(second)
    }

    @Test("a record without any key field is like no other; one with a part of them counts by that")
    func missingFields() throws {
        let bench = Bench(paths: [[Key("a")], [Key("b"), Key("c")]])
        let texts = [
            #"{"x":1}"#, #"{"x":1}"#, #"{"a":null}"#, #"{"a":1}"#, #"{"a":1,"b":{}}"#, #"{"b":{"c":1}}"#,
            #"{"a":1,"b":{"c":1}}"#
        ]
        #expect(try bench.pass(texts).count == 6)
        #expect(bench.step.figures.missingCount == 3)
    }

    @Test("strings count by their content, not by their spelling, and are no numbers")
    func spelling() throws {
        let bench = Bench()
        let texts = [#"{"n":"A/b"}"#, #"{"n":"\u0041\/b"}"#, #"{"n":"1"}"#, #"{"n":1}"#, #"{"n":[1]}"#]
        #expect(try bench.pass(texts) == [texts[0], texts[2], texts[3], texts[4]])
    }

    @Test("values do not flow into each other across fields")
    func boundaries() throws {
        let bench = Bench(paths: [[Key("a")], [Key("b")]])
        let texts = [
            #"{"a":"x","b":"yz"}"#, #"{"a":"xy","b":"z"}"#, #"{"a":"xyz"}"#, #"{"b":"xyz"}"#,
            #"{"a":"x","b":"y\u0001z"}"#, #"{"a":"x\u0001y","b":"z"}"#
        ]
        #expect(try bench.pass(texts) == texts)
    }

    @Test("records that the condition does not match go past, and leave no key")
    func condition() throws {
        let bench = Bench(when: NumberPredicate.where { $0 > 5 })
        #expect(try bench.pass([1, 1, 6, 6]) == [1, 1, 6])
        #expect(bench.mark().checkpoint.keys.count == 1)
    }

    @Test("a key goes back with its record, before and after its checkpoint")
    func takenBack() throws {
        let bench = Bench()
        var records = try Items.numbered(1..<4)
        _ = try bench.step.process(&records)
        records[0].giveBackKeys()
        #expect(try bench.pass([1, 2]) == [1])
        let first = bench.mark()
        #expect(first.checkpoint.keys.count == 3)
        try bench.commit(first)
        // A sink has refused it later: the history has to forget it.
        records[1].giveBackKeys()
        #expect(try bench.pass([2, 3]) == [2])
        records[2].giveBackKeys()
        let second = bench.mark()
        #expect(second.checkpoint.removedKeys.count == 1)
        try bench.commit(second)
        #expect(try bench.pass([2, 3]) == [3])
    }

    @Test("a record that a sink has keeps its key, whatever another says")
    func keptByDelivery() throws {
        let bench = Bench()
        var records = try Items.numbered(1..<2)
        _ = try bench.step.process(&records)
        records[0].isDelivered = true
        records[0].giveBackKeys()
        #expect(try bench.pass([1]) == [])
    }

    @Test("what a document still shows was seen when the document was")
    func unchangedDocument() throws {
        let bench = Bench(history: 100)
        let origin = Origin(source: "s", received: 0, reading: 7)
        var records = try Items.records(["{\"n\":1}"], origin: origin)
        _ = try bench.step.process(&records)
        try bench.commit(bench.mark())
        for time in stride(from: Int64(1090), to: 2000, by: 90) {
            bench.time.set(time)
            bench.readings.renew(7, at: time)
        }
        bench.time.set(2040)
        #expect(try bench.pass([1]) == [])
    }

    @Test("a key is known while any of the documents that show it is unchanged")
    func sharedByDocuments() throws {
        let bench = Bench(history: 100)
        let readings = [UInt64(1), 2].map { ReadingNumber.make(document: $0, reading: 1) }
        for reading in readings {
            var records = try Items.records(
                ["{\"n\":1}"], origin: Origin(source: "s", received: 0, reading: reading))
            _ = try bench.step.process(&records)
        }
        try bench.commit(bench.mark())
        // The second shows it no more; the first is unchanged.
        for time in [Int64(1090), 1180] {
            bench.time.set(time)
            var marker = bench.mark()
            marker.checkpoint.sightings[readings[0]] = time
            try bench.commit(marker)
        }
        bench.time.set(1240)
        #expect(try bench.pass([1]) == [])
    }

    @Test("two stages have histories of their own")
    func scopes() throws {
        let store = MemoryStore()
        let first = Bench(store: store, name: "first")
        #expect(try first.pass([1]) == [1])
        try first.commit(first.mark())
        #expect(try Bench(store: store, name: "second").pass([1]) == [1])
    }
}
