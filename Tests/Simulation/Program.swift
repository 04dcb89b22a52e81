import Builtins
import Diagnostics
import Fetching
import Hosting
import Logging
import PipelineSpec
import Records
import State
import Streaming
import Synchronization

/// The program as it is, in a simulated world: only the ends of its seams are others.
final class Program: Sendable {
    struct InvalidSpec: Error, CustomStringConvertible { let description: String }

    /// How a run ended.
    enum Outcome: Sendable {
        case ended(failures: [String: String])
        case threw(String)
    }

    private let spec: SpecDraft
    private let watches: Bool
    private let process: DiskProcess
    private let server: WebServer
    private let scheduler: Scheduler
    private let trace: Trace
    private let clock: WorldClock
    private let plant: Plant?
    /// What `plan` says before the run, and the calls of it that have changed something.
    struct Foreseen: Sendable {
        let plan: Plan
        let effects: Int
    }

    private let foreseen = Mutex<Foreseen?>(nil)
    private let ending = Mutex<Outcome?>(nil)
    private let running = Mutex<(run: PipelineRun?, isStopped: Bool, figures: RunFigures?)>((nil, false, nil))

    init(
        spec: SpecDraft, watches: Bool, process: DiskProcess, scheduler: Scheduler, world: World,
        plant: Plant?
    ) {
        self.spec = spec
        self.watches = watches
        self.process = process
        self.scheduler = scheduler
        server = world.server
        trace = world.trace
        clock = world.clock
        self.plant = plant
    }

    /// SIGTERM.
    func stop() {
        running.withLock {
            $0.isStopped = true
            $0.run?.stop()
        }
    }

    /// Nil while it runs.
    var outcome: Outcome? { ending.withLock { $0 } }

    /// What `plan` has said before the run.
    var plan: Foreseen? { foreseen.withLock { $0 } }

    /// What the run has done so far; nil before it has begun.
    var figures: RunFigures? { running.withLock { $0.figures } }

    /// Sources that are not at their end.
    var unreadSources: [String] {
        figures?.sources.filter { $0.state == .reading || $0.state == .waiting }.map(\.name) ?? []
    }

    func execute() async {
        let outcome: Outcome
        do { outcome = .ended(failures: try await run()) } catch { outcome = .threw("\(error)") }
        ending.withLock { $0 = outcome }
    }

    /// - Returns: the sources that failed, with the reason.
    private func run() async throws -> [String: String] {
        let file = SpecFile(
            text: planted(spec).yaml, name: World.specFile, folder: World.folder)
        var host = PipelineHost(catalog: .builtin, expressions: .builtin, logger: logger)
        host.surroundings = Surroundings(
            clock: LeapingClock(time: scheduler.time), now: { [clock] in clock.wall },
            uptime: { [scheduler] in scheduler.now }, random: { [scheduler] in scheduler.random() })
        host.surroundings.executor = { [scheduler] _ in scheduler }
        host.surroundings.cores = 2
        var configuration = host.fetching(userAgent: "feedspine-simulation")
        configuration.exchange = { [server, scheduler, trace] request in
            SimulatedAnswer {
                try await server.answer(request, scheduler: scheduler, trace: trace)
            }
        }
        let fetcher = Fetcher(configuration)
        host.fetcher = fetcher
        let reading = host.read(file, .resolving)
        guard let spec = reading.spec else {
            throw InvalidSpec(description: "\(reading.diagnostics.diagnostics.map(\.message))")
        }
        let before = process.effectCount
        let planning = try Result(refusing: { try host.plan(spec, redactor: reading.redactor, file: file) })
        if case .success(let plan) = planning {
            foreseen.withLock { $0 = Foreseen(plan: plan, effects: process.effectCount - before) }
        }
        let owner = StateOwner(pipeline: spec.name, spec: World.specFile)
        let store = try plant?.store(over: {
            try SQLiteState(path: World.stateFile, owner: owner)
        })
        let session = try host.session(
            spec, redactor: reading.redactor, file: file, options: Session.Options(watches: watches),
            store: store)
        running.withLock { running in
            running.run = session.run
            running.figures = session.run.figures
            if running.isStopped { session.run.stop() }
        }
        defer { running.withLock { $0.run = nil } }
        let result: Result<[String: String], any Error>
        do { result = .success(try await session.execute()) } catch { result = .failure(error) }
        await fetcher.shutdown()
        let failures = try result.get()
        // What `plan` refuses, a run refuses, too.
        _ = try planning.get()
        return failures
    }

    /// The spec as a program reads it that has the planted fault.
    private func planted(_ spec: SpecDraft) -> SpecDraft {
        var spec = spec
        if plant == .bytesUnbounded { spec.bufferBytes = 64_000_000 }
        if plant == .recordsUnbounded { spec.buffer = 10_000 }
        return spec
    }

    private var logger: Logger {
        var logger = Logger(label: "simulation") { [trace] _ in TraceLog(trace: trace) }
        logger.logLevel = trace.keepsLines ? .debug : .error
        return logger
    }
}

extension Result where Failure == StateError {
    /// - Throws: what is not said of the state.
    fileprivate init(refusing body: () throws -> Success) throws {
        do { self = .success(try body()) } catch let error as StateError { self = .failure(error) }
    }
}

/// Puts the program's log among what is told.
private struct TraceLog: LogHandler {
    let trace: Trace
    var logLevel = Logger.Level.debug
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { trace.tell("  log: \(event.level): \(event.message)") }
}
