/// A record that failed in a stage whose `on_error` is `fail`, or that no retry could deliver.
package struct StageFailure: Error, Sendable, Equatable {
    package let stage: String
    package let source: String
    package let index: UInt64
    package let message: String
}

/// A source that was given up, where that is to end the run.
package struct SourceFailure: Error, Sendable, Equatable {
    package let source: String
    package let message: String
}

/// A sink that could not be opened or written, after all retries.
package struct SinkFailure: Error, Sendable, Equatable {
    package let sink: String
    package let message: String
    /// Whether trying again would be in vain.
    let isPermanent: Bool

    package init(sink: String, message: String, isPermanent: Bool = false) {
        self.sink = sink
        self.message = message
        self.isPermanent = isPermanent
    }
}

/// Whoever read an output has gone; nobody wants more of it, and the run ends without a complaint.
package struct OutputClosed: Error, Sendable, Equatable {
    package init() {}
}

/// A run that was stopped and did not deliver what was in flight in time.
package struct ShutdownTimeout: Error, Sendable, Equatable {
    package let timeout: Duration
}

extension StageFailure: CustomStringConvertible {
    package var description: String { "stage '\(stage)': record \(index) of source '\(source)': \(message)" }
}

extension SourceFailure: CustomStringConvertible {
    package var description: String { "source '\(source)': \(message)" }
}

extension SinkFailure: CustomStringConvertible {
    package var description: String { "sink '\(sink)': \(message)" }
}

extension ShutdownTimeout: CustomStringConvertible {
    package var description: String {
        "records in flight were not delivered within \(timeout) of the stop; the next run delivers them"
    }
}
