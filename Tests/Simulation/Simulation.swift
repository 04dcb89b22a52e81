import Builtins
import Fetching
import Hosting
import Logging
import PipelineSpec
import State
import Streaming
import Synchronization
import TestSupport

/// Plays a scenario, and judges what is left.
final class Simulation {
    struct Result: Sendable {
        /// In words, what broke the law; nil when nothing did.
        var violation: String?
        /// Of all that happened.
        var hash: UInt64
        var lines: [String]
        var steps = 0
        var deaths = 0
    }

    static let folder = "/sim"
    static let specFile = "/sim/simulated.yaml"
    /// Steps after which a run is taken for one that does not end.
    private static let mostSteps = 400_000

    private let scenario: Scenario
    private let plant: Plant?
    private let trace: Trace
    private let clock: WorldClock
    private let disk: Disk
    private let server = WebServer()
    private var generator: SeededGenerator
    private var processes = 0
    private var rotations = 0
    private var lostPower = false
    /// Edits that repeat records, as `plan` has said.
    private var repeats = 0
    /// Whether the spec has been edited so that `plan` may speak of repetition until a run has made it the known one.
    private var mayRepeat = false
    /// The rest of a line that was begun in a file.
    private var rests: [String: String] = [:]
    private var result: Result

    private init(_ scenario: Scenario, plant: Plant?, keepsLines: Bool) {
        self.scenario = scenario
        self.plant = plant
        trace = Trace(keepsLines: keepsLines)
        clock = WorldClock()
        disk = Disk { [clock] in clock.wall }
        generator = SeededGenerator(seed: scenario.seed ^ 0xD15C)
        result = Result(violation: nil, hash: 0, lines: [])
    }

    /// - Parameters:
    ///   - plant: a fault that is put into the program, to see whether it is found.
    ///   - keepsLines: whether what happens is told line by line.
    static func run(_ scenario: Scenario, plant: Plant? = nil, keepsLines: Bool = false) -> Result {
        Simulation(scenario, plant: plant, keepsLines: keepsLines).play()
    }

    private func play() -> Result {
        disk.makeFolder(Simulation.folder + "/in")
        disk.makeFolder(Simulation.folder + "/out")
        for input in scenario.runs.flatMap(\.spec.inputs) {
            switch input.source {
            case .files(let pattern): disk.append("", to: "\(Simulation.folder)/\(pattern.dropLast())")
            case .web(let kind, let path): server.publish([], at: path, as: kind)
            case .generated: break
            }
        }
        for run in scenario.runs where result.violation == nil {
            for event in run.before { happen(event, in: nil) }
            play(run)
        }
        finish()
        result.hash = trace.hash
        result.lines = trace.lines
        return result
    }

    /// Two runs that nobody disturbs: the first has everything in its place, the second nothing to do.
    private func finish() {
        guard let last = scenario.runs.last else { return }
        for (input, rest) in rests.sorted(by: { $0.key < $1.key }) {
            disk.append(rest, to: "\(Simulation.folder)/in/\(input).jsonl")
        }
        rests = [:]
        let quiet = Scenario.Run(spec: last.spec)
        if result.violation == nil { play(quiet, mustSucceed: true) }
        // A walk through a list that was broken off is ended before a new one begins.
        if result.violation == nil, last.spec.isWeb { play(quiet, mustSucceed: true) }
        if result.violation != nil { return }
        let found = findings(last.spec)
        trace.tell("\(found)")
        result.violation = Law(scenario: scenario, lostPower: lostPower, found: found, repeats: repeats)
            .violation()
        if result.violation == nil { play(quiet, mustSucceed: true, isLast: true) }
        if result.violation == nil, findings(last.spec).outputs != found.outputs {
            result.violation = "a run with nothing new has written something"
        }
    }

    // MARK: - One run

    private func play(_ run: Scenario.Run, mustSucceed: Bool = false, isLast: Bool = false) {
        processes += 1
        trace.note("run \(processes)")
        disk.write(run.spec.yaml, to: Simulation.specFile)
        server.expect(run.answers)
        let scheduler = Scheduler(
            seed: scenario.seed &+ UInt64(processes) &* 7919, now: clock.uptime, trace: trace)
        clock.follow(scheduler)
        let process = DiskProcess(
            number: processes, disk: disk, faults: run.faults, plant: plant, trace: trace,
            wait: { [scheduler] in scheduler.advance(by: $0) })
        DatabaseSystem.enter(process, scheduler, seed: scenario.seed)
        let program = Program(
            spec: run.spec, watches: run.spec.isWeb && !mustSucceed, process: process, server: server,
            scheduler: scheduler, trace: trace, clock: clock, plant: plant)
        let task = Files.$calls.withValue(process) {
            Task(executorPreference: scheduler) { await program.execute() }
        }
        var events = run.during.sorted { $0.key < $1.key }[...]
        var isGone = false
        var bounds = Bounds()
        var isLocked = false
        var stopped: Duration?
        let ending = scheduler.run(steps: Simulation.mostSteps) {
            while let next = events.first, scheduler.steps >= next.key {
                events.removeFirst()
                for event in next.value {
                    if event == .stop, stopped == nil { stopped = scheduler.now }
                    if case .lock = event { isLocked = true }
                    happen(event, in: program)
                }
            }
            if let figures = program.figures { bounds.look(at: figures, spec: run.spec) }
            if process.isDead, !isGone {
                isGone = true
                task.cancel()
            }
            return program.outcome == nil
        }
        // What was to happen during a run that ended before happens behind it.
        for event in events.flatMap(\.value) { happen(event, in: nil) }
        let late = stopped.map { scheduler.now - $0 }
        clock.stop()
        disk.endLocks()
        judge(program.outcome, ending, process, mustSucceed: mustSucceed)
        if result.violation == nil {
            result.violation =
                bounds.violation ?? figuresViolation(program, process)
                ?? planViolation(program.plan, run, isLast: isLast)
        }
        if result.violation == nil, !process.isDisturbed, !isLocked {
            result.violation = endViolation(program.outcome, late)
        }
        if process.isDead { result.deaths += 1 }
        process.die()
        if program.outcome == nil {
            // So that nothing of a run that does not end is left for those after it.
            task.cancel()
            _ = scheduler.run(steps: 2 * Simulation.mostSteps) { program.outcome == nil }
        }
        result.steps += scheduler.steps
        DatabaseSystem.leave()
        if run.losesPower, isGone {
            trace.note("the power is gone")
            lostPower = true
            disk.losePower(using: &generator)
            clock.restart()
        }
    }

    private func judge(
        _ outcome: Program.Outcome?, _ ending: Scheduler.Ending, _ process: DiskProcess, mustSucceed: Bool
    ) {
        switch (outcome, ending) {
        case (nil, .stuck): result.violation = "run \(processes) waits for ever"
        case (nil, _): result.violation = "run \(processes) does not end"
        case (.threw(let message), _):
            trace.tell("run \(processes) failed: \(message)")
            if mustSucceed { result.violation = "a run that nobody disturbed failed: \(message)" }
        case (.ended(let failures), _):
            trace.tell("run \(processes) ended")
            if mustSucceed, let failure = failures.min(by: { $0.key < $1.key }) {
                result.violation = "a source that nobody disturbed failed: \(failure.value)"
            }
        }
        if !process.isDead, result.violation == nil, process.openCount > 0 {
            result.violation = "run \(processes) has left \(process.openCount) files open"
        }
    }

    /// What the run's own figures say has to agree with itself.
    private func figuresViolation(_ program: Program, _ process: DiskProcess) -> String? {
        guard let figures = program.figures else { return nil }
        var accounts = Accounts(figures)
        if plant == .recordUncounted, accounts.read > 20 { accounts.read -= 1 }
        if plant == .holdUncounted { accounts.held = 0 }
        guard case .ended? = program.outcome, !process.isDead else {
            return accounts.violation(isWhole: false)
        }
        return accounts.violation(isWhole: true)
    }

    /// **A run that nothing stands in the way of ends without an error, and soon when it is to stop.**
    private func endViolation(_ outcome: Program.Outcome?, _ late: Duration?) -> String? {
        if case .threw(let message)? = outcome { return "a run that nothing disturbed failed: \(message)" }
        if let late, late > Pipeline.Settings().shutdownTimeout {
            return "a run that was stopped goes on: for \(late.components.seconds) seconds"
        }
        return nil
    }

    /// **`plan` says of an edit what it repeats, and nothing of one that repeats nothing; it changes nothing itself.**
    private func planViolation(_ foreseen: Program.Foreseen?, _ run: Scenario.Run, isLast: Bool) -> String? {
        guard let plan = foreseen?.plan else { return nil }
        let isRepeated = plant != .planSilent && !plan.findings(.repeated).isEmpty
        mayRepeat = run.mayRepeat || mayRepeat && (isRepeated || !plan.hasState)
        if isRepeated { repeats += 1 }
        let told = plan.findings.map { "\($0.kind) \($0.name) \($0.fate)" }.joined(separator: ", ")
        if foreseen?.effects != 0 { return "plan: it has changed something on the disk" }
        if !plan.findings(.givenUp).isEmpty { return "plan: it says that something is given up: \(told)" }
        if !mayRepeat, isRepeated {
            return "plan: it says that something is repeated: \(told)"
        }
        if isLast, plan.isChange || !plan.hasState {
            return "plan: it sees a change where there is none: \(told)"
        }
        return nil
    }

    // MARK: - The world

    private func happen(_ event: Scenario.Event, in program: Program?) {
        trace.note("\(event)".prefix(200).description)
        switch event {
        case .arrive(let items):
            for (input, items) in Dictionary(grouping: items, by: \.input).sorted(by: { $0.key < $1.key }) {
                if input.hasPrefix("/") {
                    server.publish(items.map(\.title), at: input)
                } else {
                    let rest = rests.removeValue(forKey: input) ?? ""
                    disk.append(rest + items.map(\.line).joined(), to: path(of: input))
                }
            }
        case .begin(let item):
            let rest = rests.removeValue(forKey: item.input) ?? ""
            let middle = item.line.index(item.line.startIndex, offsetBy: 3 + item.number % 12)
            disk.append(rest + item.line[..<middle], to: path(of: item.input))
            rests[item.input] = String(item.line[middle...])
        case .rotate(let input):
            guard rests[input] == nil, disk.exists(path(of: input)) else { return }
            rotations += 1
            disk.rename(path(of: input), to: path(of: input) + ".\(rotations)")
        case .copyAndEmpty(let input):
            guard rests[input] == nil, let bytes = disk.bytes(path(of: input)), !bytes.isEmpty else { return }
            rotations += 1
            disk.append(String(decoding: bytes, as: UTF8.self), to: path(of: input) + ".\(rotations)")
            disk.cut(path(of: input), to: 0)
        case .write(let output, let number, let isWhole):
            let path = path(ofOutput: output)
            // A careful program begins a line of its own where the last one is torn.
            let start = disk.bytes(path)?.last.map { $0 == UInt8(ascii: "\n") } ?? true ? "" : "\n"
            disk.append(start + Law.foreignLine(number) + (isWhole ? "\n" : ""), to: path)
        case .rotateOutput(let output):
            guard disk.exists(path(ofOutput: output)) else { return }
            rotations += 1
            disk.rename(path(ofOutput: output), to: path(ofOutput: output) + ".\(rotations)")
        case .replace(let input):
            // As editors do: a new file with the old lines takes the name.
            guard rests[input] == nil, let bytes = disk.bytes(path(of: input)) else { return }
            disk.write(String(decoding: bytes, as: UTF8.self), to: Simulation.folder + "/in/new")
            disk.rename(Simulation.folder + "/in/new", to: path(of: input))
        case .lock(let table, let seconds):
            disk.lock("\(Simulation.folder)/out/\(table).db", until: clock.uptime + .seconds(seconds))
        case .setClock(let seconds): clock.set(bySeconds: seconds)
        case .stop: program?.stop()
        }
    }

    private func path(of input: String) -> String { "\(Simulation.folder)/in/\(input).jsonl" }
    private func path(ofOutput name: String) -> String { "\(Simulation.folder)/out/\(name).jsonl" }

    private func findings(_ spec: SpecDraft) -> Law.Findings {
        Law.Findings(on: disk, spec: spec, now: clock.uptime, seed: scenario.seed)
    }
}
