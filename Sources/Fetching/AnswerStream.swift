package import NIOCore
package import NIOHTTP1

/// The answer to one request as it arrives: its head, then its body, piece by piece.
///
/// One task asks for one part after the other.
package protocol AnswerStream: AnyObject, Sendable {
    /// Sends the request and waits for the head; called once, before anything else.
    func head() async throws -> HTTPResponseHead

    /// The next piece of the body; nil at its end.
    func next() async throws -> ByteBuffer?

    /// Ends the exchange unless the answer has come to its end. Who waits for a part of it, or asks for one later, gets
    /// the error, once nothing goes on any more.
    func end(_ error: any Error)
}

/// An answer that ends when nobody holds it any more.
final class HeldAnswer: Sendable {
    private let stream: any AnswerStream

    init(_ stream: any AnswerStream) { self.stream = stream }

    deinit { stream.end(CancellationError()) }

    func head() async throws -> HTTPResponseHead { try await stream.head() }
    func next() async throws -> ByteBuffer? { try await stream.next() }
    func end(_ error: any Error) { stream.end(error) }
}
