import Records
import Testing

@testable import Streaming

@Suite("The way from a source into the pipeline")
struct SourceOutletTests {
    private let inlet = AsyncBuffer(capacity: Load(records: 1000, bytes: .max / 4))
    private let figures = SourceFigures(name: "s")

    private func outlet(from position: SourcePosition = SourcePosition(), budget: Int? = nil) -> SourceOutlet
    {
        SourceOutlet(
            name: "s", identity: "s", slot: 3,
            inlet: SourceInlet(
                buffer: inlet, sources: 4, budget: budget.map(RecordBudget.init),
                environment: RunEnvironment(now: { 42 }, logger: .silent)),
            position: position, figures: figures)
    }

    /// What has come through, positions included.
    private func received() async throws -> [String] {
        inlet.finish()
        var all: [String] = []
        while let element = try await inlet.take() {
            switch element {
            case .records(let records): all.append("\(Items.numbers(records))")
            case .control(.reached(let slot, let position)):
                all.append("\(slot) at \(position.anchor?.json ?? "start")+\(position.count)")
            case .control: all.append("control")
            }
        }
        return all
    }

    @Test("records that were sent before are skipped, however they are divided now")
    func skipping() async throws {
        let outlet = outlet(from: SourcePosition(anchor: Anchor(json: "a"), count: 5))
        #expect(outlet.anchor == Anchor(json: "a"))
        try await outlet.send(Items.numbered(0..<2))
        try await outlet.send(Items.numbered(2..<4))
        try await outlet.send(Items.numbered(4..<7))
        #expect(try await received() == ["[5, 6]"])
        #expect(figures.itemCount == 2)
    }

    @Test("a limit is reached only when all that was granted is in the pipeline")
    func budget() {
        let budget = RecordBudget(5)
        #expect(budget.take(3) == 3)
        #expect(budget.take(4) == 2)
        budget.settle(2)
        // Who stopped now would stop the one that has three to hand over.
        #expect(!budget.isSpent)
        budget.settle(3)
        #expect(budget.isSpent)
    }

    @Test("an anchor among skipped records tells that more was sent behind it")
    func anchorWhileSkipping() async throws {
        let outlet = outlet(from: SourcePosition(count: 5))
        try await outlet.send(Items.numbered(0..<3), then: Anchor(json: "b"))
        try await outlet.send(Items.numbered(3..<6), then: Anchor(json: "c"))
        #expect(try await received() == ["3 at b+2", "[5]", "3 at c+0"])
    }

    @Test("a new round begins at the last anchor and repeats the numbers of its records")
    func rounds() async throws {
        let outlet = outlet()
        outlet.beginRound()
        #expect(outlet.indexes(3) == 0)
        try await outlet.send(Items.numbered(0..<3), then: Anchor(json: "a"))
        #expect(outlet.indexes(4) == 3)
        try await outlet.send(Items.numbered(3..<5))
        outlet.beginRound()
        #expect(outlet.anchor == Anchor(json: "a"))
        #expect(outlet.indexes(4) == 3)
        try await outlet.send(Items.numbered(3..<7))
        #expect(try await received() == ["[0, 1, 2]", "3 at a+0", "[3, 4, 5, 6]"])
    }

    @Test("an input that is another one is read from its start, nothing skipped")
    func restart() async throws {
        let outlet = outlet(from: SourcePosition(anchor: Anchor(json: "a"), count: 5))
        try outlet.restart()
        #expect(outlet.anchor == nil)
        try await outlet.send(Items.numbered(0..<2))
        try outlet.restart(from: Anchor(json: "z"))
        #expect(outlet.anchor == Anchor(json: "z"))
        #expect(try await received() == ["3 at start+0", "[0, 1]", "3 at z+0"])
    }

    @Test("a budget lets through what is left of it, and names no anchor behind records that stayed")
    func budget() async throws {
        let outlet = outlet(budget: 4)
        try await outlet.send(Items.numbered(0..<3), then: Anchor(json: "a"))
        await #expect(throws: SourceOutlet.LimitReached.self) {
            try await outlet.send(Items.numbered(3..<6), then: Anchor(json: "b"))
        }
        #expect(try await received() == ["[0, 1, 2]", "3 at a+0", "[3]"])
    }

    @Test("a budget that is just used up ends the source with its anchor named")
    func exactBudget() async throws {
        let outlet = outlet(budget: 3)
        await #expect(throws: SourceOutlet.LimitReached.self) {
            try await outlet.send(Items.numbered(0..<3), then: Anchor(json: "a"))
        }
        #expect(try await received() == ["[0, 1, 2]", "3 at a+0"])
    }

    @Test("a source hears of an error elsewhere as of a stop")
    func failedRun() async throws {
        let outlet = outlet()
        inlet.fail(Broken("elsewhere"))
        await #expect(throws: CancellationError.self) { try await outlet.send(Items.numbered(0..<1)) }
        #expect(throws: CancellationError.self) { try outlet.restart() }
    }

    @Test("parts that cannot be read are counted, and chunks carry where they come from")
    func rejects() {
        let outlet = outlet()
        for line in 0..<20 { outlet.reject(SourceProblem(place: "f:\(line)", message: "m")) }
        #expect(figures.rejectCount == 20)
        #expect(outlet.origin().source == "s")
        #expect(outlet.origin().slot == 3)
        #expect(outlet.origin().received == 42)
    }
}
