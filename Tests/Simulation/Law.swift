/// The law that every simulated history is held to:
///
/// **Every record of the input is in each output exactly once, or in the dead letters, or dropped by a step that is known
/// for it. Of records with one dedup key, exactly one goes on. What others have written is there. Sinks of one tap hold the
/// same. What an edit of the spec repeats, `plan` has said before.**
///
/// The weaker words are those of `docs/guarantees.md`: where the machine lost its power, and never where only the process
/// died, a line of a `jsonl` output may come twice, and a torn one may be left; another record of a key may stand in a table.
struct Law {
    /// What stands in the world when all is done.
    struct Findings {
        /// By the sink, what identifies each of its records, in order.
        var outputs: [SpecDraft.Sink: [String]] = [:]
        /// By the output's name, the lines of others.
        var foreign: [String: [String]] = [:]
        /// What identifies each dead letter's record.
        var deadLetters: [String] = []
        /// Lines that are nobody's.
        var broken: [String] = []
    }

    let scenario: Scenario
    /// Whether the machine lost its power in any of the runs.
    let lostPower: Bool
    let found: Findings
    /// How many edits repeat records, as `plan` has said before.
    var repeats = 0
    /// How often a sink was given another address after a run that had written what no checkpoint covers: the old file
    /// keeps it, and the new one gets it again.
    var left: [SpecDraft.Sink: Int] = [:]

    /// In words, what is not as it must be; nil when all is.
    func violation() -> String? {
        guard let spec = scenario.runs.last?.spec else { return nil }
        if !lostPower, left.isEmpty, let line = found.broken.first {
            return "a line that nobody wrote: \(line.prefix(120))"
        }
        var open = Dictionary(grouping: scenario.items, by: \.id)
        var isDeduplicated = false
        var dead: [String: [Scenario.Item]] = [:]
        for stage in spec.stages {
            switch stage {
            case .pass, .map, .rate, .batch: continue
            case .dedup: isDeduplicated = true
            case .drop(let digit): open = open.filter { $0.value[0].digit != digit }
            case .fail(let digit):
                dead.merge(open.filter { $0.value[0].digit == digit }) { $1 }
                open = open.filter { $0.value[0].digit != digit }
            case .tap(let sinks):
                for sink in sinks {
                    if let problem = check(sink, against: open, isDeduplicated) { return problem }
                }
                if let problem = agreement(of: sinks) { return problem }
            }
        }
        return deadLetters(dead, isDeduplicated) ?? foreignLines()
    }

    private func check(
        _ sink: SpecDraft.Sink, against expected: [String: [Scenario.Item]], _ isDeduplicated: Bool
    ) -> String? {
        var counts: [String: Int] = [:]
        for unique in found.outputs[sink] ?? [] { counts[unique, default: 0] += 1 }
        var mayRepeat = false
        if case .lines = sink { mayRepeat = lostPower }
        let most = 1 + repeats + left[sink, default: 0]
        if !mayRepeat, let twice = counts.filter({ $0.value > most }).keys.min() {
            return "\(sink): \(twice) is there \(counts[twice] ?? 0) times"
        }
        for (id, items) in expected.sorted(by: { $0.key < $1.key }) {
            let there = items.map(\.unique).filter { counts[$0] != nil }
            for unique in there { counts[unique] = nil }
            if isDeduplicated {
                if there.isEmpty { return "\(sink): \(id) is lost" }
                if there.count > most, !lostPower {
                    return "\(sink): \(id) is there as \(there.sorted())"
                }
            } else if let lost = items.map(\.unique).filter({ !there.contains($0) }).min() {
                return "\(sink): \(lost) is lost"
            }
        }
        return counts.keys.min().map { "\(sink): \($0) has no business there" }
    }

    private func agreement(of sinks: [SpecDraft.Sink]) -> String? {
        // A line that came twice may have come as another of its kind.
        if lostPower || repeats > 0 || sinks.contains(where: { left[$0] != nil }) { return nil }
        let contents = sinks.map { Set(found.outputs[$0] ?? []) }
        for (sink, content) in zip(sinks, contents) where content != contents[0] {
            let other = content.symmetricDifference(contents[0]).min() ?? ""
            return "\(sinks[0]) and \(sink) of one tap differ by \(other)"
        }
        return nil
    }

    private func deadLetters(_ expected: [String: [Scenario.Item]], _ isDeduplicated: Bool) -> String? {
        var counts: [String: Int] = [:]
        for unique in found.deadLetters { counts[unique, default: 0] += 1 }
        if !lostPower, let twice = counts.filter({ $0.value > mostLetters }).keys.min() {
            return "dead letters: \(twice) is there \(counts[twice] ?? 0) times"
        }
        for (id, items) in expected.sorted(by: { $0.key < $1.key }) {
            let there = items.map(\.unique).filter { counts[$0] != nil }
            for unique in there { counts[unique] = nil }
            if there.isEmpty { return "dead letters: \(id) is lost" }
            if !isDeduplicated, there.count < items.count { return "dead letters: one of \(id) is lost" }
        }
        return counts.keys.min().map { "dead letters: \($0) has no business there" }
    }

    /// A feed shows its items again, and one that bears another name of its source by then is another record; of what has
    /// failed before, the same is not written twice.
    private var mostLetters: Int {
        let inputs = scenario.runs.flatMap(\.spec.inputs)
        let isShownAgain =
            scenario.runs.contains { $0.spec.isWeb } || inputs.contains { $0.address > 0 && $0.was == nil }
        return isShownAgain
            ? Set(inputs.map { "\($0.label ?? "") \($0.address)" }).count + repeats : 1 + repeats
    }

    private func foreignLines() -> String? {
        var expected: [String: [String]] = [:]
        for run in scenario.runs {
            let during = run.during.sorted { $0.key < $1.key }.flatMap(\.value)
            for case .write(let output, let number, _) in run.before + during {
                expected[output, default: []].append(Law.foreignLine(number))
            }
        }
        for (output, lines) in expected.sorted(by: { $0.key < $1.key }) {
            let there = found.foreign[output] ?? []
            if there.sorted() != lines.sorted() {
                return "\(output): of others are there \(there), written were \(lines)"
            }
        }
        return nil
    }

    static func foreignLine(_ number: Int) -> String { "{\"foreign\":\(number)}" }
}
