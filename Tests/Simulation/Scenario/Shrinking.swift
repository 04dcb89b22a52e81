extension Scenario {
    /// The scenario with less and less in it, as long as what it shows still shows.
    ///
    /// - Parameters:
    ///   - attempts: smaller ones that are tried, at most.
    ///   - shows: whether a smaller one still shows it.
    func shrunk(attempts: Int = 500, _ shows: (Scenario) -> Bool) -> Scenario {
        var best = self
        var left = attempts
        var isSmaller = true
        while isSmaller {
            isSmaller = false
            for candidate in best.smaller {
                left -= 1
                if left < 0 { return best }
                if shows(candidate) {
                    best = candidate
                    isSmaller = true
                    break
                }
            }
        }
        return best
    }

    /// Scenarios with a little less in them, the boldest first.
    private var smaller: [Scenario] {
        var all: [Scenario] = []
        func add(_ change: (inout Scenario) -> Void) {
            var copy = self
            change(&copy)
            if copy != self { all.append(copy) }
        }
        if isLinked { add { $0.isLinked = false } }
        for place in runs.indices where runs.count > 1 { add { $0.runs.remove(at: place) } }
        for input in runs.flatMap(\.spec.inputs).map(\.source) {
            add { scenario in
                for place in scenario.runs.indices where scenario.runs[place].spec.inputs.count > 1 {
                    scenario.runs[place].spec.inputs.removeAll { $0.source == input }
                    scenario.runs[place].forget(input.name)
                }
            }
        }
        for stage in runs.flatMap(\.spec.stages) where stage.isNeutral {
            add { scenario in
                for place in scenario.runs.indices {
                    scenario.runs[place].spec.stages.removeAll { $0 == stage }
                }
            }
        }
        for place in runs.indices {
            for event in runs[place].before.indices { add { $0.runs[place].before.remove(at: event) } }
            for step in runs[place].during.keys.sorted() { add { $0.runs[place].during[step] = nil } }
            for call in runs[place].faults.keys.sorted() { add { $0.runs[place].faults[call] = nil } }
            for request in runs[place].answers.keys.sorted() { add { $0.runs[place].answers[request] = nil } }
            if runs[place].hangingRead != nil { add { $0.runs[place].hangingRead = nil } }
            if runs[place].state != .asItIs { add { $0.runs[place].state = .asItIs } }
            if runs[place].losesPower { add { $0.runs[place].losesPower = false } }
            for event in runs[place].before.indices {
                add { $0.runs[place].before[event].halve() }
            }
            for step in runs[place].during.keys.sorted() {
                add { scenario in
                    for event in scenario.runs[place].during[step, default: []].indices {
                        scenario.runs[place].during[step]?[event].halve()
                    }
                }
            }
        }
        return all
    }
}

extension Scenario.Run {
    /// Takes the records of an input away.
    fileprivate mutating func forget(_ input: String) {
        before = before.map { $0.without(input) }
        during = during.mapValues { $0.map { $0.without(input) } }
    }
}

extension Scenario.Event {
    fileprivate func without(_ input: String) -> Scenario.Event {
        switch self {
        case .arrive(let items): .arrive(items.filter { $0.input != input })
        case .begin(let item) where item.input == input: .arrive([])
        default: self
        }
    }

    fileprivate mutating func halve() {
        if case .arrive(let items) = self, items.count > 1 {
            self = .arrive(Array(items.prefix(items.count / 2)))
        }
    }
}

/// In a few lines, for whoever has to find out what went wrong.
extension Scenario: CustomStringConvertible {
    var description: String {
        runs.enumerated().map { place, run in
            var lines = ["run \(place + 1)\(isLinked ? ", over links" : "")"]
            if run.state != .asItIs { lines.append("  the state before it: \(run.state)") }
            lines += run.before.map { "  before: \($0.short)" }
            for (step, events) in run.during.sorted(by: { $0.key < $1.key }) {
                lines += events.map { "  at step \(step): \($0.short)" }
            }
            lines += run.faults.sorted { $0.key < $1.key }.map { "  at call \($0.key): \($0.value)" }
            lines += run.answers.sorted { $0.key < $1.key }.map { "  request \($0.key): \($0.value)" }
            if let call = run.hangingRead { lines.append("  read \(call) of an input never returns") }
            if run.losesPower { lines.append("  the power goes with the process") }
            return (lines + [run.spec.yaml]).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}

extension Scenario.Event {
    fileprivate var short: String {
        guard case .arrive(let items) = self else { return "\(self)" }
        return "arrive: " + items.map { "\($0.unique) (\($0.id))" }.joined(separator: ", ")
    }
}
