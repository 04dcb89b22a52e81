import FeedSpine
import Testing

@testable import FeedSpineRunner

/// What the author of a component is promised, and its users with it.
@Suite("Components of a program", .timeLimit(.minutes(10)))
struct ComponentTests {
    private struct Collected: RecordSink {
        let written: Written
        /// Records that it refuses.
        var refused: Int?

        func write(_ records: [Record]) async throws -> [Refusal] {
            let places = records.indices.filter { records[$0]["id"].int == refused && refused != nil }
            written.append(records.indices.filter { !places.contains($0) }.map { records[$0].json })
            return places.map { Refusal(of: $0, because: "not this one") }
        }
    }

    private enum Order: String, OptionWord {
        case rising, falling

        var doc: String { self == .rising ? "The smallest first." : "The largest first." }
    }

    private let written = Written()

    private func components(refusing refused: Int? = nil) -> [Component] {
        [
            .source(
                "numbers", "Sends the numbers from 1 on.",
                Field<Int>("count", "How many.", .range(1...1000), example: "3", role: .address),
                Field<Order>("order", default: .rising, "How they are sorted."),
                Field<[String]>("tags", default: [], "What they are about.", .notEmpty),
                Field<Duration?>("pause", "The time between two.", .positive)
            ) { count, _, _, _ in Numbers(1..<count + 1) },
            .map(
                "double", "Doubles a number.", changes: .sets(option: "to"),
                Field<String>("to", "Where it is written.", example: "twice")
            ) { Double2(field: $0) },
            .asyncMap("copies", "Makes two of each.", Field<Int>("at_once", default: 3, "How many.")) {
                Copies(concurrency: $1)
            },
            .stage(
                "sample", "Lets some through.",
                Field<Int>("every", "One of how many.", .atLeast(1), example: "2")
            ) {
                Sample(every: $0)
            },
            .sink(
                "collected", "Keeps records.", Field<String>("label", "Whose.", example: "a", role: .address)
            ) {
                [written] _ in Collected(written: written, refused: refused)
            },
            .function("half", "Half of a number.", examples: ["half(4)": "2"]) { (number: Int) in number / 2
            },
            .function("half", "Half of a number.", examples: ["half(5.0)": "2.5"]) { (number: Double) in
                number / 2
            },
            .function("text.shorter", "The shorter of two texts.") { (one: String, other: String) in
                one.count < other.count ? one : other
            }
        ]
    }

    private struct Double2: RecordMap {
        let field: String

        func map(_ record: inout Record) throws {
            guard let number = record["id"].int else { throw Trouble() }
            if number == 3 { throw Trouble() }
            try record.set(field, to: number * 2)
        }
    }

    private struct Copies: AsyncRecordMap {
        let concurrency: Int

        func map(_ record: Record) async throws -> [Record] {
            if record["id"].int == 2 { throw Trouble() }
            var copy = record
            try copy.set("copy", to: true)
            return record["id"].int == 1 ? [] : [record, copy]
        }
    }

    private struct Trouble: Error {}

    private func workbench(refusing refused: Int? = nil) throws -> Workbench {
        Workbench(try FeedSpineRunner.runner(components(refusing: refused)))
    }

    private func spec(_ stages: String, count: Int = 4) -> String {
        "name: t\nsources: [numbers: \(count)]\nstages:\n\(stages)  - tap: { collected: a }\n"
    }

    @Test("keep what built-in ones promise")
    func audit() { #expect(FeedSpineRunner.problems(of: components()) == []) }

    @Test("are held to it")
    func auditFinds() {
        let problems = FeedSpineRunner.problems(of: [
            .source("numbers", "Without a full stop", Field<Int>("count", "How many.")) { _ in Numbers(0..<1)
            },
            .function("half", "Half.", examples: ["half(4)": "3"]) { (number: Int) in number / 2 }
        ])
        #expect(
            problems.prefix(2) == [
                "source numbers: the description is not a sentence",
                "source numbers: the required option `count` has no example"
            ])
        #expect(problems.last == "function half: the example `half(4)` does not give `3`")
    }

    @Test("run, in every place of a pipeline")
    func run() async throws {
        let workbench = try workbench()
        let failed = try await workbench.run(
            spec("  - sample: 2\n  - map: { set: { half: half(id), text: 'text.shorter(\"ab\", \"c\")' } }\n")
        )
        #expect(failed == 0)
        #expect(written.lines == [#"{"id":2,"half":1,"text":"c"}"#, #"{"id":4,"half":2,"text":"c"}"#])
    }

    @Test("maps change records, and those that fail go to the dead letters alone")
    func maps() async throws {
        #expect(try await workbench().run(spec("  - map: { double: twice }\n")) == 1)
        #expect(written.lines == [1, 2, 4].map { "{\"id\":\($0),\"twice\":\($0 * 2)}" })
    }

    @Test("maps that wait make none or several, in order, one failure alone", arguments: [1, 3])
    func asyncMaps(concurrency: Int) async throws {
        #expect(try await workbench().run(spec("  - map: { copies: { at_once: \(concurrency) } }\n")) == 1)
        #expect(
            written.lines == [
                #"{"id":3}"#, #"{"id":3,"copy":true}"#, #"{"id":4}"#, #"{"id":4,"copy":true}"#
            ])
    }

    @Test("maps that wait leave alone what `when` does not match, and batches together")
    func asyncMapsWithCondition() async throws {
        let failed = try await workbench().run(
            spec("  - batch: 3\n  - map: copies\n    when: id > 2\n"))
        #expect(failed == 0)
        #expect(
            written.lines == [
                #"{"id":1}"#, #"{"id":2}"#, #"{"id":3}"#, #"{"id":3,"copy":true}"#, #"{"id":4}"#,
                #"{"id":4,"copy":true}"#
            ])
    }

    @Test("sources go on behind their cursor")
    func positions() async throws {
        let workbench = try workbench()
        try await workbench.run(spec(""), limit: 2)
        #expect(written.lines.count == 2)
        try await workbench.run(spec(""))
        #expect(written.lines == (1...4).map { "{\"id\":\($0)}" })
        try await workbench.run(spec(""))
        #expect(written.lines.count == 4)
    }

    @Test("a record that a sink refuses goes to the dead letters, the others are written")
    func refusals() async throws {
        #expect(try await workbench(refusing: 2).run(spec("")) == 1)
        #expect(written.lines == [1, 3, 4].map { "{\"id\":\($0)}" })
    }

    @Test("are checked like built-in ones, with places and suggestions")
    func findings() throws {
        let findings = try workbench().findings(
            """
            name: t
            sources:
              - numbers: { count: 0, ordr: rising }
              - numbers: { count: 2, order: up, pause: 0s }
            stages:
              - map: { doubl: twice }
              - sample: 0
              - filter: halve(id) == 1
              - filter: half("a") == 1
              - tap: { collected: {} }
            """)
        #expect(
            findings == [
                "3:23: `count` must be between 1 and 1000",
                "3:26: unknown option `ordr` of `numbers` (did you mean `order`?)",
                "4:33: `order` takes `rising` or `falling`, not `up`",
                "4:44: `pause` must be longer than 0",
                "6:12: unknown map `doubl` (did you mean `double`?)",
                "7:13: `every` must be at least 1",
                "8:13: unknown function 'halve' (did you mean `half`?)",
                "9:13: 'half' does not take (string)",
                "10:12: `collected` needs the option `label`"
            ])
    }

    @Test("what a map sets is known behind it")
    func fields() throws {
        let workbench = try workbench()
        let text = """
            name: t
            sources: [rss: a.xml]
            stages:
              - map: { double: twice }
              - filter: twice > 1 && %@ == 1
              - tap: { collected: a }
            """
        #expect(workbench.findings(text.replacing("%@", with: "score")) == [])
        #expect(workbench.findings(text.replacing("%@", with: "scor")).count == 1)
    }

    @Test("options beside a name that have no effect are found")
    func effects() throws {
        let findings = try workbench().findings(
            """
            name: t
            sources:
              - numbers: 2
                rate_limit: 1/s
                retry: 5
            stages:
              - map: copies
                buffer: 10
              - map: { double: twice }
                buffer: 10
              - sample: 1
                on_error: drop
              - tap: { collected: a }
            """)
        #expect(findings.count == 2)
        #expect(findings.first?.hasPrefix("4:5: ") == true)
        #expect(findings.last?.hasPrefix("10:5: ") == true)
    }

    @Test("are described by the commands")
    func descriptions() throws {
        let workbench = try workbench()
        #expect(workbench.overview.contains("\nFunctions\n  half "))
        #expect(workbench.page("half")?.contains("half(5.0)") == true, "the examples of all its overloads")
        #expect(workbench.overview.contains("  numbers "))
        #expect(workbench.page("numbers")?.contains("falling: The largest first.") == true)
        #expect(workbench.page("half")?.contains("half(double) → double") == true)
        #expect(workbench.schema.contains(#""numbers":{"description":"Sends the numbers from 1 on.""#))
        #expect(!workbench.schema.contains("$id"))
        #expect(workbench.reference.contains("### numbers\n"))
        #expect(workbench.reference.contains("| `half(int) → int`<br>`half(double) → double` |"))
    }

    @Test("functions over numbers take whole ones, unless another of their name does")
    func wholeNumbers() async throws {
        let workbench = Workbench(
            try FeedSpineRunner.runner(
                components() + [
                    .function("mean", "The mean.") { (one: Double, other: Double) in (one + other) / 2 }
                ]))
        try await workbench.run(
            spec(
                "  - map: { set: { a: 'mean(id, 2.5)', b: 'mean(id, id)', c: half(id), d: half(2.5) } }\n",
                count: 1))
        #expect(written.lines == [#"{"id":1,"a":1.75,"b":1.0,"c":0,"d":1.25}"#])
    }

    @Test("names that are taken, or none, are said")
    func names() {
        func problem(_ components: Component...) -> ComponentProblem? {
            do throws(ComponentProblem) {
                _ = try FeedSpineRunner.runner(components)
                return nil
            } catch {
                return error
            }
        }
        func source(_ name: String) -> Component { .source(name, "Reads.") { Numbers(0..<1) } }
        func map(_ name: String) -> Component { .map(name, "Maps.") { Shout(field: "a") } }
        func function(_ name: String) -> Component { .function(name, "Gives 1.") { (_: Int) in 1 } }

        #expect(problem(source("rss")) == .builtin("source", name: "rss"))
        #expect(problem(source("clean"), map("jsonl")) == nil)
        #expect(problem(map("clean")) == .builtin("map", name: "clean"))
        #expect(problem(source("a"), source("a")) == .twice("source", name: "a"))
        #expect(problem(source("a"), map("a")) == nil)
        #expect(problem(source("every")) == .option("source", name: "every"))
        #expect(problem(source("My-Source")) == .name("source", name: "My-Source"))
        #expect(problem(function("size")) == .builtin("function", name: "size"))
        #expect(problem(function("strip_html")) == .builtin("function", name: "strip_html"))
        #expect(problem(function("has")) == .name("function", name: "has"))
        #expect(problem(function("in")) == .name("function", name: "in"))
        #expect(problem(function("a.b")) == nil)
        #expect(
            "\(ComponentProblem.builtin("source", name: "rss"))"
                == "the source 'rss' of this program has the name of a built-in source; give it another one")
    }
}
