import Hosting
import Testing

/// What `plan` says of an edit is what a run then does.
@Suite(.timeLimit(.minutes(10))) struct PlanTests {
    struct Edit: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let before: Sketch
        let after: Sketch
        var isChange = true

        init(_ name: String, _ before: Sketch, _ after: Sketch, isChange: Bool = true) {
            testDescription = name
            self.before = before
            self.after = after
            self.isChange = isChange
        }
    }

    private static let file = Sketch.Input(address: "a.jsonl")
    private static let second = Sketch.Input(address: "b.jsonl", items: "j")
    private static let feed = Sketch.Input(address: "a.jsonl", isFeed: true)
    private static let moved = Sketch.Input(address: "c.jsonl")
    private static let plain = Sketch(stages: [.filter("x"), .batch(3), .tap(["out"])])
    private static let deduped = Sketch(stages: [.dedup("url"), .batch(3), .tap(["out"])])

    private static func feeds(_ stages: Sketch.Stage...) -> Sketch { Sketch(inputs: [feed], stages: stages) }

    private static let edits: [Edit] = [
        Edit("nothing", plain, plain, isChange: false),
        Edit(
            "labels", plain,
            Sketch(inputs: [.init(address: "a.jsonl", label: "news")], stages: plain.stages, hasLabels: true),
            isChange: false),
        Edit("a source in front", plain, Sketch(inputs: [second, file], stages: plain.stages)),
        Edit(
            "sources swapped", Sketch(inputs: [file, second], stages: plain.stages),
            Sketch(inputs: [second, file], stages: plain.stages), isChange: false),
        Edit("a source removed", Sketch(inputs: [file, second], stages: plain.stages), plain),
        Edit(
            "stages swapped", deduped, Sketch(stages: [.batch(3), .dedup("url"), .tap(["out"])])),
        Edit(
            "a filter inserted", deduped,
            Sketch(stages: [.dedup("url"), .filter("x"), .batch(3), .tap(["out"])])),
        Edit("the batch that holds removed", plain, Sketch(stages: [.filter("x"), .tap(["out"])])),
        Edit("the batch that holds removed with all before it", plain, Sketch(stages: [.tap(["out"])])),
        Edit(
            "the batch put behind a tap", plain,
            Sketch(stages: [.filter("x"), .tap(["out"]), .batch(3), .tap(["late"])])),
        Edit(
            "the batch put in front of a tap", Sketch(stages: [.tap(["out"]), .batch(3), .tap(["late"])]),
            Sketch(stages: [.batch(3), .tap(["out"]), .tap(["late"])])),
        Edit(
            "the batch's size", plain, Sketch(stages: [.filter("x"), .batch(4), .tap(["out"])]),
            isChange: false),
        Edit(
            "the key of a dedup", feeds(.dedup("url"), .tap(["out"])), feeds(.dedup("id"), .tap(["out"]))),
        Edit(
            "a second dedup", feeds(.dedup("url"), .tap(["out"])),
            feeds(.dedup("id"), .dedup("url"), .tap(["out"]))),
        Edit("a dedup removed", feeds(.dedup("url"), .tap(["out"])), feeds(.filter("x"), .tap(["out"]))),
        Edit(
            "a dedup put behind a tap", feeds(.dedup("url"), .tap(["out"])),
            feeds(.tap(["out"]), .dedup("url"))),
        Edit("the path of a source", plain, Sketch(inputs: [moved], stages: plain.stages)),
        Edit("the path of a source behind a dedup", deduped, Sketch(inputs: [moved], stages: deduped.stages)),
        Edit(
            "the path of a source, named by was", plain,
            Sketch(inputs: [.init(address: "c.jsonl", was: "a.jsonl")], stages: plain.stages)),
        Edit("the path of a sink", plain, Sketch(stages: [.filter("x"), .batch(3), .tap(["new"])])),
        Edit(
            "the path of a sink, named by was", plain,
            Sketch(stages: [.filter("x"), .batch(3), .tap(["new"], was: ["new": "out"])])),
        Edit(
            "a sink added to a tap", plain, Sketch(stages: [.filter("x"), .batch(3), .tap(["out", "more"])])),
        Edit(
            "a tap removed", Sketch(stages: [.tap(["first"]), .batch(3), .tap(["out"])]),
            Sketch(stages: [.batch(3), .tap(["out"])]))
    ]

    @Test(arguments: edits)
    func whatItSaysIsWhatARunThenDoes(edit: Edit) async throws {
        let scenario = Scenario()
        try await scenario.run(edit.before, items: 5, isStopped: true)
        let plan = scenario.plan(edit.after)
        try await scenario.run(edit.after, items: 8, isStopped: false)

        let sinks = edit.before.sinks.intersection(edit.after.sinks)
        let items = Set(
            (edit.before.inputs + edit.after.inputs).flatMap { input in
                (1...8).map { "{\"url\":\"\(input.items)\($0)\"}" }
            })
        let repeated = sinks.filter { Set(scenario.outputs[$0]).count < scenario.outputs[$0].count }
        let lacking = sinks.filter { !items.subtracting(scenario.outputs[$0]).isEmpty }
        let told = Comment(rawValue: plan.lines.joined(separator: "\n") + "\n\(scenario.outputs.all)")
        #expect(plan.isChange == edit.isChange, told)
        #expect(!plan.findings(.repeated).isEmpty == !repeated.isEmpty, told)
        #expect(!plan.findings(.givenUp).isEmpty == !lacking.isEmpty, told)
        #expect(!scenario.plan(edit.after).isChange, "a run makes the new spec the known one")
    }

    @Test func aNewStateIsNoChange() {
        let plan = Scenario().plan(PlanTests.plain)
        #expect(!plan.isChange && !plan.hasState)
        #expect(plan.lines.last == "the state is new: every source is read from its start")
    }
}

extension Sketch {
    /// By the names under which their outputs are kept.
    fileprivate var sinks: Set<String> {
        Set(
            stages.flatMap { stage -> [String] in
                guard case .tap(let sinks, let was) = stage else { return [] }
                return sinks.map { was[$0] ?? $0 }
            })
    }
}
