import Pacing
import Records
import TestSupport
import Testing

@testable import Streaming

@Suite("A process that dies at any moment", .timeLimit(.minutes(10)))
struct CrashTests {
    /// A random pipeline that can be built again and again over the same or another world.
    private struct Scenario {
        enum Stage: CaseIterable { case filter, map, failingMap, dedup, rateLimit, batch, timedBatch, tap }

        var stages: [Stage]
        var sources: [(name: String, count: Int, run: Int, anchorEvery: Int?)]
        var batchSize: Int
        var fileLimit: Int
        /// Whether the sources are parts of one.
        var isDivided: Bool
        var settings = Pipeline.Settings()

        init(seed: Int) {
            var generator = SeededGenerator(seed: seed)
            stages = (0..<Int.random(in: 1...5, using: &generator)).compactMap { _ in
                Stage.allCases.randomElement(using: &generator)
            }
            if let first = stages.firstIndex(of: .tap) {
                stages = stages.enumerated().filter { $0.offset == first || $0.element != .tap }.map(
                    \.element)
            }
            sources = (0..<Int.random(in: 1...3, using: &generator)).map { slot in
                (
                    name: "s\(slot)", count: Int.random(in: 0...60, using: &generator),
                    run: Int.random(in: 1...9, using: &generator),
                    anchorEvery: Bool.random(using: &generator)
                        ? Int.random(in: 1...4, using: &generator) : nil
                )
            }
            batchSize = Int.random(in: 1...12, using: &generator)
            fileLimit = Int.random(in: 1...10, using: &generator)
            settings.buffer = Int.random(in: 1...20, using: &generator)
            settings.maxConcurrentSources = Int.random(in: 1...3, using: &generator)
            isDivided = Int.random(in: 0..<3, using: &generator) == 0
        }

        /// - Parameter attempt: changes how the sources divide their input; a new process may see other blocks.
        func pipeline(_ world: World, _ crash: Crash, attempt: Int) -> Pipeline {
            let sources = sources.map { source in
                // A record that fails gives its key back; whether another of the same key had been dropped before
                // depends on how they came. So the keys of those that fail are their own.
                let texts = (0..<source.count).map { number in
                    let key = number % 7 == 5 ? "own \(number)" : "\(number * number % 37)"
                    return "{\"n\":\(number),\"s\":\"\(source.name)\",\"key\":\"\(source.name)-\(key)\"}"
                }
                return Pipeline.SourceNode(
                    name: source.name,
                    source: ScriptedSource(
                        texts, run: 1 + (source.run + attempt * 4) % 9, anchorEvery: source.anchorEvery))
            }
            let operations =
                stages.map { operation($0, world, crash) } + [
                    .tap([
                        Pipeline.Target(name: "late", sink: CrashingSink(output: world.late, crash: crash)),
                        Pipeline.Target(
                            name: "files",
                            sink: RollingSink(
                                files: world.files, limit: fileLimit, before: { _ in try crash.step() }))
                    ])
                ]
            return Pipeline.of(
                isDivided ? [divided(into: sources)] : sources, operations, settings: settings)
        }

        private func divided(into sources: [Pipeline.SourceNode]) -> Pipeline.SourceNode {
            let parts = sources.map { SourcePart(key: $0.name, name: $0.name, source: $0.source) }
            let source = ClosureSource { [settings] _, outlet in
                outlet.divide(into: parts, atOnce: settings.maxConcurrentSources)
            }
            return Pipeline.SourceNode(name: "all", source: source)
        }

        private func operation(_ stage: Stage, _ world: World, _ crash: Crash) -> StageKind {
            switch stage {
            case .filter: .filter(NumberPredicate.where { $0 % 3 != 1 })
            case .map: .map(NumberTransform { number, edit in edit.set(Key("m")) { $0.int(Int64(-number)) } })
            case .failingMap:
                .map(NumberTransform { number, _ in if number % 7 == 5 { throw Broken("no \(number)") } })
            case .dedup:
                .dedup(
                    FieldIdentification(paths: [[Key("key")]]), history: .seconds(3600), ttl: .seconds(7200))
            case .rateLimit: .rateLimit(Rate(1000, per: .seconds(1)))
            case .batch: .batch(BatchLimits(size: batchSize))
            case .timedBatch: .batch(BatchLimits(size: batchSize, every: .milliseconds(1)))
            case .tap:
                .tap([Pipeline.Target(name: "early", sink: CrashingSink(output: world.early, crash: crash))])
            }
        }

        /// Runs once.
        func run(_ world: World, _ crash: Crash, attempt: Int = 0) async throws {
            let environment = RunEnvironment.quiet(
                clock: ImpatientClock(), deadLetters: CrashingSink(output: world.dead, crash: crash))
            let failed = try await PipelineRun(
                pipeline(world, crash, attempt: attempt),
                store: CrashingStore(store: world.store, crash: crash),
                environment: environment
            ).run()
            #expect(failed.isEmpty)
        }
    }

    /// Dead letters without what a replay has to know: a record that was read again was seen at another time.
    private func letters(_ world: World) -> [String] {
        world.dead.lines.map { String($0.split(separator: #","journey":"#)[0]) }.sorted()
    }

    @Test("leaves the output of one that was not disturbed", arguments: 0..<200)
    func recovery(seed: Int) async throws {
        let scenario = Scenario(seed: seed)
        let undisturbed = World()
        try await scenario.run(undisturbed, Crash(after: nil))

        let world = World()
        var generator = SeededGenerator(seed: seed + 1_000_000)
        var crashes = 0
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            // More effects with every attempt, so that the run comes on.
            let effects = Int.random(in: 0...40, using: &generator) + crashes * 10
            do {
                try await scenario.run(world, Crash(after: effects), attempt: crashes)
            } catch {
                crashes += 1
            }
        }
        try await scenario.run(world, Crash(after: nil), attempt: crashes)

        #expect(bySource(world.late.lines) == bySource(undisturbed.late.lines))
        #expect(bySource(world.early.lines) == bySource(undisturbed.early.lines))
        #expect(letters(world) == letters(undisturbed))
        let files = world.files.all
        let ordered = files.keys.sorted { number($0) < number($1) }.flatMap { files[$0] ?? [] }
        #expect(ordered == world.late.lines, "two sinks of a tap hold the same")
        #expect(files.keys.count == (world.late.lines.count + scenario.fileLimit - 1) / scenario.fileLimit)
    }

    @Test("leaves batches as they were", arguments: 0..<40)
    func batches(seed: Int) async throws {
        var scenario = Scenario(seed: seed)
        scenario.sources = Array(scenario.sources.prefix(1))
        scenario.stages = [.dedup, .failingMap, .batch]
        let undisturbed = World()
        try await scenario.run(undisturbed, Crash(after: nil))
        let world = World()
        for attempt in 0..<3 { try? await scenario.run(world, Crash(after: seed % 17 + attempt * 9)) }
        // Runs that came to their end have let an unfinished batch go; then there is nothing to compare.
        guard world.late.lines.count < undisturbed.late.lines.count else { return }
        try await scenario.run(world, Crash(after: nil))
        #expect(world.late.written == undisturbed.late.written)
    }

    private func bySource(_ lines: [String]) -> [String: [String]] {
        Dictionary(grouping: lines) { (try? JSON(parsing: $0))?["s"]?.string ?? "?" }
    }

    private func number(_ name: String) -> Int { Int(name.dropFirst()) ?? -1 }
}
