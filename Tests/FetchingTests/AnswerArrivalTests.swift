import NIOCore
import NIOEmbedded
import NIOHTTP1
import Synchronization
import Testing

@testable import Fetching

/// What has arrived is there to be taken, in order, and the ending comes last.
struct AnswerArrivalTests {
    private struct Lost: Error {}

    private let loop = EmbeddedEventLoop()

    private func add(_ text: String, to arrival: inout AnswerArrival) -> EventLoopFuture<Void>? {
        let (due, wait) = arrival.arrived(ByteBuffer(string: text)) { loop.makePromise() }
        due.keep()
        return wait
    }

    private func take(_ arrival: inout AnswerArrival) -> String? {
        let (taken, due) = arrival.takePiece()
        due.keep()
        guard case .part(let piece?) = taken else { return nil }
        return String(buffer: piece)
    }

    @Test func theHeadComesFirst() throws {
        var arrival = AnswerArrival()
        guard case .waiting = arrival.takeHead() else { throw Lost() }
        arrival.arrived(HTTPResponseHead(version: .http1_1, status: .gone)).keep()
        guard case .part(let head) = arrival.takeHead() else { throw Lost() }
        #expect(head.status == .gone)
        guard case .waiting = arrival.takePiece().0 else { throw Lost() }
    }

    @Test func piecesComeBeforeTheError() throws {
        var arrival = AnswerArrival()
        arrival.arrived(HTTPResponseHead(version: .http1_1, status: .ok)).keep()
        #expect(add("a", to: &arrival) == nil)
        #expect(add("b", to: &arrival) == nil)
        arrival.ended(.failure(Lost())).keep()
        arrival.ended(.success(())).keep()
        #expect(take(&arrival) == "a")
        #expect(take(&arrival) == "b")
        guard case .failed(let error) = arrival.takePiece().0 else { throw CancellationError() }
        #expect(error is Lost)
    }

    @Test func anAnswerWithoutAHeadIsNone() throws {
        var arrival = AnswerArrival()
        arrival.ended(.success(())).keep()
        guard case .failed = arrival.takeHead() else { throw Lost() }
    }

    /// The connection is read on when less waits to be taken than one look at it brings.
    @Test func theConnectionWaitsForTheReader() throws {
        var arrival = AnswerArrival()
        let piece = String(repeating: "x", count: 40_000)
        #expect(add(piece, to: &arrival) == nil)
        let wait = try #require(add(piece, to: &arrival))
        let room = Room(wait)
        #expect(!room.isThere)
        #expect(take(&arrival) == piece)
        #expect(room.isThere)
        #expect(take(&arrival) == piece)
    }

    @Test func nobodyWaitsForAReaderThatHasGone() throws {
        var arrival = AnswerArrival()
        let wait = try #require(add(String(repeating: "x", count: 100_000), to: &arrival))
        let room = Room(wait)
        arrival.givesRoom().keep()
        #expect(room.isThere)
    }
}

private final class Room: Sendable {
    private let flag = Atomic(false)

    init(_ future: EventLoopFuture<Void>) {
        future.whenComplete { [self] _ in flag.store(true, ordering: .relaxed) }
    }

    var isThere: Bool { flag.load(ordering: .relaxed) }
}
