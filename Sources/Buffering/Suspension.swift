/// Suspends a reader that has found nothing; returns when it is worth to look again, at the latest when the task is
/// cancelled.
///
/// - Parameters:
///   - waits: keeps the continuation, and says whether it did. It looks at `Task.isCancelled` under the lock that
///     `cancelled` takes: a cancellation that came before is not announced again.
///   - cancelled: gives back the continuation that was kept, if it still is.
@inlinable
package func suspendReader(
    isolation: isolated (any Actor)? = #isolation,
    _ waits: (CheckedContinuation<Void, Never>) -> Bool,
    cancelled: @Sendable () -> CheckedContinuation<Void, Never>?
) async {
    await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
            if !waits(continuation) { continuation.resume() }
        }
    } onCancel: {
        cancelled()?.resume()
    }
}

extension BufferState
where Reader == CheckedContinuation<Void, Never>, Writer == CheckedContinuation<Void, any Error> {
    /// Suspends a writer whose element finds no room, until it is in.
    ///
    /// - Parameters:
    ///   - finished: what is thrown when the end has been said.
    ///   - offer: lets the writer wait (``writerWaits(_:ticket:with:_:)``), under the same conditions as above.
    ///   - cancelled: what ``writerCancelled(ticket:)`` answers.
    /// - Throws: `CancellationError`, or the error that both sides have been ended with.
    @inlinable
    package static func suspendWriter(
        finished: any Error, _ offer: (Writer) -> Offer,
        cancelled: @Sendable () -> (cancelled: Writer, reader: Reader?, resuming: [Writer])?
    ) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                switch offer(continuation) {
                case .full: break
                case .accepted(let reader):
                    reader?.resume()
                    continuation.resume()
                case .finished: continuation.resume(throwing: finished)
                case .failed(let error): continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            guard let gone = cancelled() else { return }
            gone.reader?.resume()
            for writer in gone.resuming { writer.resume() }
            gone.cancelled.resume(throwing: CancellationError())
        }
    }
}
