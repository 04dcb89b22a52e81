import Records
import Synchronization
import TestSupport
import Testing

@testable import Streaming

@Suite("Steps")
struct StepTests {
    private func process(_ step: any Step, _ range: Range<Int>) throws -> (
        kept: [Int], failed: [RecordFailure]
    ) {
        var records = try Items.numbered(range)
        let failures = try step.process(&records)
        return (Items.numbers(records), failures)
    }

    private func filter(
        _ rule: FailureRule = .of(.deadLetter), when: (any Predicate)? = nil,
        _ body: @escaping @Sendable (Int) -> Match
    ) -> FilterStep {
        FilterStep(predicate: NumberPredicate(body), when: when, rule: rule, logger: .silent)
    }

    @Test("a filter keeps what matches, in order; absent fields are dropped and counted")
    func filtering() throws {
        let step = filter { number in
            switch number % 3 {
            case 0: .matched
            case 1: .notMatched
            default: .missing("field")
            }
        }
        let (kept, failed) = try process(step, 0..<9)
        #expect(kept == [0, 3, 6])
        #expect(failed.isEmpty)
        #expect(step.figures.missingCount == 3)
        #expect(step.figures.failureCount == 0)
    }

    @Test(
        "a filter that cannot be evaluated follows on_error", arguments: [OnError.Disposal.deadLetter, .drop])
    func failingFilter(disposal: OnError.Disposal) throws {
        let step = filter(.of(disposal, stage: "f")) { $0 == 1 ? .failed("why") : .matched }
        let (kept, failed) = try process(step, 0..<3)
        #expect(kept == [0, 2])
        #expect(failed.map(\.message) == (disposal == .drop ? [] : ["why"]))
        #expect(failed.map(\.stage) == (disposal == .drop ? [] : ["f"]))
        #expect(step.figures.failureCount == 1)
    }

    @Test("on_error: fail ends the run and names the record")
    func failing() throws {
        let step = filter(.of(.fail, stage: "f")) { $0 == 1 ? .failed("why") : .matched }
        #expect(throws: StageFailure(stage: "f", source: "s", index: 1, message: "why")) {
            _ = try process(step, 0..<3)
        }
    }

    @Test("records that the condition does not match go past filter and map")
    func conditions() throws {
        let when = NumberPredicate.where { $0 >= 2 }
        #expect(try process(filter(when: when) { _ in .notMatched }, 0..<4).kept == [0, 1])
        let map = MapStep(
            transform: NumberTransform { number, _ in throw Broken("\(number)") }, when: when,
            rule: .of(.deadLetter))
        let (kept, failed) = try process(map, 0..<4)
        #expect(kept == [0, 1])
        #expect(failed.map(\.message) == ["2", "3"])
    }

    @Test("a map lays its changes over the records; one that throws changes nothing and leaves")
    func mapping() throws {
        let step = MapStep(
            transform: NumberTransform { number, edit in
                edit.set(Key("a")) { $0.int(Int64(number)) }
                if number % 2 == 1 { throw Broken("odd") }
                edit.set(Key("b")) { builder in
                    builder.beginArray()
                    builder.string("\(number)")
                    builder.endArray()
                }
                edit.remove(Key("n"))
                edit.remove(Key("absent"))
            }, when: nil, rule: .of(.deadLetter))
        var records = try Items.numbered(0..<5)
        let failures = try step.process(&records)
        #expect(
            records.map(Items.text) == [
                #"{"a":0,"b":["0"]}"#, #"{"a":2,"b":["2"]}"#, #"{"a":4,"b":["4"]}"#
            ])
        #expect(failures.map { Items.text($0.record) } == [#"{"n":1}"#, #"{"n":3}"#])
    }

    @Test("a map that writes records anew keeps where each comes from")
    func replacing() throws {
        let step = MapStep(
            transform: NumberTransform { number, edit in
                edit.set(Key("before")) { $0.int(0) }
                if number > 2 {
                    edit.replace { builder in
                        builder.beginObject()
                        builder.key("m")
                        builder.int(Int64(number))
                        builder.endObject()
                    }
                }
                edit.set(Key("after")) { $0.int(1) }
            }, when: nil, rule: .of(.deadLetter))
        var records = try Items.numbered(0..<2, source: "a") + Items.numbered(2..<6, source: "b", slot: 1)
        #expect(try step.process(&records).isEmpty)
        #expect(
            records.map(Items.text) == [
                #"{"n":0,"before":0,"after":1}"#, #"{"n":1,"before":0,"after":1}"#,
                #"{"n":2,"before":0,"after":1}"#, #"{"m":3,"after":1}"#, #"{"m":4,"after":1}"#,
                #"{"m":5,"after":1}"#
            ])
        #expect(records.map(\.chunk.origin.source) == ["a", "a", "b", "b", "b", "b"])
        #expect(records.map(\.index) == [0, 1, 2, 3, 4, 5])
    }

    @Test("a map that breaks off in the middle of a value costs no other record its changes")
    func brokenValues() throws {
        let step = MapStep(
            transform: NumberTransform { number, edit in
                edit.set(Key("a")) { $0.int(Int64(number)) }
                try edit.set(Key("b")) { builder in
                    builder.beginObject()
                    builder.key("c")
                    if number % 3 == 1 { throw Broken("in the middle") }
                    builder.bool(true)
                    builder.endObject()
                }
            }, when: NumberPredicate.where { $0 != 2 }, rule: .of(.deadLetter))
        var records = try Items.numbered(0..<6)
        let failures = try step.process(&records)
        #expect(
            records.map(Items.text) == [
                #"{"n":0,"a":0,"b":{"c":true}}"#, #"{"n":2}"#, #"{"n":3,"a":3,"b":{"c":true}}"#,
                #"{"n":5,"a":5,"b":{"c":true}}"#
            ])
        #expect(failures.map { Items.text($0.record) } == [#"{"n":1}"#, #"{"n":4}"#])
    }

    @Test("a map that makes too much of a record gives it up, and costs no other record its changes")
    func tooMuchMade() throws {
        let step = MapStep(
            transform: NumberTransform { number, edit in
                edit.set(Key("a")) { $0.string(String(repeating: "x", count: number * 1_000_000)) }
            }, when: nil, rule: .of(.deadLetter))
        var records = try Items.numbered(14..<19)
        let failures = try step.process(&records)
        #expect(Items.numbers(records) == [14, 15])
        #expect(records.allSatisfy { $0.byteCount > 14_000_000 })
        #expect(Items.numbers(failures.map(\.record)) == [16, 17, 18])
        #expect(Set(failures.map(\.message)) == ["the stage makes more than 16000000 bytes of one record"])
    }

    @Test("many maps together make no more of a record than one may many times")
    func tooMuchMadeTogether() throws {
        var records = try Items.numbered(0..<1)
        var failures: [RecordFailure] = []
        for round in 0..<6 {
            let step = MapStep(
                transform: NumberTransform { _, edit in
                    edit.set(Key("a\(round)")) { $0.string(String(repeating: "x", count: 15_000_000)) }
                }, when: nil, rule: .of(.deadLetter))
            failures += try step.process(&records)
        }
        #expect(failures.map(\.message) == ["the stage makes the record larger than 64000000 bytes"])
    }

    @Test("what maps make of many records is in memory as long as a few of them are")
    func sharedChunks() throws {
        let step = MapStep(
            transform: NumberTransform { _, edit in
                edit.set(Key("a")) { $0.string(String(repeating: "x", count: 700_000)) }
            }, when: nil, rule: .of(.deadLetter))
        var records = try Items.numbered(0..<6)
        _ = try step.process(&records)
        let chunks = Set(
            records.map { record in record.overlay?[Key("a")]?.value.map { ObjectIdentifier($0.chunk) } })
        #expect(chunks.count == 3)
    }

    @Test("the last change of a field counts")
    func repeatedChanges() throws {
        var records = try Items.numbered(0..<2)
        var edit = RecordEdit()
        edit.begin(0)
        edit.set(Key("a")) { $0.int(1) }
        edit.set(Key("a")) { $0.int(2) }
        edit.begin(1)
        edit.set(Key("n")) { $0.int(3) }
        edit.remove(Key("n"))
        edit.apply(to: &records, from: records[0].chunk.origin)
        #expect(records.map(Items.text) == [#"{"n":0,"a":2}"#, "{}"])
    }

    @Test("removing many places keeps the order of the others", arguments: 0..<50)
    func removing(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...40, using: &generator)
        let places = (0..<count).filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
        var numbers = Array(0..<count)
        numbers.remove(at: places)
        #expect(numbers == (0..<count).filter { !places.contains($0) })
    }

    @Test("steps run one after the other over what the ones before left, failures first")
    func emitter() async throws {
        let next = AsyncBuffer(capacity: Load(records: 100, bytes: .max / 4))
        let emitter = Emitter(
            steps: [
                filter { $0 == 0 ? .failed("first") : .matched },
                filter { $0 == 1 ? .failed("second") : .matched }
            ], next: next)
        try await emitter.records(Items.numbered(0..<4))
        emitter.finish()
        var out: [String] = []
        while let element = try await next.take() {
            switch element {
            case .records(let records): out.append("\(Items.numbers(records))")
            case .control(.failures(let failures)): out += failures.map(\.message)
            case .control: out.append("control")
            }
        }
        #expect(out == ["first", "second", "[2, 3]"])
        #expect(emitter.steps.map(\.figures.inCount) == [4, 3])
        #expect(emitter.steps.map(\.figures.outCount) == [3, 2])
    }

    @Test("failed records wait for room like others, so that they cannot fill the memory")
    func failingEverything() async throws {
        let next = AsyncBuffer(capacity: Load(records: 10, bytes: .max / 4))
        let emitter = Emitter(steps: [filter { _ in .failed("no") }], next: next)
        let progress = Output()
        let task = Task {
            for round in 0..<100 {
                try await emitter.records(Items.numbered(round..<round + 1))
                progress.append(["\(round)"])
            }
            emitter.finish()
        }
        while progress.count < 10 { await Task.yield() }
        for _ in 0..<1000 { await Task.yield() }
        #expect(progress.count == 10)
        var failed = 0
        while let element = try await next.take() { failed += element.load.records }
        try await task.value
        #expect(failed == 100)
    }
}
