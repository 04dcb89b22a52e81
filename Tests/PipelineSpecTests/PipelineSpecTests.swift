import Diagnostics
import Pacing
import PipelineSpec
import Records
import Streaming
import Testing

@Suite("A pipeline spec") struct PipelineSpecTests {
    private func label(_ source: SourceSpec) throws -> String? {
        (try source.make(BuildContext(directory: "/spec", pipeline: "p", name: source.name)) as? EmptySource)?
            .label
    }

    private func labels(_ stage: StageSpec?) throws -> [String] {
        try (stage?.parts.sinks ?? []).compactMap {
            (try $0.make(BuildContext(directory: "", pipeline: "p")) as? NullSink)?.label
        }
    }

    private func dedup(_ stage: StageSpec) throws -> DedupOperation {
        try #require(try stage.make(BuildContext(directory: "", pipeline: "p")) as? DedupOperation)
    }

    @Test func `has the settings of the file and the engine's defaults`() throws {
        let text =
            "name: x\nsettings: { mode: batch, checkpoint: 5s, alerts: { time_to_first_item: 1m } }\nsources: [generate]\nstages: [tap: stdout]\n"
        let settings = try validSpec(text).settings
        #expect(settings.engine.mode == .batch)
        #expect(settings.engine.checkpoint == .seconds(5))
        #expect(settings.engine.buffer == Pipeline.Settings().buffer)
        #expect(settings.alerts.timeToFirstItem == .seconds(60))
        #expect(settings.state == nil)
    }

    @Test func `builds components from checked options`() throws {
        let spec = try validSpec(
            "name: x\nsources: [reddit: swift, reddit: { subreddit: b, limit: 9 }, jsonl: [a, /b]]\nstages: [tap: stdout]\n"
        )
        #expect(try spec.sources.map { try label($0) } == ["swift 25", "b 9", "/spec/a,/b"])
    }

    @Test func `gives every entry a name of its own, around those that are given`() throws {
        let text = """
            name: x
            sources: [generate, { generate: , name: generate-2 }, generate, { generate: , name: z }]
            stages: [{ map: clean }, { map: clean }, { filter: "true", name: clean-2 }, { tap: stdout }, { tap: stdout }]
            """
        let spec = try validSpec(text)
        #expect(spec.sources.map(\.name) == ["generate", "generate-2", "generate#2", "z"])
        #expect(spec.stages.map(\.name) == ["clean", "clean#2", "clean-2", "tap", "tap#2"])
    }

    @Test func `reads the options beside sources and stages`() throws {
        let text = """
            name: x
            sources: [{ reddit: a, every: 15m, rate_limit: 30/m, retry: 3, timeout: 5s, when: score > 1, on_error: drop, max_every: 1h }, { reddit: b, min_every: 1m }]
            stages: [{ tap: stdout, on_error: drop, name: out, when: "true" }]
            """
        let spec = try validSpec(text)
        let options = spec.sources[0].options
        #expect(options.every == .seconds(900))
        #expect(options.rateLimit == Rate(30, per: .seconds(60)))
        #expect(options.retry == RetryPolicy(attempts: 3))
        #expect(options.timeout == .seconds(5))
        #expect(options.when?.text == "score > 1")
        #expect(options.onError == .drop)
        #expect(spec.sources[1].options.minEvery == .seconds(60))
        #expect(options.maxEvery == .seconds(3600))
        #expect(spec.stages[0].options.onError == OnError(then: .drop))
        #expect(spec.stages[0].name == "out")
    }

    @Test func `defaults fill in what entries leave out, of each component that has the option`() throws {
        let text = """
            name: x
            defaults: { reddit: { limit: 5 }, jsonl: { compression: gzip }, dedup: { key: url } }
            sources: [reddit: a, reddit: { subreddit: b, limit: 6 }, jsonl: in.jsonl]
            stages: [dedup: , tap: { jsonl: out.jsonl }]
            """
        let spec = try validSpec(text)
        #expect(try label(spec.sources[0]) == "a 5")
        #expect(try label(spec.sources[1]) == "b 6")
        #expect(try labels(spec.stages.last) == ["out.jsonl gzip"])
        #expect(spec.stages[0].identity == Identity("dedup url"))
    }

    @Test func `references stand for the sinks that they name`() throws {
        let text = """
            name: x
            sinks: { archive: { jsonl: a.jsonl } }
            sources: [generate]
            stages: [tap: { ref: archive }, tap: [{ ref: archive }, stdout]]
            """
        let spec = try validSpec(text)
        #expect(try labels(spec.stages[0]) == ["a.jsonl none"])
        #expect(try labels(spec.stages[1]) == ["a.jsonl none", "stdout"])
    }

    @Test func `a ttl that is not given is at least the history`() throws {
        let spec = try validSpec(
            "name: x\nsources: [generate]\nstages: [dedup: { key: [a, b], history: 30d }, tap: stdout]\n")
        let dedup = try dedup(spec.stages[0])
        #expect(dedup.history == .seconds(30 * 86_400))
        #expect(dedup.ttl == .seconds(30 * 86_400))
    }

    @Test func `a dedup of a key and texts is two stages, each known by what it is made of`() throws {
        let text = """
            name: x
            sources: [generate]
            stages:
              - dedup: { key: [url], near: { text: [title, summary], similarity: 0.9 }, history: 3d }
              - dedup: { near: [title], history: 8d }
              - tap: stdout
            """
        let spec = try validSpec(text)
        #expect(spec.stages.map(\.name) == ["dedup", "dedup near", "dedup#2", "tap"])
        #expect(spec.stages[0].identity == Identity("dedup url"))
        #expect(try dedup(spec.stages[0]).history == .seconds(3 * 86_400))
        let near = try spec.stages[1...2].map { stage in
            try #require(try stage.make(BuildContext(directory: "", pipeline: "p")) as? NearOperation)
        }
        #expect(near.map { $0.near.texts.map { $0.map(\.name) } } == [[["title"], ["summary"]], [["title"]]])
        #expect(near.map(\.near.similarity) == [0.9, 0.8])
        // The bands of a story have to be there for a quarter of the history longer.
        #expect(near.map(\.ttl) == [.seconds(7 * 86_400), .seconds(10 * 86_400 + 1)])
        // What is done with similar texts is no part of the identity; the texts are.
        func identity(_ near: String) throws -> Identity {
            try validSpec("name: x\nsources: [generate]\nstages: [dedup: { near: \(near) }, tap: stdout]\n")
                .stages[0].identity
        }
        #expect(try identity("{ text: [title], similarity: 0.7, then: mark }") == spec.stages[2].identity)
        #expect(try identity("{ text: [summary] }") != spec.stages[2].identity)
    }

    @Test func `checked without its environment, it has constructors that say so`() throws {
        let spec = try validSpec("name: x\nsources: [reddit: \"${SUB}\"]\nstages: [tap: stdout]\n")
        #expect(throws: DeferredValueError.self) { try label(spec.sources[0]) }
    }

    @Test func `is resolved with its environment`() throws {
        let outside = OutsideValues(environment: ["SUB": "swift"], file: { _ in [] })
        let spec = try validSpec(
            "name: x\nsources: [reddit: \"${SUB}\"]\nstages: [tap: stdout]\n", .resolving(outside))
        #expect(try label(spec.sources[0]) == "swift 25")
    }

    @Test(arguments: [
        ("generate", "clean", RecordShape.feedItem), ("generate", "{ set: { a: b } }", .open),
        ("jsonl: a", "clean", .open),
        ("generate, jsonl: a", "clean", .open), ("{ generate: , schema: s.json }", "clean", .open)
    ])
    func `tells expressions what is known of the records`(sources: String, map: String, shape: RecordShape) {
        let seen = ShapeLog()
        let text =
            "name: x\nsources: [\(sources)]\nstages: [map: \(map), { filter: probe }, { tap: stdout }]\n"
        let reading = PipelineSpec.read(SourceText(name: "t.yaml", text: text), catalog: TestCatalog.catalog)
        { expression in
            if expression.text == "probe" { seen.add(expression.shape) }
            return []
        }
        #expect(reading.spec != nil)
        #expect(seen.shapes == [shape])
    }
}

/// Takes what a checker saw out of its closure.
private final class ShapeLog: @unchecked Sendable {
    // Safe because the reader calls its checker on the test's own thread.
    private(set) var shapes: [RecordShape] = []
    func add(_ shape: RecordShape) { shapes.append(shape) }
}
