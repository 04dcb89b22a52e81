import Foundation
import Hosting
import PipelineSpec
import Records
import Streaming
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SessionTests {
    @Test func aSpecRunsInMemoryOnWhatItsHostGives() async throws {
        let test = TestHost(lines: [#"{"n":1}"#, #"{"n":2}"#, #"{"n":3}"#])
        let session = try test.session(
            """
            name: t
            sources: [lines]
            stages: [{ filter: n > 1 }, { tap: { memory: all } }]
            """)
        #expect(try await session.execute() == [:])
        #expect(test.outputs["all"] == [#"{"n":2}"#, #"{"n":3}"#])
        #expect(session.run.figures.deliveredCount == 2)
    }

    @Test func timeInExpressionsIsTheHosts() async throws {
        let test = TestHost(lines: [#"{"n":1}"#])
        let session = try test.session(
            """
            name: t
            sources: [lines]
            stages: [{ map: { set: { t: now } } }, { tap: { memory: all } }]
            """)
        _ = try await session.execute()
        #expect(test.outputs["all"] == [#"{"n":1,"t":"2023-11-14T22:13:20Z"}"#])
    }

    @Test func aSecondRunOverTheSameStoreGoesOn() async throws {
        let store = MemoryStore()
        let spec = """
            name: t
            sources: [lines]
            stages: [{ tap: { memory: all } }]
            """
        var test = TestHost(lines: [#"{"n":1}"#])
        _ = try await test.session(spec, store: store).execute()
        test.host.catalog = .scripted(test.outputs, lines: [#"{"n":1}"#, #"{"n":2}"#])
        _ = try await test.session(spec, store: store).execute()
        #expect(test.outputs["all"] == [#"{"n":1}"#, #"{"n":2}"#])
    }

    @Test func sourcesAndSinksCanBeReplaced() async throws {
        let test = TestHost(lines: [#"{"n":1}"#])
        let options = Session.Options(replace: { pipeline in
            pipeline.replacing(
                sources: { _ in LineSource(lines: [#"{"n":7}"#]) },
                sinks: { _, target in test.outputs.sink("instead of \(target.name)") })
        })
        let session = try test.session(
            """
            name: t
            sources: [lines]
            stages: [{ tap: [{ name: a, memory: x }, { name: b, memory: y }] }]
            """, options: options)
        _ = try await session.execute()
        #expect(test.outputs.all == ["instead of a": [#"{"n":7}"#], "instead of b": [#"{"n":7}"#]])
    }

    @Test func aDryPipelinePrintsEachRecordOnceAndWritesNothing() async throws {
        let test = TestHost(lines: [#"{"n":1}"#, #"{"n":2}"#])
        let printed = test.outputs.sink("printed")
        let session = try test.session(
            """
            name: t
            sinks: { shared: { memory: x } }
            sources: [lines]
            stages: [{ tap: { ref: shared } }, { tap: [{ ref: shared }, { memory: y }] }]
            """, options: Session.Options(replace: { $0.dry(into: printed) }))
        _ = try await session.execute()
        #expect(test.outputs.all == ["printed": [#"{"n":1}"#, #"{"n":2}"#]])
    }

    @Test(arguments: [false, true]) func aDryRunAcknowledgesNothing(isDry: Bool) async throws {
        let test = TestHost()
        let queue = EmptyQueue()
        let session = try test.session(
            """
            name: t
            sources: [lines]
            stages: [{ tap: { memory: x } }]
            """,
            options: Session.Options(
                isDry: isDry, replace: { $0.replacing(sources: { _ in queue }) }),
            store: isDry ? nil : MemoryStore())
        _ = try await session.execute()
        #expect(queue.told.withLock { $0 } == (isDry ? [] : [SourcePosition(anchor: Anchor(json: "5"))]))
    }

    @Test func theFirstItemIsMissedOnTheHostsClock() async throws {
        let test = TestHost()
        let session = try test.session(
            """
            name: t
            settings: { alerts: { time_to_first_item: 45s } }
            sources: [lines]
            stages: [{ tap: { memory: all } }]
            """,
            options: Session.Options(replace: { pipeline in
                pipeline.replacing(sources: { _ in LineSource(lines: [], waits: true) })
            }))
        async let failed = session.execute()
        await test.clock.sleeping(for: .seconds(45))
        test.clock.advance(by: .seconds(45))
        while !test.log.all.contains(where: { $0.hasPrefix("warning: no item has arrived") }) {
            await Task.yield()
        }
        session.run.stop()
        _ = try await failed
    }

    @Test(arguments: [Int64.max, -1])
    func aClockThatCannotBeCountedIsRefused(now: Int64) throws {
        var test = TestHost(lines: [#"{"n":1}"#])
        test.host.surroundings = .manual(test.clock, now: now)
        #expect(throws: HostError.clockOutOfRange) {
            try test.session(
                """
                name: t
                sources: [lines]
                stages: [{ tap: { memory: all } }]
                """)
        }
    }

    @Test func aRunThatLosesAllItsRecordsSaysSo() async throws {
        let test = TestHost(lines: [#"{"t":"x"}"#, #"{"t":"y"}"#])
        let session = try test.session(
            """
            name: t
            sources: [lines]
            stages: [{ name: number, map: { set: { n: int(t) } }, on_error: drop }, { tap: { memory: all } }]
            """)
        _ = try await session.execute()
        #expect(test.log.all.contains("warning: no record was delivered: 2 failed in 'number'"))
    }

    @Test func theStateStandsBesideTheSpecUnlessItIsNamed() {
        let file = SpecFile(text: "", name: "p.yaml", folder: "/srv/specs")
        let place = StatePlace(nil, pipeline: "p", file: file)
        #expect(place.path == "/srv/specs/.feedspine/p.db")
        #expect(place.deadLetters == "/srv/specs/.feedspine/p.dead.jsonl")
        #expect(StatePlace("/var/s.db", pipeline: "p", file: file).deadLetters == "/var/p.dead.jsonl")
        let none = StatePlace(StatePlace.memory, pipeline: "p", file: file)
        #expect(none.path == nil)
        #expect(none.deadLetters == "/srv/specs/.feedspine/p.dead.jsonl")
    }
}

/// Comes to a new place without a record for it.
private final class EmptyQueue: AcknowledgingSource {
    let told = Mutex<[SourcePosition]>([])

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        try await outlet.send([Record](), then: Anchor(json: "5"))
    }

    func committed(_ position: SourcePosition) { told.withLock { $0.append(position) } }
}
