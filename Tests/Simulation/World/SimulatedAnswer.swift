import AsyncHTTPClient
import Fetching
import NIOCore
import NIOHTTP1
import Synchronization

/// The answer of a ``WebServer``.
final class SimulatedAnswer: AnswerStream {
    struct Content: Sendable {
        var status: HTTPResponseStatus
        var headers = HTTPHeaders()
        var text: String?
        /// Whether the connection is lost behind the text.
        var breaksOff = false
    }

    private struct State {
        var content = Content(status: .ok)
        var ending: (any Error)?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let answer: @Sendable () async throws -> Content
    private let state = Mutex(State())

    init(_ answer: @escaping @Sendable () async throws -> Content) { self.answer = answer }

    func head() async throws -> HTTPResponseHead {
        let content = try await withThrowingTaskGroup(of: Content?.self) { group in
            group.addTask { try await self.answer() }
            group.addTask {
                await self.ending()
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let content else { throw state.withLock { $0.ending } ?? CancellationError() }
        state.withLock { $0.content = content }
        return HTTPResponseHead(version: .http1_1, status: content.status, headers: content.headers)
    }

    func next() async throws -> ByteBuffer? {
        let (text, error) = state.withLock { state in
            let text = state.content.text.take()
            let lost = state.content.breaksOff ? HTTPClientError.remoteConnectionClosed : nil
            return (text, state.ending ?? lost)
        }
        if let text { return ByteBuffer(string: text) }
        if let error { throw error }
        return nil
    }

    func end(_ error: any Error) {
        let waiter = state.withLock { state in
            if state.ending == nil { state.ending = error }
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Waits until the exchange is ended from outside, or the task is cancelled.
    private func ending() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.ending != nil || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume()
        }
    }
}
