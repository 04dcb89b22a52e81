/// Suspends a task until it is let in, or cancelled.
///
/// - Parameters:
///   - arrive: takes the task into the line, or answers at once whether it is let in. Where it keeps the continuation, it
///     must have found under its lock that the task was not cancelled, so that `leave` comes after it.
///   - leave: takes the task out of the line again, unless it has been let in.
/// - Throws: `CancellationError`.
func waitForAdmission(
    arrive: (CheckedContinuation<Bool, Never>) -> Bool?,
    leave: @Sendable () -> CheckedContinuation<Bool, Never>?
) async throws {
    let isAdmitted = await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
            if let answer = arrive(continuation) { continuation.resume(returning: answer) }
        }
    } onCancel: {
        leave()?.resume(returning: false)
    }
    if !isAdmitted { throw CancellationError() }
}
