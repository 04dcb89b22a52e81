import NIOCore
import NIOHTTP1

/// What has arrived of an answer and was not taken yet. Pure: promises and continuations are handed out to be kept.
struct AnswerArrival {
    enum Taken<Part: Sendable>: Sendable {
        case part(Part)
        case failed(any Error)
        /// Nothing is there yet.
        case waiting
    }

    /// What a change makes due.
    struct Due: Sendable {
        var reader: CheckedContinuation<Void, Never>?
        /// That of the connection, to send more.
        var room: EventLoopPromise<Void>?

        func keep() {
            reader?.resume()
            room?.succeed()
        }
    }

    /// When this many bytes wait to be taken, the connection is not read any further. It is more than what one look at the
    /// connection brings, so that what came before an error is there to be taken first.
    private static let most = 64 << 10

    private var head: HTTPResponseHead?
    private var pieces = CircularBuffer<ByteBuffer>()
    private var byteCount = 0
    private var ending: Result<Void, any Error>?
    private var reader: CheckedContinuation<Void, Never>?
    private var room: EventLoopPromise<Void>?

    /// Whether nothing more will arrive.
    var isOver: Bool { ending != nil }

    mutating func arrived(_ head: HTTPResponseHead) -> Due {
        self.head = head
        return Due(reader: reader.take())
    }

    /// - Parameter promise: makes what is kept when there is room for more.
    /// - Returns: also what to wait for before more is sent; nil for nothing.
    mutating func arrived(
        _ piece: ByteBuffer, _ promise: () -> EventLoopPromise<Void>
    ) -> (Due, wait: EventLoopFuture<Void>?) {
        pieces.append(piece)
        byteCount += piece.readableBytes
        if byteCount >= AnswerArrival.most { room = promise() }
        return (Due(reader: reader.take()), room?.futureResult)
    }

    /// Of several endings the first counts.
    mutating func ended(_ result: Result<Void, any Error>) -> Due {
        if ending == nil { ending = result }
        return Due(reader: reader.take(), room: room.take())
    }

    /// Lets the connection go on although nothing is taken.
    mutating func givesRoom() -> Due { Due(room: room.take()) }

    mutating func takeHead() -> Taken<HTTPResponseHead> {
        if let head { return .part(head) }
        return switch ending {
        case .failure(let error): .failed(error)
        // An answer without a head is none.
        case .success: .failed(HTTPParserError.invalidEOFState)
        case nil: .waiting
        }
    }

    /// - Returns: also what the connection waits for.
    mutating func takePiece() -> (Taken<ByteBuffer?>, Due) {
        if let piece = pieces.popFirst() {
            byteCount -= piece.readableBytes
            return (.part(piece), Due(room: byteCount < AnswerArrival.most ? room.take() : nil))
        }
        return switch ending {
        case .failure(let error): (.failed(error), Due())
        case .success: (.part(nil), Due())
        case nil: (.waiting, Due())
        }
    }

    /// Keeps a reader who has found nothing, until something comes.
    ///
    /// - Returns: false when something has come meanwhile.
    mutating func waits(_ continuation: CheckedContinuation<Void, Never>, forHead: Bool) -> Bool {
        guard ending == nil, pieces.isEmpty, !forHead || head == nil else { return false }
        reader = continuation
        return true
    }
}
