import Builtins
import PipelineSpec
import Streaming
import TestSupport
import Testing

/// What every source promises, whatever it reads.
@Suite(.timeLimit(.minutes(10))) struct SourceConformanceTests {
    @Test func everySourceOfTheCatalogueIsAmongThem() {
        #expect(
            Set(SourceKind.allCases.compactMap(\.component))
                == Set(Catalog.builtin.sources.components.map(\.name)))
    }

    @Test(arguments: SourceKind.allCases) func aRunReadsAllThatThereIs(kind: SourceKind) async throws {
        try await SourceInput.of(kind) { input in
            let all = try await input.all()
            #expect(Set(all).count == 5)
            #expect(try await input.all() == all, "the same in the same order")
        }
    }

    @Test(arguments: SourceKind.allCases) func anotherRunFindsNothingNew(kind: SourceKind) async throws {
        try await SourceInput.of(kind) { input in
            let all = try await input.all()
            for _ in 0..<2 {
                let again = try await input.read()
                #expect(again.failure == nil)
                #expect(input.sorted(again.ids) == (kind.showsAllAgain ? all : []))
            }
        }
    }

    @Test(arguments: SourceKind.allCases, 1...4)
    func aRunGoesOnWhereAnotherStopped(kind: SourceKind, place: Int) async throws {
        try await SourceInput.of(kind) { input in
            let all = try await input.all()
            input.forget()
            let first = try await input.read(limit: place)
            let second = try await input.read()
            #expect(first.ids.count == place)
            #expect(second.failure == nil)
            #expect(input.sorted(first.ids + second.ids) == all)
        }
    }

    @Test(arguments: SourceKind.allCases) func oneByOneEachRecordComesOnce(kind: SourceKind) async throws {
        try await SourceInput.of(kind) { input in
            let all = try await input.all()
            input.forget()
            var ids: [String] = []
            for _ in all { ids += try await input.read(limit: 1).ids }
            #expect(input.sorted(ids) == all)
        }
    }

    @Test(arguments: SourceKind.allCases.filter(\.canBreakOff))
    func whatAFailureLeftIsReadByTheNextRun(kind: SourceKind) async throws {
        try await SourceInput.of(kind) { input in
            let all = try await input.all()
            input.forget()
            try input.behave(.breaksOff)
            let broken = try await input.read()
            #expect(broken.failure != nil)
            #expect(broken.ids.count < 5)
            let again = try await input.read()
            #expect(again.failure != nil && again.ids == [], "the failure itself is no progress")
            try input.behave(.whole)
            let rest = try await input.read()
            #expect(rest.failure == nil)
            #expect(input.sorted(broken.ids + rest.ids) == all)
        }
    }

    @Test(arguments: SourceKind.allCases.filter(\.canHang))
    func whoWaitsForWhatNeverComesCanBeStopped(kind: SourceKind) async throws {
        try await SourceInput.of(kind) { input in
            let all = try await input.all()
            input.forget()
            try input.behave(.hangs)
            let stopped = try await input.read(stopping: { await input.stall.reached() })
            input.stall.open()
            #expect(stopped.failure == nil, "stopping is no failure")
            #expect(stopped.state == .stopped)
            try input.behave(.whole)
            let rest = try await input.read()
            #expect(rest.failure == nil)
            #expect(input.sorted(stopped.ids + rest.ids) == all)
        }
    }

    @Test(arguments: SourceKind.allCases)
    func whoWaitsForThePipelineCanBeStopped(kind: SourceKind) async throws {
        try await SourceInput.of(kind) { input in
            let all = try await input.all()
            input.forget()
            let busy = Gate()
            let stopped = try await input.read(
                stopping: {
                    await busy.reached()
                    // Opened behind the stop, as far as a test can tell.
                    Task { busy.open() }
                },
                onDelivery: { await busy.pass() })
            #expect(stopped.failure == nil)
            // What shows all again has nothing to go on with once it has come to its end.
            if kind.showsAllAgain, stopped.ids.count == 5 { return }
            let rest = try await input.read()
            #expect(input.sorted(stopped.ids + rest.ids) == all)
        }
    }

    private static let garbage = [
        "", " ", "null", "true", "[]", "{}", "\"x\"", "-1", "6", "1e400", "\u{0}", "{\"next\":-1}",
        "{\"next\":9223372036854775808}", "{\"files\":{}}", "{\"files\":[{\"id\":0}]}", "{\"walk\":[\"x\"]}",
        "{\"last\":\"\\u0000\"}", "{\"url\":\"http://[\"}", String(repeating: "[", count: 100_000)
    ]

    @Test(arguments: SourceKind.allCases)
    func aPositionThatItDidNotNameIsAFailureOrAFreshStart(kind: SourceKind) async throws {
        try await SourceInput.of(kind) { input in
            let all = try await input.all()
            let names = input.positions.keys.sorted()
            for json in Self.garbage {
                input.forget()
                input.positions = Dictionary(
                    uniqueKeysWithValues: names.map { ($0, SourcePosition(anchor: Anchor(json: json))) })
                let outcome = try await input.read()
                #expect(
                    outcome.failure != nil || input.sorted(outcome.ids) == all, "\(json.prefix(50))")
            }
        }
    }

    /// Values in the place of each number, and of each text that is no name of a member.
    private static let values = [
        "-1", "0", "9223372036854775807", "18446744073709551616", "1e300", "\"\"", "null", "{}"
    ]

    @Test(arguments: SourceKind.allCases, 0...3)
    func aDamagedPositionEndsNoProcess(kind: SourceKind, place: Int) async throws {
        try await SourceInput.of(kind) { input in
            let all = Set(try await input.all())
            input.forget()
            _ = try await input.read(limit: place == 0 ? nil : place)
            let positions = input.positions
            for value in Self.values {
                for count in [0, 2, UInt64.max] {
                    let damaged = positions.mapValues { position in
                        let json = position.anchor?.json ?? "{}"
                        let text = json.replacing(/([:\[,])("[^"]*"|-?[0-9.]+)(?=[,\]}])/) {
                            "\($0.1)\(value)"
                        }
                        return SourcePosition(anchor: Anchor(json: text), count: count)
                    }
                    input.forget()
                    input.positions = damaged
                    let outcome = try await input.read()
                    #expect(Set(outcome.ids).isSubset(of: all))
                }
            }
        }
    }
}

extension SourceInput {
    /// All that a pipeline reads which has never run.
    func all() async throws -> [String] {
        forget()
        let outcome = try await read()
        if let failure = outcome.failure { Issue.record("\(failure)") }
        return sorted(outcome.ids)
    }

    /// In the order in which they came, where that is always the same.
    func sorted(_ ids: [String]) -> [String] { kind.isOrdered ? ids : ids.sorted() }
}
