import State
import Streaming
import TestSupport

/// Plays a scenario, and judges what is left.
final class Simulation {
    struct Result: Sendable {
        /// In words, what broke the law; nil when nothing did.
        var violation: String?
        /// Of all that happened.
        var hash: UInt64
        var lines: [String]
        /// Lives of the process, each from its start to its end or death.
        var runs = 0
        var steps = 0
        var deaths = 0
    }

    let scenario: Scenario
    let plant: Plant?
    let trace: Trace
    let world: World
    private var generator: SeededGenerator
    private var lostPower = false
    /// The run before, and whether it came to its end.
    var former: (spec: SpecDraft, isWhole: Bool)?
    /// See ``Law/left``.
    private var left: [SpecDraft.Sink: Int] = [:]
    /// Edits that repeat records, as `plan` has said.
    var repeats = 0
    /// Whether the spec has been edited so that `plan` may speak of repetition until a run has made it the known one.
    var mayRepeat = false
    var result: Result

    private init(_ scenario: Scenario, plant: Plant?, keepsLines: Bool) {
        self.scenario = scenario
        self.plant = plant
        trace = Trace(keepsLines: keepsLines)
        world = World(scenario, trace: trace)
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
        for run in scenario.runs where result.violation == nil {
            for event in run.before { world.happen(event, in: nil) }
            switch run.state {
            case .asItIs: break
            case .earlier: makeEarlier()
            case .unreleased: refuse(run.spec)
            }
            if result.violation == nil { play(run) }
        }
        finish()
        result.hash = trace.hash
        result.lines = trace.lines
        return result
    }

    /// Two runs that nobody disturbs: the first has everything in its place, the second nothing to do.
    private func finish() {
        guard let last = scenario.runs.last else { return }
        world.completeLines()
        let quiet = Scenario.Run(spec: last.spec)
        if result.violation == nil { play(quiet, mustSucceed: true) }
        // A walk through a list that was broken off is ended before a new one begins.
        if result.violation == nil, last.spec.isWeb { play(quiet, mustSucceed: true) }
        if result.violation != nil { return }
        let found = findings(last.spec)
        trace.tell("\(found)")
        result.violation = Law(
            scenario: scenario, lostPower: lostPower, found: found, repeats: repeats, left: left
        )
        .violation()
        if result.violation == nil { play(quiet, mustSucceed: true, isLast: true) }
        if result.violation == nil, findings(last.spec).outputs != found.outputs {
            result.violation = "a run with nothing new has written something"
        }
    }

    private func findings(_ spec: SpecDraft) -> Law.Findings {
        Law.Findings(on: world.disk, spec: spec, now: world.clock.uptime, seed: scenario.seed)
    }

    private func play(_ run: Scenario.Run, mustSucceed: Bool = false, isLast: Bool = false) {
        result.runs += 1
        trace.note("run \(result.runs)")
        world.write(run.spec)
        let life = Life(
            number: result.runs, run, in: world, seed: scenario.seed, plant: plant,
            watches: run.spec.isWeb && !mustSucceed)
        noteMoves(to: run.spec)
        life.live()
        result.violation = judge(life, mustSucceed: mustSucceed, isLast: isLast)
        life.end()
        result.steps += life.scheduler.steps
        former = (run.spec, life.isWhole)
        if life.hasDied { result.deaths += 1 }
        if run.losesPower, life.hasDied {
            trace.note("the power is gone")
            lostPower = true
            world.disk.losePower(using: &generator)
            world.clock.restart()
        }
    }

    /// What a run that did not come to its end has left in outputs, its successor takes out of those that it knows.
    private func noteMoves(to spec: SpecDraft) {
        guard let former, !former.isWhole else { return }
        for sink in Set(spec.sinks)
        where spec.addresses[sink] != former.spec.addresses[sink] && spec.formerSinks[sink] == nil {
            left[sink, default: 0] += 1
        }
    }

    // MARK: - States of before

    /// **A state of a version that was never released is refused, and nothing is changed.**
    private func refuse(_ spec: SpecDraft) {
        let contents = world.disk.contents
        world.write(spec)
        for name in world.disk.names(in: World.stateFolder) where name.hasPrefix("simulated.db") {
            world.disk.remove("\(World.stateFolder)/\(name)")
        }
        state(
            """
            CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
            INSERT INTO grdb_migrations VALUES ('1: positions, history, held records');
            CREATE TABLE source (name TEXT PRIMARY KEY, anchor TEXT, count INTEGER NOT NULL) WITHOUT ROWID;
            """)
        let before = world.disk.contents.image
        result.runs += 1
        let life = Life(
            number: result.runs, Scenario.Run(spec: spec), in: world, seed: scenario.seed, plant: plant,
            watches: false)
        life.live()
        life.end()
        if case .threw(let message)? = life.program.outcome, message.contains("0.1.0") {
            if world.disk.contents.image != before {
                result.violation = "a run that refused its state has changed the disk"
            }
        } else {
            result.violation = "a state of 0.1.0 is not refused: \(life.program.outcome as Any)"
        }
        world.disk.contents = contents
    }

    /// Leaves the state as a program of an earlier version wrote it.
    private func makeEarlier() {
        guard world.disk.exists(World.stateFile) else { return }
        if let problem = state(EarlierState.statements) { trace.note("the state stays as it is: \(problem)") }
    }

    @discardableResult
    private func state(_ statements: String) -> String? {
        world.disk.makeFolder(World.stateFolder)
        return DatabaseAccess(disk: world.disk, now: world.clock.uptime, seed: scenario.seed)
            .execute(statements, on: World.stateFile)
    }
}
