import TestSupport

extension Scenario {
    /// What the speed is measured with: 200 records, five stages, two sinks, and a process that dies five times.
    ///
    /// The seed decides where it dies; what it does is the same with each.
    init(benchmark seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let spec = SpecDraft(
            inputs: [SpecDraft.Input(source: .files("in/a.jsonl*"))],
            stages: [
                .pass(0), .map(8), .dedup(key: 0), .batch(size: 20, seconds: nil),
                .tap([.lines("late"), .table("late")])
            ])
        let items = (0..<200).map { Item(input: "a", kind: $0, number: $0) }
        runs = (0..<5).map { place in
            var run = Run(spec: spec)
            run.before = [.arrive(Array(items[place * 40..<place * 40 + 40]))]
            // Each run makes more calls than that, so that each dies.
            run.faults[Int.random(in: 0..<20, using: &generator)] = .death(share: 0.5)
            return run
        }
        self.seed = seed
    }
}
