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

        package let name: String
        package let source: any Source
        /// Time between the starts of two readings when the pipeline watches; nil reads once.
        package let every: Duration?
        /// Attempts to read it in one round; nil is one attempt.
        package let retry: RetryPolicy?
        package let onFailure: Failure

        package static let defaultRetry = RetryPolicy(attempts: 3)

        package init(
            name: String, source: any Source, every: Duration? = nil,
            retry: RetryPolicy? = SourceNode.defaultRetry, onFailure: Failure = .report
        ) {
            self.name = name
            self.source = source
            self.every = every
            self.retry = retry
            self.onFailure = onFailure
        }
    }

    package struct StageNode: Sendable {
        package let name: String
        package let operation: Operation
        /// Records that it does not match go past the stage.
        package let when: (any Predicate)?
        package let onError: OnError
        /// Records between the stage before and this one, where it waits; nil is the pipeline's setting.
        package let buffer: Int?

        package init(
            name: String, operation: Operation, when: (any Predicate)? = nil, onError: OnError? = nil,
            buffer: Int? = nil
        ) {
            self.name = name
            self.operation = operation
            self.when = when
            self.onError = onError ?? operation.defaultOnError
            self.buffer = buffer
        }
    }

    /// What a stage does.
    package enum Operation: Sendable {
        case filter(any Predicate)
        case map(any Transform)
        case dedup(any Identification, history: Duration, ttl: Duration)
        case rateLimit(Rate)
        case batch(BatchLimits)
        case tap([Target])

        /// The word for it in a spec.
        package var kind: String {
            switch self {
            case .filter: "filter"
            case .map: "map"
            case .dedup: "dedup"
            case .rateLimit: "rate_limit"
            case .batch: "batch"
            case .tap: "tap"
            }
        }

        var defaultOnError: OnError {
            if case .tap = self { return OnError(retry: RetryPolicy(), then: .fail) }
            return OnError(retry: nil, then: .deadLetter)
        }
    }

    /// A sink under the name that its position is stored by.
    package struct Target: Sendable {
        package let name: String
        package let sink: any Sink

        package init(name: String, sink: any Sink) {
            self.name = name
            self.sink = sink
        }
    }

    package let name: String
    package let settings: Settings
    package let sources: [SourceNode]
    package let stages: [StageNode]

    package init(name: String, settings: Settings = Settings(), sources: [SourceNode], stages: [StageNode]) {
        self.name = name
        self.settings = settings
        self.sources = sources
        self.stages = stages
    }
}

/// What happens to a record that a stage cannot handle.
package struct OnError: Sendable, Equatable {
    package enum Disposal: Sendable, Equatable {
        /// The record goes to the dead letters with the error.
        case deadLetter
        /// The record is counted and forgotten.
        case drop
        /// The run ends.
        case fail
    }

    /// Attempts before the disposal; nil is one attempt.
    package var retry: RetryPolicy?
    package var then: Disposal

    package init(retry: RetryPolicy? = nil, then: Disposal) {
        self.retry = retry
        self.then = then
    }
}

/// Records in a period.
package struct Rate: Sendable, Hashable {
    package let count: Int
    package let period: Duration

    /// - Parameter count: at least 1.
    package init(_ count: Int, per period: Duration) {
        self.count = count
        self.period = period
    }
}

/// When a batch is complete: at whichever limit is reached first.
package struct BatchLimits: Sendable, Equatable {
    package var size: Int?
    package var bytes: Int?
    /// Time since the batch's first record.
    package var every: Duration?

    package init(size: Int? = nil, bytes: Int? = nil, every: Duration? = nil) {
        self.size = size
        self.bytes = bytes
        self.every = every
    }
}
