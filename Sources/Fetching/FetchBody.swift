import NIOCore

/// A body that arrives: decoded pieces of at most some 64 KB, in order, read once.
///
/// When the connection breaks off or the body is refused half-way, everything before that is delivered first and the
/// ``FetchError`` thrown after it. Beside the piece that is being read some 64 KB are held, so a reader that pauses
/// pauses the server. Letting go of the body and its iterator ends the connection.
package struct FetchBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    let source: HeldAnswer
    let codings: [String]
    /// The length that the server announced, of the body as it is sent.
    let expected: Int?
    let maxSize: Int
    let budget: TimeBudget
    let clock: FetchClock
    let permit: Permit
    let connection: Permit
    let host: String
    var onReceive: (@Sendable (Int) -> Void)?

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(self)
    }

    /// Reads the whole body into memory; within `maxSize` of the request.
    package func collect() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in self { bytes += piece }
        return bytes
    }
}

extension FetchBody {
    package struct AsyncIterator: AsyncIteratorProtocol {
        private enum State {
            case unopened
            case reading(ContentDecoder)
            case failing(FetchError)
            case finished
        }

        private let body: FetchBody
        private var state = State.unopened
        private var budget: TimeBudget
        private var received = 0
        private var delivered = 0

        init(_ body: FetchBody) {
            self.body = body
            budget = body.budget
        }

        /// - Throws: ``FetchError``, or `CancellationError`.
        package mutating func next() async throws -> [UInt8]? {
            do {
                switch state {
                case .finished: return nil
                case .failing(let error): throw error
                case .unopened:
                    return try await nextPiece(ContentDecoder(codings: body.codings, limit: body.maxSize))
                case .reading(let decoder): return try await nextPiece(decoder)
                }
            } catch {
                finish()
                throw error
            }
        }

        private mutating func nextPiece(_ current: ContentDecoder) async throws -> [UInt8]? {
            var decoder = current
            while true {
                let start = body.clock.now()
                let decoded = try decoder.pull()
                // Undoing codings is the server's doing, too.
                try budget.charge(body.clock.now() - start)
                if let piece = decoded {
                    state = .reading(decoder)
                    return bounded(piece)
                }
                guard let bytes = try await receive(isEncoded: decoder.isEncoded) else {
                    let rest = try decoder.finish()
                    finish()
                    return rest.map { bounded($0) }
                }
                decoder.push(bytes)
            }
        }

        /// Cuts the piece at the size limit; the error follows with the next call.
        private mutating func bounded(_ piece: [UInt8]) -> [UInt8] {
            delivered += piece.count
            guard delivered > body.maxSize else { return piece }
            state = .failing(.tooLarge(limit: body.maxSize))
            return Array(piece.dropLast(delivered - body.maxSize))
        }

        private mutating func receive(isEncoded: Bool) async throws -> [UInt8]? {
            let buffer: ByteBuffer?
            do {
                let source = body.source
                buffer = try await budget.spend(
                    upTo: budget.timeouts.read, on: .read, clock: body.clock, silence: body.permit.giveBack,
                    giveUp: source.end
                ) {
                    try await source.next()
                }
            } catch {
                throw FetchError.duringBody(
                    error, host: body.host, received: received, expected: body.expected)
            }
            guard let buffer else { return nil }
            received += buffer.readableBytes
            body.onReceive?(buffer.readableBytes)
            // Codings can spend bytes without end on no output at all; incompressible data may grow a little.
            guard !isEncoded || received - DecodedPiece.capacity <= body.maxSize else {
                throw FetchError.tooLarge(limit: body.maxSize)
            }
            return Array(buffer.readableBytesView)
        }

        private mutating func finish() {
            state = .finished
            body.source.end(CancellationError())
            body.permit.giveBack()
            body.connection.giveBack()
        }
    }
}
