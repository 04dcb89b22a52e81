package import Builtins
import CEL
import Logging
import Notation
package import PipelineSpec
import State
package import Streaming

/// One pipeline of this process: built, with its state, ready to run.
package struct Session: Sendable {
    package struct Options: Sendable {
        /// Whether sources with `every` are read again and again.
        package var watches: Bool
        /// The sources stop after so many records in all.
        package var limit: Int?
        /// Prints what would be delivered; writes and remembers nothing.
        package var isDry: Bool
        /// The state file, or `:memory:`; nil is the spec's own, or the default.
        package var state: String?
        /// Whether the run measures how long its parts take.
        package var keepsTimings = false
        /// Puts other sources and sinks in the places of the spec's.
        package var replace: @Sendable (Pipeline) -> Pipeline

        package init(
            watches: Bool = false, limit: Int? = nil, isDry: Bool = false, state: String? = nil,
            replace: @escaping @Sendable (Pipeline) -> Pipeline = { $0 }
        ) {
            self.watches = watches
            self.limit = limit
            self.isDry = isDry
            self.state = state
            self.replace = replace
        }
    }

    package let name: String
    package let run: PipelineRun
    /// The file for records that stages give up; nil where they are only counted.
    package let deadLetters: String?
    /// The sink that they go to instead, but for what it refuses.
    package var deadLetterSink: String? { run.pipeline.deadLetters?.name }
    /// Time after which a run that has delivered nothing is worth a warning.
    fileprivate let alert: Duration?
    fileprivate let surroundings: Surroundings
    fileprivate let logger: Logger
    /// What the run may read and nobody is to keep.
    fileprivate let copy: StateCopy?
    /// What no sink and no report may write meanwhile.
    fileprivate let kept: [OutputClaim]
    fileprivate let outputs: OwnOutputs

    /// The files that its sinks make for others to read, by the sink's name, each once.
    package var publications: [(sink: String, publication: Publication)] {
        var known: Set<String> = []
        return run.pipeline.stages.flatMap(\.targets).compactMap { target in
            guard let sink = target.sink as? any PublishingSink, known.insert(target.name).inserted else {
                return nil
            }
            return (target.name, sink.publication)
        }
    }

    /// Whether the pipeline writes the file that a path leads to: a report must not take its place.
    package func writes(_ path: String) -> Bool {
        outputs.areMeant(by: path) || deadLetters.map { RealPath.leadToOneFile($0, path) } == true
    }
}

extension PipelineHost {
    /// Makes a pipeline ready to run; a real run has its state opened, and locked.
    ///
    /// - Parameter store: where the run goes on from and keeps its checkpoints; nil is the state that the spec and the
    ///   options name.
    /// - Throws: what components say when they cannot be built; ``HostError``, `StateError`, `FileError`.
    package func session(
        _ spec: PipelineSpec, redactor: Redactor, file: SpecFile,
        options: Session.Options = Session.Options(),
        store: (any CheckpointStore)? = nil
    ) throws -> Session {
        let logger = logger(of: spec)
        let pipeline = options.replace(try pipeline(spec, redactor: redactor, file: file))
        let place = place(of: spec, file: file, state: options.state)
        let kept = try keep(spec, pipeline, file, place)
        let copy = options.isDry && store == nil ? try place.copy(for: file.owner(spec.name)) : nil
        let store = SealedStore(
            try store ?? copy?.store ?? newStore(options, place, file.owner(spec.name), logger), redactor)
        let deadLetters = options.isDry ? nil : place.deadLetters
        var environment = RunEnvironment(
            clock: surroundings.clock, now: surroundings.now, uptime: surroundings.uptime,
            random: surroundings.random, executor: surroundings.executor, cores: surroundings.cores,
            logger: logger,
            deadLetters: options.isDry
                ? nil : DeadLetterSink(file: place.deadLetterFile(), prepare: place.finishRemoval),
            watches: options.watches, limit: options.limit, acknowledges: !options.isDry)
        environment.keepsTimings = options.keepsTimings
        // No value from `${…}` goes there in any spelling.
        if !redactor.isEmpty { environment.redact = { try $0.redacted(redactor) } }
        environment.realAddress = RealAddress(folder: file.folder).callAsFunction
        return Session(
            name: spec.name,
            run: PipelineRun(
                options.isDry ? pipeline.dry(into: StdoutSink()) : pipeline, store: store,
                environment: environment),
            deadLetters: deadLetters, alert: spec.settings.alerts.timeToFirstItem, surroundings: surroundings,
            logger: logger, copy: copy, kept: kept, outputs: spec.ownOutputs)
    }

    /// Literal paths are compared when a spec is checked; what links lead to is known now.
    private func keep(
        _ spec: PipelineSpec, _ built: Pipeline, _ file: SpecFile, _ place: StatePlace
    ) throws(OutputConflict) -> [OutputClaim] {
        let registry = OutputRegistry.process
        let pipeline = "of pipeline '\(spec.name)'"
        var kept = [try registry.keep(file.owner(spec.name).spec, as: "the spec \(pipeline)", of: nil)]
        if let state = place.path {
            // Beside the file that a link leads to.
            let real = realPath(state) ?? state
            for file in [state] + SideFiles.state.map({ real + $0 }) {
                kept.append(try registry.keep(file, as: "the state \(pipeline)", of: nil))
            }
        }
        for input in Set(spec.inputs + built.sources.flatMap(\.source.namedFiles)) {
            kept.append(try registry.keep(input, as: "an input \(pipeline)", of: spec.name))
        }
        return kept
    }

    private func newStore(
        _ options: Session.Options, _ place: StatePlace, _ owner: StateOwner, _ logger: Logger
    ) throws -> any CheckpointStore {
        if options.isDry { return MemoryStore() }
        return try place.open(for: owner, logger)
    }

    /// The pipeline that a spec describes, built with what the host has.
    package func pipeline(_ spec: PipelineSpec, redactor: Redactor, file: SpecFile) throws -> Pipeline {
        let now = try surroundings.checkedNow()
        var context = BuildContext(
            directory: file.folder, pipeline: spec.name, run: PipelineHost.runIdentifier(at: now),
            environment: variables)
        context[SurroundingsKey.self] = surroundings
        context[LoggerKey.self] = logger(of: spec)
        context[FetcherKey.self] = fetcher
        context[UserAgentKey.self] = spec.settings.userAgent
        context[RedactorKey.self] = redactor
        context[ExpressionEnvironmentKey.self] = expressions
        context[EvaluationContextKey.self] = EvaluationContext { [now = surroundings.now] in
            Timestamp(nanosecondsSince1970: now())
        }
        return try PipelineCompiler(context: context).compile(spec)
    }

    /// - Parameter state: what goes before the spec's own setting.
    func place(of spec: PipelineSpec, file: SpecFile, state: String?) -> StatePlace {
        let context = BuildContext(directory: file.folder, pipeline: spec.name)
        let setting = spec.settings.state.map { $0 == StatePlace.memory ? $0 : context.resolve($0) }
        return StatePlace(state ?? setting, pipeline: spec.name, file: file)
    }

    private func logger(of spec: PipelineSpec) -> Logger {
        var logger = logger
        logger[metadataKey: "pipeline"] = "\(spec.name)"
        return logger
    }

    /// An identifier for a run, in the order of time: `20260131T080509250Z`.
    private static func runIdentifier(at time: Int64) -> String {
        WallClock.rfc3339(nanoseconds: time).filter { $0.isLetter || $0.isNumber }
    }
}

extension Session {
    /// Runs until all sources have ended, or the run is stopped.
    ///
    /// - Returns: the sources that failed, with the reason.
    /// - Throws: what ``PipelineRun/run(deliver:)`` throws.
    package func execute() async throws -> [String: String] {
        let failed = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watchFirstItem() }
            defer { group.cancelAll() }
            return try await run.run()
        }
        if let lost = run.figures.allLost { logger.warning("\(lost)") }
        return failed
    }

    /// Warns when no item has arrived at a sink after the time that the spec gives for the first one.
    private func watchFirstItem() async {
        guard let alert, (try? await surroundings.clock.sleep(for: alert)) != nil else { return }
        guard run.figures.timeToFirstItem == nil else { return }
        let sources = run.figures.sources.map { "\($0.name) (\($0.state.word), \($0.itemCount) items)" }
        logger.warning(
            "no item has arrived at a sink after \(alert.text); sources: \(sources.joined(separator: ", "))")
    }
}

extension RunFigures {
    /// What became of the records where not a single one got through, for no filter's reason; nil where one did.
    package var allLost: String? {
        let failed = stages.reduce(0) { $0 + $1.failureCount }
        let missing = missingCount
        guard deliveredCount == 0, failed + missing > 0, failed + missing + duplicateCount >= readCount else {
            return nil
        }
        let failures = stages.filter { $0.failureCount > 0 }.map {
            "\($0.failureCount) failed in '\($0.name)'"
        }
        let absences = stages.filter { $0.missingCount > 0 }.map {
            "\($0.missingCount) have no field that '\($0.name)' needs"
        }
        return "no record was delivered: " + (failures + absences).joined(separator: ", ")
    }
}

extension SourceFigures.State {
    /// The state in a word.
    package var word: String {
        switch self {
        case .waiting: "waiting"
        case .reading: "reading"
        case .finished: "done"
        case .stopped: "stopped"
        case .failed: "failed"
        }
    }

    package var isFailure: Bool {
        if case .failed = self { true } else { false }
    }
}
