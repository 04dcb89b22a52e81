import Pacing
import Records
import Streaming
import Synchronization
import Testing

@testable import Builtins

@Suite struct ExecSourceTests {
    private let harness: ProcessHarness

    init() throws { harness = try ProcessHarness() }

    private struct Outcome {
        var ids: [Int] = []
        var failed: [String: String] = [:]
        var rejected = 0
    }

    /// Reads what a program writes, from where the last run left off.
    private func run(
        _ shell: String, _ form: ExecSource.Form = .messages, store: MemoryStore, attempts: Int = 1
    ) async throws -> Outcome {
        let source = ExecSource(harness.child(shell), form)
        let pipeline = Pipeline(
            name: "test",
            sources: [.init(name: "it", source: source, retry: .init(attempts: attempts, initial: .zero))],
            stages: [])
        let ids = Mutex<[Int]>([])
        let run = PipelineRun(
            pipeline, store: store, environment: RunEnvironment(logger: harness.log.logger))
        let failed = try await run.run { records in
            ids.withLock { $0 += records.map { Int(JSON($0)["id"]?.int ?? -1) } }
        }
        return Outcome(
            ids: ids.withLock { $0 }, failed: failed, rejected: run.figures.sources[0].rejectCount)
    }

    private func started() throws -> [String] { try harness.folder.lines("started") }

    @Test func `it is told where to go on, and what of that was delivered`() async throws {
        let store = MemoryStore(isDurable: true)
        // It breaks off behind its first position, and is started again in the same run.
        let shell = """
            IFS= read -r start; printf '%s\\n' "$start" >> started
            case "$start" in
            *'"position":null'*) echo '{"record":{"id":1},"position":{"at":1}}'; exit 1 ;;
            *'"at":1}'*) echo '{"records":[{"id":2},{"id":3}]}'; echo '{"position":[2]}' ;;
            esac
            """
        let outcome = try await run(shell, store: store, attempts: 2)
        #expect(outcome.ids == [1, 2, 3] && outcome.failed == [:])
        #expect(try await run(shell, store: store).ids == [])
        let told = try started()
        #expect(told.count == 3)
        #expect(told[0] == #"{"start":{"position":null,"committed":null}}"#)
        // Whether a checkpoint came between the two lives is a matter of time; never is more told than was delivered.
        #expect(
            [
                #"{"start":{"position":{"at":1},"committed":null}}"#,
                #"{"start":{"position":{"at":1},"committed":{"at":1}}}"#
            ]
            .contains(told[1]))
        #expect(told[2] == #"{"start":{"position":[2],"committed":[2]}}"#)
    }

    @Test func `one that names no position is read from its start at each poll`() async throws {
        let store = MemoryStore(isDurable: true)
        let shell = #"echo '{"records":[{"id":1},{"id":2}]}'"#
        for _ in 0..<2 { #expect(try await run(shell, store: store).ids == [1, 2]) }
        for _ in 0..<2 {
            #expect(
                try await run("echo '{\"id\":1}'; echo '{\"id\":2}'", .records, store: store).ids == [1, 2])
        }
    }

    @Test func `what it cannot read is counted`() async throws {
        let outcome = try await run(
            """
            echo '{"record":{"id":1}}'; echo; echo oops; echo '[]'; echo '{"recrod":{}}'; echo '{"record":7}'
            echo '{"error":"no access"}'; echo '{"record":{"id":2}}'
            """, store: MemoryStore())
        #expect(outcome.ids == [1, 2] && outcome.rejected == 5)
        let said = harness.log.all
        for part in [
            "sh:3: ", "sh:4: a line is a JSON object", "sh:5: a message has `record`",
            "sh:6: a record is a JSON object", "sh:7: no access"
        ] {
            #expect(said.contains { $0.hasPrefix(part) }, "\(part) is not among \(said)")
        }
    }

    @Test func `its failure is that of the source`() async throws {
        let outcome = try await run(
            "echo '{\"record\":{\"id\":1}}'; echo why >&2; exit 2", store: MemoryStore())
        #expect(outcome.ids == [1])
        #expect(outcome.failed == ["it": "'sh' ended with status 2: why"])
    }

    @Test func `what follows it hears by and by`() async throws {
        let store = MemoryStore(isDurable: true)
        let outcome = try await run(
            """
            IFS= read -r start
            echo '{"record":{"id":1},"position":1}'
            IFS= read -r told; printf '%s\\n' "$told" >> started
            """, store: store)
        #expect(outcome.ids == [1])
        #expect(try started() == [#"{"committed":1}"#])
    }
}
