import Synchronization
import TestSupport
import Testing

@testable import Fetching

/// Connections are descriptors, which run out.
@Suite(.timeLimit(.minutes(10))) struct ConnectionBudgetTests {
    @Test func exchangesWaitForConnectionsInTheirOrder() async throws {
        let budget = ConnectionBudget(ConnectionLimits(exchanges: 2))
        var held = [try await budget.enter(), try await budget.enter()]
        let order = Order()
        try await withThrowingTaskGroup(of: Permit.self) { group in
            for number in 0..<3 {
                group.addTask {
                    let permit = try await budget.enter()
                    order.add(number)
                    return permit
                }
                // The next comes behind this one.
                while budget.waitingCount <= number { await Task.yield() }
            }
            #expect(order.numbers == [])
            for number in 0..<3 {
                held.removeFirst().giveBack()
                if let permit = try await group.next() { held.append(permit) }
                #expect(order.numbers == Array(0...number))
            }
        }
    }

    @Test func whoIsCancelledWaitsNoMore() async throws {
        let budget = ConnectionBudget(ConnectionLimits(exchanges: 1))
        let held = try await budget.enter()
        let waiting = Task { try await budget.enter() }
        while budget.waitingCount == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        held.giveBack()
        _ = try await budget.enter()
    }

    @Test func noMoreRequestsAreUnderWayThanThereAreConnections() async throws {
        let gate = Gate()
        try await withServer(configure: {
            $0.connections = ConnectionLimits(exchanges: 3)
            $0.limits.concurrent = 100
        }) { server, fetcher in
            server.otherwise { _ in .head(200).text("a").gate(gate).text("b").end() }
            try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<20 {
                    group.addTask { try await fetcher.fetch(server.url("/\(number)")).text() }
                }
                await server.received(3)
                for _ in 0..<100 { await Task.yield() }
                #expect(server.requests.count == 3)
                gate.open()
                for try await text in group { #expect(text == "ab") }
            }
            #expect(server.requests.count == 20)
        }
    }

    /// One exchange may take several connections one after the other, and never two at the same time.
    @Test func redirectsNeedOneConnection() async throws {
        try await withServer(configure: { $0.connections = ConnectionLimits(exchanges: 1) }) {
            server, fetcher in
            server.on("/a", .redirect(302, to: "/b"))
            server.on("/b", .reply(301, [("Location", "/c")], String(repeating: "x", count: 100_000)))
            server.on("/c", .reply(200, [], "there"), .reply(500), .reply(200, [], "again"))
            try await expect("there", from: fetcher, at: server.url("/a"))
            await #expect(throws: FetchError.self) { try await fetcher.fetch(server.url("/c")) }
            try await expect("again", from: fetcher, at: server.url("/c"))
        }
    }

    @Test func aBodyThatNobodyReadsGivesItsConnectionBack() async throws {
        try await withServer(configure: { $0.connections = ConnectionLimits(exchanges: 1) }) {
            server, fetcher in
            server.otherwise { _ in .reply(200, [], "text") }
            for _ in 0..<3 { _ = try await fetcher.fetch(server.url("/")) }
            #expect(server.requests.count == 3)
        }
    }

    /// A connection is ready for the next request, or closed, some time after the body has been read; so both tests ask
    /// until it has happened.
    @Test func connectionsAreKeptWhileThereAreFew() async throws {
        try await withServer(configure: { $0.connections = ConnectionLimits(kept: 10) }) { server, fetcher in
            server.otherwise { _ in .reply(200, [], "text") }
            var before = -1
            while server.connections != before {
                before = server.connections
                try await expect("text", from: fetcher, at: server.url("/"))
            }
        }
    }

    @Test func connectionsAreLetGoWhereThereAreMany() async throws {
        try await withServer(configure: { $0.connections = ConnectionLimits(kept: 0) }) { server, fetcher in
            server.otherwise { _ in .reply(200, [], "text") }
            while server.connections < 2 { try await expect("text", from: fetcher, at: server.url("/")) }
        }
    }

    private func expect(_ text: String, from fetcher: Fetcher, at url: String) async throws {
        let answer = try await fetcher.fetch(url).text()
        #expect(answer == text)
    }
}

/// Who came through, in their order.
private final class Order: Sendable {
    private let state = Mutex<[Int]>([])

    var numbers: [Int] { state.withLock { $0 } }

    func add(_ number: Int) { state.withLock { $0.append(number) } }
}
