import Logging
import Pacing
import Synchronization
import Testing

@testable import Streaming

@Suite("A source in trouble", .timeLimit(.minutes(10))) struct TroubleTests {
    /// What a source says that is polled so often and fails where it is told to.
    private func said(polls: Int, failing: Set<Int>, isPermanent: Bool, in part: String? = nil) async throws
        -> [String]
    {
        let clock = ManualClock()
        let log = LogBook()
        let readings = Mutex(0)
        let feed = ClosureSource { _, _ in
            let reading = readings.withLock { readings in
                defer { readings += 1 }
                return readings
            }
            if failing.contains(reading) {
                if isPermanent { throw NotThere() }
                throw Broken("no connection")
            }
        }
        let source: any Source =
            part.map { name in
                ClosureSource { _, outlet in
                    outlet.divide(into: [SourcePart(key: "1", name: name, source: feed)], atOnce: 1)
                }
            } ?? feed
        let node = Pipeline.SourceNode(
            name: "s", source: source, every: .seconds(60),
            retry: RetryPolicy(attempts: 2, initial: .seconds(1), maximum: .seconds(1)))
        var environment = RunEnvironment.quiet(clock: clock, watches: true)
        environment.logger = log.logger
        let run = PipelineRun(
            Pipeline.of([node], [.tap(Output())]), store: MemoryStore(), environment: environment)
        async let ended = run.run()
        while readings.withLock({ $0 }) < polls {
            await Task.yield()
            clock.advance(by: .milliseconds(500))
        }
        run.stop()
        _ = try await ended
        return log.said(.notice)
    }

    private struct NotThere: PermanentFailure, CustomStringConvertible {
        var description: String { "http://a.example/feed: 404" }
    }

    @Test("that is not there for long says it once, however often it is polled, and once that it is back")
    func missing() async throws {
        let said = try await said(polls: 8, failing: [1, 2, 3, 4, 7], isPermanent: true)
        #expect(
            said.prefix(3) == [
                "error: source 's' failed: http://a.example/feed: 404",
                "notice: source 's' is read again, after 4 failed attempts",
                "error: source 's' failed: http://a.example/feed: 404"
            ])
    }

    @Test("that is tried again says it once, once that it is given up, and once that it is over")
    func retried() async throws {
        let said = try await said(polls: 8, failing: [0, 1, 2, 3], isPermanent: false)
        #expect(
            said.map { $0.prefix { $0 != ";" } } == [
                "warning: source 's' failed: no connection", "error: source 's' failed: no connection",
                "notice: source 's' is read again, after 4 failed attempts"
            ])
    }

    @Test("that is one of many is named") func part() async throws {
        let said = try await said(polls: 4, failing: [0, 1], isPermanent: true, in: "Some feed")
        #expect(
            said == [
                "error: source 's: Some feed' failed: http://a.example/feed: 404",
                "notice: source 's: Some feed' is read again, after 2 failed attempts"
            ])
    }
}
