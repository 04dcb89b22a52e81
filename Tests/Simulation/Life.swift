import State
import Streaming

/// One life of the program, from its start to its end or death, with what others do meanwhile.
final class Life {
    let number: Int
    let run: Scenario.Run
    let scheduler: Scheduler
    let process: DiskProcess
    let program: Program
    private let world: World
    private var task: Task<Void, Never>?

    private(set) var ending = Scheduler.Ending.done
    private(set) var bounds: Bounds
    /// Whether the process died of a fault.
    private(set) var hasDied = false
    /// Whether another program had a database locked.
    private(set) var isLocked = false
    /// How long it went on after it was told to stop; nil where it was not.
    private(set) var late: Duration?
    /// Sources that were not read to their end while one hung.
    private(set) var unread: [String] = []
    /// Whether it came to its end without an error.
    var isWhole: Bool { if case .ended? = program.outcome { !hasDied } else { false } }
    private var stopped: Duration?
    private var hung: Duration?

    /// How long somebody waits until he stops a program that hangs.
    private static let patience = Duration.seconds(60)
    /// The program ends itself so long after the time that it has to stop, whatever hangs.
    private static let grace = Duration.seconds(5)
    /// Steps after which a run is taken for one that does not end.
    private static let mostSteps = 400_000

    init(
        number: Int, _ run: Scenario.Run, in world: World, seed: UInt64, plant: Plant?, watches: Bool
    ) {
        self.number = number
        self.run = run
        self.world = world
        bounds = Bounds(run.spec)
        world.server.expect(run.answers)
        scheduler = Scheduler(
            seed: seed &+ UInt64(number) &* 7919, now: world.clock.uptime, trace: world.trace)
        world.clock.follow(scheduler)
        process = DiskProcess(
            number: number, disk: world.disk, faults: run.faults, hangingRead: run.hangingRead, plant: plant,
            trace: world.trace, scheduler: scheduler)
        DatabaseSystem.enter(process, scheduler, seed: seed)
        program = Program(
            spec: run.spec, watches: watches, process: process, scheduler: scheduler, world: world,
            plant: plant)
    }

    func live() {
        let program = program
        let task = Files.$calls.withValue(process) {
            Task(executorPreference: scheduler) { await program.execute() }
        }
        self.task = task
        var events = run.during.sorted { $0.key < $1.key }[...]
        ending = scheduler.run(steps: Life.mostSteps) { [self] in
            while let next = events.first, scheduler.steps >= next.key {
                events.removeFirst()
                for event in next.value {
                    if event == .stop, stopped == nil { stopped = scheduler.now }
                    if case .lock = event { isLocked = true }
                    world.happen(event, in: program)
                }
            }
            if let figures = program.figures { bounds.look(at: figures) }
            if process.isDead, !hasDied {
                hasDied = true
                task.cancel()
            }
            if process.isHung, !hasDied { return program.outcome == nil && hangsOn() }
            return program.outcome == nil
        }
        if process.isHung { hasDied = true }
        // What was to happen during a run that ended before happens behind it.
        for event in events.flatMap(\.value) { world.happen(event, in: nil) }
        late = stopped.map { scheduler.now - $0 }
        world.clock.stop()
        world.disk.endLocks()
    }

    /// What becomes of a program with a call that never returns.
    ///
    /// - Returns: false when it has ended itself.
    private func hangsOn() -> Bool {
        let since = hung ?? scheduler.now
        hung = since
        guard let stopped else {
            if scheduler.now < since + Life.patience { return true }
            unread = program.unreadSources
            stopped = scheduler.now
            program.stop()
            return true
        }
        return scheduler.now < stopped + Pipeline.Settings().shutdownTimeout + Life.grace
    }

    /// Takes the process out of the world, with all that is left of it.
    func end() {
        process.die()
        if program.outcome == nil {
            // So that nothing of a run that does not end is left for those after it. What hung runs beside the others now.
            if process.isHung { world.trace.pause() }
            task?.cancel()
            _ = scheduler.run(steps: 2 * Life.mostSteps) { [program] in program.outcome == nil }
            world.trace.goOn()
        }
        DatabaseSystem.leave()
    }
}
