import Builtins
import Diagnostics
import Fetching
import Hosting
import PipelineSpec
import Streaming
import TestSupport
import Testing

/// What a pipeline holds while nobody takes its records.
@Suite(.timeLimit(.minutes(10))) struct DeadReceiverTests {
    /// Seconds that the receiver asks for, each time.
    private static let pause = 30
    private static let records = 1000

    @Test func `an hour without one reads no more than the buffers hold, then all comes, once`() async throws
    {
        var test = TestHost()
        let clock = test.clock
        var configuration = FetcherConfiguration(userAgent: "feedspine/test")
        configuration.clock = .manual(clock)
        let fetcher = Fetcher(configuration)
        test.host.catalog = .builtin
        test.host.fetcher = fetcher
        try await ScriptedServer.run { [test] server in
            server.otherwise { _ in .reply(503, [("Retry-After", "\(DeadReceiverTests.pause)")]) }
            let session = try test.session(
                """
                name: t
                settings: { buffer: 100 }
                sources: [{ generate: { count: \(DeadReceiverTests.records) } }]
                stages:
                  - batch: 50
                  - tap: { http: { url: "\(server.url("/"))", max_wait: 2h } }
                """)
            async let failed = session.execute()

            var read: [Int] = []
            for _ in 0..<3600 / DeadReceiverTests.pause {
                await clock.sleeping(for: .seconds(DeadReceiverTests.pause))
                read.append(session.run.figures.readCount)
                clock.advance(by: .seconds(DeadReceiverTests.pause))
            }
            await clock.sleeping(for: .seconds(DeadReceiverTests.pause))
            // Two buffers, the batch that is under way and what is in hands between them.
            #expect(read.allSatisfy { $0 < 600 }, "\(read)")
            #expect(read.suffix(60).allSatisfy { $0 == read.last }, "\(read)")
            #expect(session.run.figures.deliveredCount == 0)
            let asked = server.requests.count

            server.otherwise { _ in .reply(200) }
            clock.advance(by: .seconds(DeadReceiverTests.pause))
            #expect(try await failed == [:])
            #expect(session.run.figures.deliveredCount == DeadReceiverTests.records)
            let bodies = server.requests.dropFirst(asked).map(\.body)
            #expect(Set(bodies).count == bodies.count && bodies.count == DeadReceiverTests.records)
        }
        await fetcher.shutdown()
    }
}
