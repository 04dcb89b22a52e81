import Builtins
import Fetching
import Foundation
import Logging
import PipelineSpec
import Records
import State
import Streaming

/// One pipeline of this process: built, with its state, ready to run.
struct Session: Sendable {
    struct Options: Sendable {
        var watches = false
        var limit: Int?
        var isDry = false
        /// Nil is the spec's, or the default.
        var statePath: String?
    }

    let name: String
    let run: PipelineRun
    let summary: Summary
    /// Time after which a run that has delivered nothing is worth a warning.
    private let alert: Duration?
    private let logger: Logger

    /// - Parameter file: the spec's path, which relative paths in it start from.
    /// - Throws: what components say when they cannot be built; ``StateError``, `FileError`.
    init(
        _ spec: PipelineSpec, redactor: Redactor, file: String, options: Options, fetcher: Fetcher,
        logger: Logger
    ) throws {
        name = spec.name
        var logger = logger
        logger[metadataKey: "pipeline"] = "\(spec.name)"
        var context = BuildContext(
            directory: SpecFile(path: file).folder, pipeline: spec.name, run: SessionState.runIdentifier(),
            environment: ProcessInfo.processInfo.environment)
        context[LoggerKey.self] = logger
        context[FetcherKey.self] = fetcher
        context[UserAgentKey.self] = spec.settings.userAgent
        context[RedactorKey.self] = redactor
        context[ExpressionEnvironmentKey.self] = .builtin
        var pipeline = try PipelineCompiler(context: context).compile(spec)
        if options.isDry { pipeline = pipeline.dry() }
        let state = SessionState(
            path: options.statePath
                ?? spec.settings.state.map { SessionState.isFile($0) ? context.resolve($0) : $0 },
            pipeline: spec.name)
        let environment = RunEnvironment(
            logger: logger, deadLetters: options.isDry ? nil : JSONLinesSink { state.deadLetters },
            watches: options.watches, limit: options.limit)
        run = PipelineRun(pipeline, store: try state.open(), environment: environment)
        alert = spec.settings.alerts.timeToFirstItem
        self.logger = logger
        summary = Summary(pipeline: spec.name, figures: run.figures, deadLetters: state.deadLetters)
    }
}

extension Session {
    /// Warns when no item has arrived at a sink after the time that the spec gives for the first one.
    func watchFirstItem() async {
        guard let alert, (try? await ContinuousClock().sleep(for: alert)) != nil else { return }
        guard run.figures.timeToFirstItem == nil else { return }
        let sources = run.figures.sources.map { "\($0.name) (\($0.state.word), \($0.itemCount) items)" }
        logger.warning(
            "no item has arrived at a sink after \(alert.text); sources: \(sources.joined(separator: ", "))")
    }
}

extension Pipeline {
    /// The same pipeline with its sinks replaced by standard output.
    func dry() -> Pipeline {
        var written = false
        let stages = stages.map { node -> StageNode in
            guard node.operation is TapOperation else { return node }
            // Only the first tap prints: those after it get the same records.
            let targets = written ? [] : [Target(name: "dry-run", sink: StdoutSink())]
            written = true
            return StageNode(
                name: node.name, operation: TapOperation(targets), when: node.when, onError: node.onError,
                buffer: node.buffer)
        }
        return Pipeline(name: name, settings: settings, sources: sources, stages: stages)
    }
}
