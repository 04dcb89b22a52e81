import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An answer that a client of AsyncHTTPClient receives.
///
/// Everything up to the reader happens on the event loop of the connection: a request crosses over to it once, and its
/// answer back.
final class ClientAnswer: AnswerStream, HTTPClientResponseDelegate {
    private struct State {
        var arrival = AnswerArrival()
        var task: HTTPClient.Task<Void>?
        /// Why it is to end as soon as it has begun.
        var refusal: (any Error)?
    }

    private let client: HTTPClient
    private let request: HTTPClient.Request
    private let state = Mutex(State())

    init(_ request: HTTPClient.Request, by client: HTTPClient) {
        self.client = client
        self.request = request
    }

    func head() async throws -> HTTPResponseHead {
        let loop = client.eventLoopGroup.any()
        if loop.inEventLoop { begin() } else { loop.execute { self.begin() } }
        while true {
            switch state.withLock({ $0.arrival.takeHead() }) {
            case .part(let head): return head
            case .failed(let error): throw error
            case .waiting: await arrival(ofHead: true)
            }
        }
    }

    func next() async throws -> ByteBuffer? {
        while true {
            let (taken, due) = state.withLock { $0.arrival.takePiece() }
            due.keep()
            switch taken {
            case .part(let piece): return piece
            case .failed(let error): throw error
            case .waiting: await arrival(ofHead: false)
            }
        }
    }

    func end(_ error: any Error) {
        let task = state.withLock { state in
            if state.refusal == nil { state.refusal = error }
            return state.task
        }
        // The client answers with ``didReceiveError(task:_:)``. What it has still to give is not wanted any more.
        task?.fail(reason: error)
        task?.eventLoop.execute { self.state.withLock { $0.arrival.givesRoom() }.keep() }
    }

    private func arrival(ofHead: Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { $0.arrival.waits(continuation, forHead: ofHead) }
                if !isWaiting { continuation.resume() }
            }
        } onCancel: {
            end(CancellationError())
        }
    }

    /// Sends the request, on an event loop.
    private func begin() {
        if let refusal = state.withLock({ $0.refusal }) { return ended(.failure(refusal)) }
        let task = client.execute(request: request, delegate: self)
        // A client that has been shut down says so here only.
        task.futureResult.whenFailure { self.ended(.failure($0)) }
        let refusal = state.withLock { state in
            if !state.arrival.isOver { state.task = task }
            return state.refusal
        }
        if let refusal { task.fail(reason: refusal) }
    }

    private func ended(_ result: Result<Void, any Error>) {
        let due = state.withLock { state in
            state.task = nil
            return state.arrival.ended(result)
        }
        due.keep()
    }
}

extension ClientAnswer {
    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        state.withLock { $0.arrival.arrived(head) }.keep()
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let (due, wait) = state.withLock { state in
            state.arrival.arrived(buffer) { task.eventLoop.makePromise() }
        }
        due.keep()
        return wait ?? task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) { ended(.failure(error)) }

    func didFinishRequest(task: HTTPClient.Task<Void>) { ended(.success(())) }
}
