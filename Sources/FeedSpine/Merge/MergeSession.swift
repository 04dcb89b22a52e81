/// One input of a merge, of whatever type: its elements go into a buffer.
@usableFromInline
struct MergeInput<Element: Sendable>: Sendable {
    /// - Returns: what the input failed with, if it did.
    @usableFromInline let pump:
        @Sendable (_ put: @Sendable (Element) async throws -> Void) async -> (any Error)?

    @inlinable
    init<Base: AsyncSequence & Sendable>(_ base: Base) where Base.Element == Element {
        pump = { put in
            do {
                for try await element in base {
                    // It throws when nobody reads any more, which is no failure of the input.
                    do { try await put(element) } catch { return nil }
                }
                return nil
            } catch {
                return error
            }
        }
    }
}

/// All that a merge was made with.
@usableFromInline
struct MergePlan<Element: Sendable, Failure: Error>: Sendable {
    @usableFromInline let inputs: [MergeInput<Element>]
    @usableFromInline let capacity: Int
    @usableFromInline let failure: MergeFailureMode
    @usableFromInline let onFailure: @Sendable (MergeError.Failure) -> Void
    /// What is thrown for failures of inputs.
    @usableFromInline let error: @Sendable ([MergeError.Failure]) -> Failure?

    @inlinable
    init(
        inputs: [MergeInput<Element>], capacity: Int, failure: MergeFailureMode,
        onFailure: @escaping @Sendable (MergeError.Failure) -> Void,
        error: @escaping @Sendable ([MergeError.Failure]) -> Failure?
    ) {
        self.inputs = inputs
        self.capacity = capacity
        self.failure = failure
        self.onFailure = onFailure
        self.error = error
    }
}

/// The tasks of one iteration over a merge. They hold the buffer alone; when the iterator goes, so does the session, and
/// they are cancelled.
@usableFromInline
final class MergeSession<Element: Sendable, Failure: Error>: Sendable {
    @usableFromInline let buffer: AsyncBuffer<Element, Failure>
    @usableFromInline let task: Task<Void, Never>

    @inlinable
    init(_ plan: MergePlan<Element, Failure>) {
        let buffer = AsyncBuffer<Element, Failure>(capacity: plan.capacity)
        self.buffer = buffer
        task = Task { await MergeSession.read(plan, into: buffer) }
    }

    @inlinable deinit { task.cancel() }

    @inlinable
    static func read(
        _ plan: MergePlan<Element, Failure>, into buffer: AsyncBuffer<Element, Failure>
    ) async {
        await withTaskGroup(of: MergeError.Failure?.self) { group in
            for (index, input) in plan.inputs.enumerated() {
                group.addTask {
                    let cause = await input.pump { try await buffer.put($0) }
                    return cause.map { MergeError.Failure(input: index, cause: $0) }
                }
            }
            var failures: [MergeError.Failure] = []
            for await case let failure? in group where !Task.isCancelled {
                failures.append(failure)
                plan.onFailure(failure)
                // What the others end with from here on is their cancellation.
                if plan.failure == .atOnce { break }
            }
            group.cancelAll()
            if let error = plan.error(failures) { buffer.finish(throwing: error) } else { buffer.finish() }
        }
    }
}
