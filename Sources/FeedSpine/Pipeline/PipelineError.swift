internal import Streaming

/// Why a pipeline has ended before its end.
///
/// Nothing is lost by it: what was not acknowledged, or not yet covered by a checkpoint, comes again with the next
/// stream of the same storage.
///
/// ```swift
/// do {
///     try await spine.pipeline().tap { _ in throw Trouble() }.drain()
/// } catch {
///     print(error)
/// }
/// ```
public struct PipelineError: Error, CustomStringConvertible {
    /// What it was that failed.
    ///
    /// ```swift
    /// do throws(PipelineError) {
    ///     try await spine.pipeline().map(name: "enrich") { _ throws -> Record in throw Trouble() }.drain()
    /// } catch {
    ///     if case .stage(let name) = error.part { print(name) }  // enrich
    /// }
    /// ```
    public enum Part: Sendable, Hashable {
        /// A stage, by its name.
        case stage(String)
        /// A feed, by its name.
        case feed(String)
        /// The storage.
        case storage
        /// The task that read the stream was cancelled.
        case cancellation
    }

    /// What it was that failed.
    public let part: Part
    /// In words.
    public let message: String
    /// What a closure or an adapter threw, where it was one.
    public let underlying: (any Error)?

    /// The part and the message.
    public var description: String {
        switch part {
        case .stage(let name): "stage '\(name)': \(message)"
        case .feed(let name): "feed '\(name)': \(message)"
        case .storage: "storage: \(message)"
        case .cancellation: message
        }
    }

    init(_ part: Part, _ message: String, underlying: (any Error)? = nil) {
        self.part = part
        self.message = message
        self.underlying = underlying
    }

    /// What the engine has thrown.
    init(_ error: any Error, _ causes: Causes) {
        switch error {
        case let error as PipelineError: self = error
        case let failure as StageFailure:
            self.init(
                .stage(failure.stage), "record \(failure.index) of '\(failure.source)': \(failure.message)",
                underlying: causes.first(in: failure.stage))
        case let failure as SinkFailure:
            self.init(.stage(failure.sink), failure.message, underlying: causes.first(in: failure.sink))
        case let failure as SourceFailure:
            self.init(.feed(failure.source), failure.message, underlying: causes.first(in: failure.source))
        case is CancellationError: self.init(.cancellation, "the task was cancelled")
        default: self.init(.storage, "\(error)", underlying: error)
        }
    }
}
