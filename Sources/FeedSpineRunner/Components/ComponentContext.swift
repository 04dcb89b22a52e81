internal import Builtins
public import Logging
internal import PipelineSpec

/// What a component may need to know of where it stands, when it is made.
///
/// ```swift
/// let notes = Component.source(
///     "notes", "Reads the lines of a text.",
///     Field<String>("path", "Where it stands.", .notEmpty, example: "notes.txt", role: .path)
/// ) { context, path in Lines(path: context.path(path)) }
/// ```
public struct ComponentContext: Sendable {
    private let base: BuildContext

    init(_ base: BuildContext) { self.base = base }

    /// The pipeline's name.
    public var pipeline: String { base.pipeline }

    /// The name of the source, stage or sink.
    public var name: String { base.name }

    /// The pipeline's log.
    public var logger: Logger { base[LoggerKey.self] }

    /// A path as the pipeline file means it: relative ones start from the file's folder.
    ///
    /// ```swift
    /// let file = context.path("notes.txt")
    /// ```
    public func path(_ path: String) -> String { base.resolve(path) }
}
