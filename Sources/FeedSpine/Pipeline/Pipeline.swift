internal import Records
internal import Streaming

/// A chain of stages over the records of feeds, run by the engine that runs pipeline files.
///
/// It is a value: each stage gives another one, and nothing runs before it is iterated, or ``count()``, ``collect()`` or
/// ``drain()`` is called. Each of these is a run of its own that goes on from what the storage knows.
///
/// ```swift
/// struct Numbers: FeedAdapter {
///     let name = "numbers"
///     func fetch() -> AsyncStream<Record> {
///         AsyncStream { continuation in
///             for number in 1...10 {
///                 if let record = try? Record(json: "{\"id\":\(number)}") { continuation.yield(record) }
///             }
///             continuation.finish()
///         }
///     }
/// }
///
/// let saved = try await FeedSpine(feeds: [Numbers()]).pipeline()
///     .filter { ($0["id"].int ?? 0) % 2 == 0 }
///     .map { "number \($0["id"].int ?? 0)" }
///     .batch(2)
///     .tap { batch in print(batch.joined(separator: ", ")) }
///     .count()
/// ```
///
/// Between stages that wait stand bounded buffers, and every second a checkpoint is made of all that is on its way. A
/// closure that is not asynchronous runs in the task of the stage before it, without a buffer between. A closure that
/// throws ends the run with a ``PipelineError`` that names its stage.
///
/// Elements are records, values that are `Codable` (they are kept as JSON where a stage holds them), or, behind
/// ``batch(_:every:name:)``, arrays of either.
public struct Pipeline<Element: Sendable>: Sendable {
    let engine: Engine
    let stages: [Streaming.Pipeline.StageNode]
    let elements: Elements<Element>

    /// The pipeline with one more stage.
    ///
    /// - Parameter name: nil is the kind of the stage, with a number where there are several.
    func adding<Next>(
        _ operation: some StageOperation, name: String?, elements: Elements<Next>
    ) -> Pipeline<Next> {
        Pipeline<Next>(
            engine: engine,
            stages: stages + [
                Streaming.Pipeline.StageNode(
                    name: stageName(name, operation.kind), operation: operation, onError: OnError(then: .fail)
                )
            ], elements: elements)
    }

    /// What a stage is called; a name that is taken gets a number.
    func stageName(_ name: String?, _ kind: String) -> String {
        let taken = Set(stages.map(\.name))
        let name = name ?? kind
        if !taken.contains(name) { return name }
        var number = 2
        while taken.contains("\(name)#\(number)") { number += 1 }
        return "\(name)#\(number)"
    }

    /// A closure that has its errors noted under the name of its stage.
    func noting<Input, Output>(
        _ name: String, _ body: @escaping @Sendable (Input) throws -> Output
    ) -> @Sendable (Input) throws -> Output {
        { [causes = engine.causes] input in
            do { return try body(input) } catch {
                causes.note(error, in: name)
                throw error
            }
        }
    }

    /// A closure that has its errors noted under the name of its stage.
    func noting<Input: Sendable, Output: Sendable>(
        _ name: String, _ body: @escaping @Sendable (Input) async throws -> Output
    ) -> @Sendable (Input) async throws -> Output {
        { [causes = engine.causes] input in
            do { return try await body(input) } catch {
                causes.note(error, in: name)
                throw error
            }
        }
    }
}
