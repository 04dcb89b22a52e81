import TestSupport

extension Scenario {
    /// The scenario that a seed stands for.
    init(seed: UInt64) {
        var draw = Draw(seed: seed)
        self = draw.scenario(seed: seed)
    }
}

/// Draws scenarios.
private struct Draw {
    private var generator: SeededGenerator
    private var counts: [String: Int] = [:]
    private var foreign = 0
    private var inputs: [String] = []
    private var isWeb = false
    private var isGenerated = false
    private var addresses = 0
    /// Whether a map that takes fields away is there: no step behind it may name them.
    private var hasTaken = false

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    private mutating func chance(_ percent: Int) -> Bool { int(1...100) <= percent }

    mutating func scenario(seed: UInt64) -> Scenario {
        isWeb = chance(25)
        isGenerated = !isWeb && chance(6)
        inputs = Array((isWeb ? ["/f1", "/f2", "/f3"] : ["a", "b", "c"]).prefix(int(1...3)))
        var spec = spec()
        var runs: [Scenario.Run] = []
        for place in 0..<int(1...5) {
            var mayRepeat = false
            if place > 0, chance(45) { (spec, mayRepeat) = edited(spec) }
            var run = run(of: spec)
            run.mayRepeat = mayRepeat
            if chance(6) { run.state = .unreleased }
            if place > 0, !isWeb, chance(6) { run.state = .earlier }
            runs.append(run)
        }
        return Scenario(seed: seed, runs: runs, isLinked: chance(20))
    }

    // MARK: - Specs

    private mutating func spec() -> SpecDraft {
        var stages: [SpecDraft.Stage] = []
        if isWeb || chance(60) { stages.append(.dedup(key: 0)) }
        for _ in 0..<int(0...4) {
            let stage = stage()
            // What a feed shows again passes everything before the dedup again.
            stages.insert(stage, at: int((isWeb ? 1 : 0)...stages.count))
        }
        if chance(40) { stages.insert(.tap([.lines("early")]), at: int((isWeb ? 1 : 0)...stages.count)) }
        let sinks: [SpecDraft.Sink] = [.lines("late"), .table("late"), .table("more")]
        stages.append(.tap(Array(sinks.prefix(int(1...3)))))
        var spec = SpecDraft(
            inputs: isGenerated
                ? [SpecDraft.Input(source: .generated(int(0...120)))] : inputs.map { input($0) },
            stages: stages)
        spec.buffer = [1, 2, 5, 20, 100].randomElement(using: &generator) ?? 1
        spec.bufferBytes = [4_000, 16_000, 64_000_000].randomElement(using: &generator) ?? 4_000
        spec.checkpointSeconds = int(1...3)
        spec.concurrentSources = int(1...3)
        return spec
    }

    private mutating func input(_ name: String) -> SpecDraft.Input {
        guard isWeb else { return SpecDraft.Input(source: .files("in/\(name).jsonl*")) }
        let kind = chance(50) ? .rss : WebServer.Kind.allCases.randomElement(using: &generator) ?? .rss
        return SpecDraft.Input(source: .web(kind, name))
    }

    private mutating func stage() -> SpecDraft.Stage {
        switch int(0...6) {
        case 0: .drop(int(0...9))
        case 1: .fail(int(0...9))
        default: neutralStage()
        }
    }

    private mutating func map() -> Int {
        let number = int((hasTaken ? 3 : 0)...8)
        if number < 3 { hasTaken = true }
        return number
    }

    private mutating func neutralStage() -> SpecDraft.Stage {
        switch int(0...5) {
        case 5: .map(map())
        case 0: .pass(int(0...99))
        case 1, 2: .rate(perSecond: [1, 5, 50].randomElement(using: &generator) ?? 5)
        default: .batch(size: int(1...12), seconds: chance(40) ? int(1...5) : nil)
        }
    }

    /// The spec after an edit by which no record fares otherwise, but that some may come again.
    private mutating func edited(_ spec: SpecDraft) -> (SpecDraft, mayRepeat: Bool) {
        var spec = spec
        for place in spec.inputs.indices { spec.inputs[place].was = nil }
        spec.formerSinks = [:]
        let lowest = spec.firstFreeStage
        switch int(0...11) {
        case 11: moveSink(&spec)
        case 8:
            let place = int(0...spec.inputs.count - 1)
            if isGenerated { spec.inputs[place].source = .generated((spec.generated ?? 0) + int(0...80)) }
            guard spec.inputs[place].canMove else { break }
            addresses += 1
            let isTold = chance(60)
            spec.inputs[place].was = isTold ? spec.inputs[place].address : nil
            spec.inputs[place].address = addresses
            return (spec, mayRepeat: !isTold && !spec.isCovered)
        case 9:
            guard let place = spec.stages.firstIndex(where: { if case .dedup = $0 { true } else { false } })
            else { break }
            addresses += 1
            spec.stages[place] = .dedup(key: addresses)
            return (spec, mayRepeat: true)
        case 0: spec.inputs.shuffle(using: &generator)
        case 1:
            let place = int(0...spec.inputs.count - 1)
            spec.inputs[place].label = chance(50) ? "label-\(int(1...9))" : nil
        case 2:
            let place = int(lowest...spec.stages.count - 1)
            spec.stages.insert(neutralStage(), at: place)
        case 3, 4:
            let neutral = spec.stages.indices.filter { spec.stages[$0].isNeutral }
            if let place = neutral.randomElement(using: &generator) {
                let stage = spec.stages.remove(at: place)
                if chance(60) { spec.stages.insert(stage, at: int(lowest...spec.stages.count - 1)) }
            }
        case 5:
            for place in spec.stages.indices {
                if case .batch(_, let seconds) = spec.stages[place] {
                    spec.stages[place] = .batch(size: int(1...12), seconds: seconds)
                }
            }
        case 6:
            if case .tap(var sinks)? = spec.stages.popLast() {
                sinks.shuffle(using: &generator)
                spec.stages.append(.tap(sinks))
            }
        default: spec.buffer = int(1...50)
        }
        return (spec, mayRepeat: false)
    }

    /// A sink gets another address; where the spec says which it had before, its file is moved there.
    private mutating func moveSink(_ spec: inout SpecDraft) {
        guard let sink = spec.sinks.randomElement(using: &generator) else { return }
        addresses += 1
        if case .lines = sink, chance(50) { spec.formerSinks[sink] = spec.addresses[sink, default: 0] }
        spec.addresses[sink] = addresses
    }

    // MARK: - Runs

    private mutating func run(of spec: SpecDraft) -> Scenario.Run {
        var run = Scenario.Run(spec: spec)
        for _ in 0..<int(0...3) { run.before.append(event(spec, isRunning: false)) }
        for _ in 0..<int(0...3) {
            run.during[int(1...3000), default: []].append(event(spec, isRunning: true))
        }
        if chance(isWeb ? 100 : 25) { run.during[int(1...4000), default: []].append(.stop) }
        if chance(60) {
            let share = Double(int(0...4)) / 4
            run.faults[int(0...250)] = .death(share: share)
            run.losesPower = chance(25)
        }
        if chance(15) { run.faults[int(0...200)] = .full(calls: int(1...20)) }
        if chance(10) { run.faults[int(0...200)] = .failure }
        if chance(10) { run.faults[int(0...200)] = .slow(seconds: int(1...600)) }
        if chance(8) { run.faults[int(0...200)] = .hang }
        if !isWeb, !isGenerated, chance(8) { run.hangingRead = int(0...8) }
        if isWeb {
            for _ in 0..<int(0...4) {
                let faults: [WebServer.Fault] = [.status(500), .status(503), .breaksOff, .hangs, .refuses]
                run.answers[int(0...12)] = faults.randomElement(using: &generator)
            }
        }
        return run
    }

    private mutating func event(_ spec: SpecDraft, isRunning: Bool) -> Scenario.Event {
        let input = inputs.randomElement(using: &generator) ?? inputs[0]
        let outputs = spec.sinks.compactMap { if case .lines(let name) = $0 { name } else { nil } }
        switch int(0...13) {
        case 0 where !isWeb && !isGenerated: return .begin(item(of: input))
        case 1 where !isWeb && !isGenerated: return .rotate(input: input)
        case 2 where !isWeb && !isGenerated: return .copyAndEmpty(input: input)
        case 3, 4:
            guard let output = outputs.randomElement(using: &generator) else { break }
            foreign += 1
            return .write(to: output, number: foreign, isWhole: chance(70))
        case 5:
            guard let output = outputs.randomElement(using: &generator) else { break }
            return .rotateOutput(output)
        case 12 where !isWeb && !isGenerated && !isRunning && spec.isCovered:
            // What takes a file's place is read from its start.
            return .replace(input: input)
        case 13:
            let tables = spec.sinks.compactMap { if case .table(let name) = $0 { name } else { nil } }
            guard isRunning, let table = tables.randomElement(using: &generator) else { break }
            return .lock(table: table, seconds: int(1...40))
        case 6: return .setClock(bySeconds: [-3600, -30, 30, 3600].randomElement(using: &generator) ?? 30)
        default: break
        }
        if isGenerated { return .setClock(bySeconds: 1) }
        return .arrive((0..<int(1...40)).map { _ in item(of: input) })
    }

    private mutating func item(of input: String) -> Scenario.Item {
        let number = counts[input, default: 0]
        counts[input] = number + 1
        // Of files some records repeat the key of an earlier one; a feed has each item once.
        let kind = !isWeb && number > 0 && chance(20) ? int(0...number - 1) : number
        return Scenario.Item(input: input, kind: kind, number: number)
    }
}
