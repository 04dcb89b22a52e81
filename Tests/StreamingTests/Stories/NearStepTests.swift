import Records
import Synchronization
import TestSupport
import Testing

@testable import Streaming

/// A step that compares texts, with a store and markers.
private final class Bench: Sendable {
    let store: any CheckpointStore
    let readings = Readings()
    let step: NearStep
    /// Seconds of the history's clock.
    let time: Time
    private let markers = Mutex<UInt64>(0)

    init(
        store: any CheckpointStore = MemoryStore(), then: NearDuplicates.Then = .drop,
        similarity: Double = 0.7,
        history: Int = 400, when: (any Predicate)? = nil
    ) {
        self.store = store
        let time = Time()
        self.time = time
        step = NearStep(
            identity: "dedup near=t",
            near: NearDuplicates(texts: [[Key("t")], [Key("u")]], similarity: similarity, then: then),
            when: when,
            history: .seconds(history), store: store, readings: readings, now: { time.now },
            rule: .of(.fail, stage: "near"), logger: .silent)
    }

    final class Time: Sendable {
        private let seconds = Mutex<Int64>(1000)

        var now: Int64 { seconds.withLock { $0 } }
        func set(_ value: Int64) { seconds.withLock { $0 = value } }
    }

    func records(_ texts: [String]) throws -> [Record] {
        try Items.records(texts.map { #"{"t":"\#($0)"}"# }, origin: Origin(source: "s", received: 0))
    }

    /// The records that are let through.
    func pass(_ texts: [String]) throws -> [Record] {
        var records = try records(texts)
        #expect(try step.process(&records).isEmpty)
        return records
    }

    /// How many of texts are let through.
    func count(_ texts: String...) throws -> Int { try pass(texts).count }

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

@Suite("Dropping what is the same story")
struct NearStepTests {
    private static let storm =
        "heavy storm hits the northern coast and leaves forty thousand homes without power tonight"
    /// One word of it is another.
    private static let rewrite =
        "heavy storm hits the northern coast and leaves fifty thousand homes without power tonight"
    private static let other =
        "parliament votes on the new budget after a long debate about schools and rail lines"
    private static let short = "Storm hits coast"

    @Test("the first of similar texts passes, in one run of records and in the next")
    func withinRuns() throws {
        let bench = Bench()
        #expect(try bench.count(Self.storm, Self.other, Self.rewrite, Self.storm) == 2)
        #expect(try bench.count(Self.rewrite, Self.other) == 0)
        #expect(bench.step.figures.duplicateCount == 4)
    }

    @Test("stories are known before, during and after a checkpoint, and stored once")
    func acrossCheckpoints() throws {
        let bench = Bench()
        #expect(try bench.count(Self.storm) == 1)
        let marker = bench.mark()
        #expect(marker.checkpoint.keys.count == 1 && marker.checkpoint.stories.count == 1)
        #expect(try bench.count(Self.rewrite) == 0)
        try bench.commit(marker)
        #expect(try bench.count(Self.rewrite, Self.other) == 1)
        #expect(bench.mark().checkpoint.stories.count == 1)
    }

    @Test("stories that no checkpoint covered are unknown after a restart")
    func restarts() throws {
        let store = MemoryStore()
        let first = Bench(store: store)
        #expect(try first.count(Self.storm) == 1)
        try first.commit(first.mark())
        #expect(try first.count(Self.other) == 1)
        _ = first.mark()
        let second = Bench(store: store)
        #expect(try second.count(Self.rewrite, Self.other) == 1)
    }

    @Test("a record that failed opens no story: the next of it passes, before the checkpoint and after it")
    func takesBack() throws {
        for isStored in [false, true] {
            let bench = Bench()
            let passed = try bench.pass([Self.storm])
            if isStored { try bench.commit(bench.mark()) }
            passed[0].giveBackKeys()
            #expect(try bench.count(Self.rewrite) == 1)
            #expect(try bench.count(Self.storm) == 0)
            try bench.commit(bench.mark())
            #expect(try Bench(store: bench.store).count(Self.storm, Self.rewrite) == 0)
        }
    }

    @Test("a record that failed after its checkpoint is forgotten by the next one")
    func takesBackLater() throws {
        let bench = Bench()
        let passed = try bench.pass([Self.storm])
        try bench.commit(bench.mark())
        passed[0].giveBackKeys()
        let marker = bench.mark()
        #expect(marker.checkpoint.removedKeys.count == 1)
        try bench.commit(marker)
        #expect(try Bench(store: bench.store).count(Self.rewrite) == 1)
    }

    @Test("a similar record goes through in the place of one that failed behind the step")
    func reconsiders() throws {
        let bench = Bench()
        let passed = try bench.pass([Self.storm, Self.rewrite, Self.storm])
        #expect(passed.count == 1)
        passed[0].giveBackKeys()
        var again = bench.step.reconsidered()
        #expect(again.count == 2)
        #expect(try bench.step.process(&again).isEmpty)
        #expect(again.count == 1 && bench.step.reconsidered().isEmpty)
        #expect(bench.step.figures.duplicateCount == 1)
    }

    @Test("a story counts for its history since it was seen last, and is remembered beyond it")
    func expires() throws {
        let bench = Bench(history: 400)
        #expect(try bench.count(Self.storm) == 1)
        for time in [1300, 1650, 2000, 2350] as [Int64] {
            bench.time.set(time)
            #expect(try bench.count(Self.rewrite) == 0)
            try bench.commit(bench.mark())
            // What the engine does with the stage's ttl: five quarters of the history.
            while try bench.store.forget(before: time - 501, limit: 100) >= 100 {}
        }
        bench.time.set(2751)
        #expect(try bench.count(Self.storm) == 1)
        #expect(try bench.count(Self.rewrite) == 0)
    }

    @Test("a clock that is set back forgets nothing")
    func clockSetBack() throws {
        let bench = Bench()
        #expect(try bench.count(Self.storm) == 1)
        try bench.commit(bench.mark())
        bench.time.set(10)
        #expect(try bench.count(Self.rewrite) == 0)
        bench.time.set(1200)
        #expect(try bench.count(Self.rewrite) == 0)
    }

    @Test("a document that still shows a text keeps its story known")
    func renewedByReadings() throws {
        let bench = Bench(history: 400)
        var shown = try Items.records(
            [#"{"t":"\#(Self.storm)"}"#], origin: Origin(source: "s", received: 0, reading: 9))
        #expect(try bench.step.process(&shown).isEmpty)
        try bench.commit(bench.mark())
        bench.time.set(2000)
        bench.readings.renew(9, at: 1900)
        #expect(try bench.count(Self.rewrite) == 0)
    }

    @Test("short texts are the same only if all their words are")
    func shortTexts() throws {
        let bench = Bench()
        #expect(try bench.count(Self.short, "Storm hits city", "STORM hits — coast!", "Storm") == 3)
        try bench.commit(bench.mark())
        #expect(try Bench(store: bench.store).count(Self.short, "storm", "Storm hits home") == 1)
    }

    @Test("records without a text to compare pass, and are counted")
    func withoutText() throws {
        let bench = Bench()
        var records = try Items.records(
            [#"{"n":1}"#, #"{"t":null}"#, #"{"t":"🚨"}"#, #"{"t":17}"#],
            origin: Origin(source: "s", received: 0))
        #expect(try bench.step.process(&records).isEmpty)
        #expect(records.count == 4)
        #expect(bench.step.figures.missingCount == 4)
        #expect(records.allSatisfy { $0.attachment?.story(at: $0.attachmentIndex) == nil })
    }

    @Test("records that a condition leaves out are neither compared nor kept")
    func when() throws {
        let bench = Bench(when: ClosurePredicate { $0["u"] != nil })
        #expect(try bench.count(Self.storm, Self.storm) == 2)
        #expect(bench.mark().checkpoint.keys.isEmpty)
    }

    @Test("with `mark` all pass, each with its story")
    func marks() throws {
        let bench = Bench(then: .mark)
        func stories(_ texts: String...) throws -> [RecordStory?] {
            try bench.pass(texts).map { $0.attachment?.story(at: $0.attachmentIndex) }
        }
        let first = try stories(Self.storm, Self.other, Self.rewrite)
        #expect(first.map { $0?.isFirst } == [true, true, false])
        #expect(first[2]?.number == first[0]?.number && first[1]?.number != first[0]?.number)
        #expect(bench.step.figures.duplicateCount == 0)
        try bench.commit(bench.mark())
        let second = try stories(Self.rewrite, Self.storm)
        #expect(second.map { $0?.number } == [first[0]?.number, first[0]?.number])
        #expect(second.allSatisfy { $0?.isFirst == false })
    }

    @Test("a marked record that fails leaves the story open")
    func markedFailure() throws {
        let bench = Bench(then: .mark)
        let passed = try bench.pass([Self.storm, Self.rewrite])
        passed[1].giveBackKeys()
        #expect(try bench.pass([Self.rewrite])[0].story?.isFirst == false)
        passed[0].giveBackKeys()
        #expect(try bench.pass([Self.rewrite])[0].story?.isFirst == true)
    }

    @Test(
        "what was held goes past the step with the story that it had",
        arguments: [NearDuplicates.Then.drop, .mark])
    func held(then: NearDuplicates.Then) throws {
        let bench = Bench(then: then)
        let passed = try bench.pass([Self.storm, Self.rewrite])
        let held = passed.enumerated().map { HeldRecord($1, number: UInt64($0)) }
        #expect(
            held.map { $0.admissions.map(\.isFollower) } == (then == .drop ? [[false]] : [[false], [true]]))
        try bench.commit(bench.mark())
        let next = Bench(store: bench.store, then: then)
        var again = try held.map { held in
            var records = [try held.record(slot: 0)]
            for admission in held.admissions {
                if !admission.isFollower { next.step.restore(admission.key) }
                Admissions.attach(
                    [admission.key], followers: [admission.isFollower], of: next.step, to: &records)
            }
            return records[0]
        }
        #expect(try next.step.process(&again).isEmpty)
        #expect(again.map(\.story) == passed.map(\.story))
    }

    @Test("a checkpoint that becomes durable while the store is asked loses no story")
    func commitDuringLookup() throws {
        let store = HookedStore()
        let bench = Bench(store: store)
        #expect(try bench.count(Self.storm) == 1)
        let marker = bench.mark()
        store.afterLookup { try? bench.commit(marker) }
        #expect(try bench.count(Self.rewrite) == 0)
    }

    @Test("of several stories the most similar is taken")
    func takesTheMostSimilar() throws {
        let bench = Bench(then: .mark, similarity: 0.5)
        var random = SeededGenerator(seed: 3)
        let words = Prose.words(100, using: &random)
        func text(_ changed: Int) -> String {
            (words.dropLast(changed) + Prose.words(changed, using: &random)).joined(separator: " ")
        }
        let stories = try bench.pass([text(40), text(0)]).map(\.story)
        let story = try bench.pass([text(5)])[0].story
        #expect(story?.isFirst == false)
        // The second was taken for the first's, or it is the one.
        #expect(story?.number == stories[1]?.number)
    }

    /// Random texts and failures against what a search through all texts says.
    @Test("lets through what is unlike all that was let through, by seed", arguments: 0..<20 as Range<UInt64>)
    func agreesWithASearch(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let stories = (0..<12).map { _ in Prose.words(300, using: &random) }
        var bench = Bench(history: 1_000_000)
        var known: Set<Int> = []
        var durable: Set<Int> = []
        for step in 0..<60 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                try bench.commit(bench.mark())
                durable = known
            case 1:
                // The process dies.
                bench = Bench(store: bench.store, history: 1_000_000)
                known = durable
            default:
                let chosen = (0..<Int.random(in: 1..<6, using: &random)).map { _ in
                    Int.random(in: stories.indices, using: &random)
                }
                let texts = chosen.map { number in
                    var words = stories[number]
                    words[Int.random(in: words.indices, using: &random)] = "x\(step)"
                    return words.joined(separator: " ")
                }
                var expected: [String] = []
                for (number, text) in zip(chosen, texts) where known.insert(number).inserted {
                    expected.append(text)
                }
                let passed = try bench.pass(texts)
                #expect(passed.map { $0["t"]?.string } == expected)
                if let first = passed.first, Bool.random(using: &random) {
                    let number = chosen[texts.firstIndex { $0 == first["t"]?.string } ?? 0]
                    first.giveBackKeys()
                    known.remove(number)
                    // What was dropped for it comes again.
                    var again = bench.step.reconsidered()
                    if !again.isEmpty {
                        _ = try bench.step.process(&again)
                        #expect(again.count == 1)
                        known.insert(number)
                    }
                }
                _ = bench.step.reconsidered()
            }
        }
    }
}

extension Record {
    fileprivate var story: RecordStory? { attachment?.story(at: attachmentIndex) }
}
