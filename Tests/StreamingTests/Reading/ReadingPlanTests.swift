import Testing

@testable import Streaming

@Suite("The plan of who is read when")
struct ReadingPlanTests {
    @Test func threeHundredThatHangDelayNoneOfAThousand() throws {
        let every = Duration.seconds(60)
        let bench = PlanBench((0..<1000).map { .idle("s\($0)", every: every) })
        // Those that hang stand first, and are given up after 30 s.
        let starts = try bench.run(for: .seconds(300)) { id in
            id < 300
                ? (.seconds(30), .failed("nothing received", isPermanent: true))
                : (.milliseconds(50), .finished)
        }
        // Four places: 300 for 100 ms each, 700 for 50 ms each.
        let firstRound = Duration.milliseconds((300 * 100 + 700 * 50) / 4)
        for id in 300..<1000 {
            let times = starts[id] ?? []
            #expect(times.count >= 4)
            #expect(times.first.map { $0 <= firstRound + .seconds(1) } == true)
            for (a, b) in zip(times, times.dropFirst()) { #expect(b - a <= every + .seconds(2)) }
        }
    }

    @Test func eachFeedOfAListPollsOnItsOwnSchedule() throws {
        let bench = PlanBench([.idle("list", every: .seconds(60))])
        bench.parts = ["slow", "resting", "quick"]
        let starts = try bench.run(for: .seconds(241)) { id in
            if id == 2 { bench.outlets[2]?.rest(for: .seconds(100)) }
            return (id == 1 ? .seconds(90) : .zero, .finished)
        }
        func seconds(_ id: Int) -> [Int] { (starts[id] ?? []).map { Int($0 / .seconds(1)) } }
        #expect(seconds(0) == [0, 60, 120, 180, 240], "the list itself")
        #expect(seconds(1) == [0, 90, 180], "one that takes longer than its period")
        #expect(seconds(2) == [0, 100, 200], "one that wished to rest")
        #expect(seconds(3) == [0, 60, 120, 180, 240])
    }

    @Test func aListThatIsReadAgainTakesFeedsInAndLetsThemGo() throws {
        let bench = PlanBench([.idle("list", every: .seconds(60))])
        bench.parts = ["a", "b"]
        let starts = try bench.run(for: .seconds(241)) { id in
            if id == 0 {
                switch bench.now {
                case .seconds(60): bench.parts = ["b", "c"]
                case .seconds(120): (bench.parts, bench.listIsComplete) = (["c"], false)
                case .seconds(180): (bench.parts, bench.listIsComplete) = (["a", "c"], true)
                default: break
                }
            }
            return (.zero, id == 2 ? .failed("no", isPermanent: true) : .finished)
        }
        func seconds(_ id: Int) -> [Int] { (starts[id] ?? []).map { Int($0 / .seconds(1)) } }
        // What is due at the moment of the list is read with it or before it.
        #expect(Set(seconds(1)) == [0, 60, 180, 240], "a: gone for two rounds")
        #expect(Set(seconds(2)).isSuperset(of: [0, 60, 120]) && !seconds(2).contains(240), "b")
        #expect(Set(seconds(3)) == [60, 120, 180, 240], "c")
        #expect(bench.figures.sources[0].state == .finished, "one that failed and is gone says nothing")
    }

    @Test func noMoreAreReadAtOnceThanThereAreDescriptorsFor() throws {
        let bench = PlanBench((0..<50).map { .idle("s\($0)") }, mostReadings: 10)
        var most = 0
        let starts = try bench.run(for: .seconds(1000)) { _ in
            most = max(most, bench.reading + 1)
            return (.seconds(30), .finished)
        }
        #expect(starts.count == 50)
        #expect(most == 10)
    }

    @Test func whoIsPolledGoesByTheUptimeWhateverTheWallClockDoes() throws {
        let bench = PlanBench([.idle("s", every: .seconds(60))])
        let starts = try bench.run(for: .seconds(301)) { _ in
            bench.wallClock -= 3_600_000_000_000
            return (.zero, .finished)
        }
        #expect(starts[0]?.count == 6)
    }
}

extension Pipeline.SourceNode {
    /// A source that is never run.
    fileprivate static func idle(_ name: String, every: Duration? = nil) -> Pipeline.SourceNode {
        Pipeline.SourceNode(name: name, source: ClosureSource { _, _ in }, every: every)
    }
}

/// Carries a plan out in a time of its own, without reading anything.
private final class PlanBench {
    let figures: RunFigures
    private(set) var now = Duration.zero
    var wallClock: Int64 = 1_000_000_000_000_000
    /// What the first source names as its parts each time that it is read.
    var parts: [String] = []
    var listIsComplete = true
    private(set) var outlets: [Int: SourceOutlet] = [:]
    private var ends: [(time: Duration, id: Int, outcome: SourceOutcome)] = []
    private var plan: ReadingPlan

    var reading: Int { ends.count }

    init(_ nodes: [Pipeline.SourceNode], mostReadings: Int = 4096) {
        let pipeline = Pipeline.of(nodes, [])
        figures = RunFigures(sources: nodes.map { SourceFigures(name: $0.name) }, stages: [])
        var environment = RunEnvironment.quiet(watches: true)
        environment.mostReadings = mostReadings
        let inlet = SourceInlet(
            buffer: AsyncBuffer(capacity: Load(records: 10, bytes: .max / 4)), sources: nodes.count,
            environment: environment)
        plan = ReadingPlan(pipeline, inlet: inlet, figures: figures)
    }

    /// - Parameter reading: how long a reading of a source or part takes that begins now, and how it ends.
    /// - Returns: when the readings of each began.
    func run(
        for time: Duration, reading: (Int) -> (Duration, SourceOutcome)
    ) throws -> [Int: [Duration]] {
        var starts: [Int: [Duration]] = [:]
        while now < time {
            while let (id, reader) = plan.begin(at: now) {
                outlets[id] = reader.outlet
                starts[id, default: []].append(now)
                let (duration, outcome) = reading(id)
                if id == 0, !parts.isEmpty {
                    reader.outlet.divide(into: named, atOnce: 9, isComplete: listIsComplete)
                }
                ends.append((now + duration, id, outcome))
            }
            let end = ends.indices.min { ends[$0].time < ends[$1].time }
            guard
                let next = ([plan.nextChange(at: now)] + [end.map { ends[$0].time }]).compactMap(\.self).min()
            else { break }
            now = max(now, next)
            if let end, ends[end].time <= now {
                let (_, id, outcome) = ends.remove(at: end)
                try plan.end(id, outcome, at: now)
            }
        }
        return starts
    }

    private var named: [SourcePart] {
        parts.map { SourcePart(key: $0, name: $0, source: ClosureSource { _, _ in }) }
    }
}
