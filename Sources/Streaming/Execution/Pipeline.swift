package import Pacing

/// A pipeline that can be run: sources, stages and settings, all built.
package struct Pipeline: Sendable {
    package enum Mode: Sendable {
        /// Records move on as they come.
        case stream
        /// All records are collected before the first moves on: the baseline to compare with.
        case batch
    }

    package struct Settings: Sendable {
        package var mode = Mode.stream
        /// Records between two stages.
        package var buffer = 1000
        /// Bytes of records that the pipeline holds at any time: between and within all its stages.
        package var bufferBytes = 64_000_000
        package var maxConcurrentSources = 4
        /// Time between checkpoints.
        package var checkpoint = Duration.seconds(1)
        /// How long the records in flight may take when the run is stopped.
        package var shutdownTimeout = Duration.seconds(30)

        package init() {}
    }

    package struct SourceNode: Sendable {
        /// What a source that was given up means for the run.
        package enum Failure: Sendable {
            /// The run goes on and says so at its end.
            case report
            /// The run goes on as if nothing had happened.
            case ignore
            /// The run ends.
            case endRun
        }

        /// What it is called in figures and logs, and in its records.
        package let name: String
        package let identity: Identity
        /// The address or the name under which the state knows it, where that has changed.
        package let was: String?
        package let source: any Source
        /// Time between the starts of two readings when the pipeline watches; nil reads once.
        package let every: Duration?
        /// Attempts to read it in one round; nil is one attempt.
        package let retry: RetryPolicy?
        package let onFailure: Failure

        package static let defaultRetry = RetryPolicy(attempts: 3)

        package init(
            name: String, identity: Identity? = nil, was: String? = nil, source: any Source,
            every: Duration? = nil, retry: RetryPolicy? = SourceNode.defaultRetry,
            onFailure: Failure = .report
        ) {
            self.name = name
            self.identity = identity ?? Identity(name)
            self.was = was
            self.source = source
            self.every = every
            self.retry = retry
            self.onFailure = onFailure
        }
    }

    package struct StageNode: Sendable {
        package let name: String
        package let identity: Identity
        package let was: String?
        package let operation: any StageOperation
        /// Records that it does not match go past the stage.
        package let when: (any Predicate)?
        package let onError: OnError
        /// Records between the stage before and this one, where it waits; nil is the pipeline's setting.
        package let buffer: Int?

        package init(
            name: String, identity: Identity? = nil, was: String? = nil, operation: any StageOperation,
            when: (any Predicate)? = nil, onError: OnError? = nil, buffer: Int? = nil
        ) {
            self.name = name
            self.identity = identity ?? Identity(name)
            self.was = was
            self.operation = operation
            self.when = when
            self.onError = onError ?? operation.defaultOnError
            self.buffer = buffer
        }
    }

    /// A sink of a tap. Taps that share a sink, by reference or because their options are equal, have targets of one
    /// identity; the engine opens it once.
    package struct Target: Sendable {
        package let name: String
        package let identity: Identity
        package let was: String?
        package let sink: any Sink

        package init(name: String, identity: Identity? = nil, was: String? = nil, sink: any Sink) {
            self.name = name
            self.identity = identity ?? Identity(name)
            self.was = was
            self.sink = sink
        }
    }

    package let name: String
    package let settings: Settings
    package let sources: [SourceNode]
    package let stages: [StageNode]
    /// The sink that what stages give up goes to; nil for the file of the run's environment. What it refuses goes there.
    package let deadLetters: Target?

    package init(
        name: String, settings: Settings = Settings(), sources: [SourceNode], stages: [StageNode],
        deadLetters: Target? = nil
    ) {
        self.name = name
        self.settings = settings
        self.sources = sources
        self.stages = stages
        self.deadLetters = deadLetters
    }
}

extension Pipeline {
    /// The outputs that its taps name, each counted once.
    package var outputCount: Int { Set(stages.flatMap(\.targets).map(\.identity)).count }
}
