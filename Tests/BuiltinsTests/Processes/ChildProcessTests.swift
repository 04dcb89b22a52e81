import Logging
import Synchronization
import Testing

@testable import Builtins

@Suite struct ChildProcessTests {
    private let harness: ProcessHarness

    init() throws { harness = try ProcessHarness() }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: [UInt8]) { lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    }

    /// What a program writes, and how it ended.
    private func run(
        _ shell: String, given: [String] = [], maxLine: Int = 1000
    ) async throws -> (lines: [String], failure: ProcessFailure?) {
        let lines = Lines()
        let input = ProcessInput()
        for line in given { input.give(Array((line + "\n").utf8)) }
        input.end()
        let child = harness.child(shell, maxLine: maxLine)
        do {
            try await child.run(input) { lines.add($0) }
            return (lines.all, nil)
        } catch let failure as ProcessFailure {
            return (lines.all, failure)
        }
    }

    @Test func `lines go in and come out`() async throws {
        #expect(try await run("cat", given: ["a", "", "c d"]).lines == ["a", "", "c d"])
        #expect(try await run(#"printf 'a\r\n\nb'"#).lines == ["a", "", "b"])
        #expect(try await run("exit 0").lines == [])
    }

    @Test func `what was written before the end is read`() async throws {
        let lines = try await run("seq 100000; exit 0").lines
        #expect(lines.count == 100_000 && lines.last == "100000")
    }

    @Test func `a program that another one outlives has ended`() async throws {
        #expect(try await run("echo a; sleep 1000 & exit 0").lines == ["a"])
    }

    @Test func `an end that is not well is told with the last words`() async throws {
        let outcome = try await run("echo one >&2; echo 'two\u{7} words' >&2; exit 3")
        #expect(outcome.failure == .ended(program: "sh", "with status 3", "two words"))
        #expect(harness.log.said(.notice) == ["notice: it: one", "notice: it: two words"])
        #expect(try await run("kill -9 $$").failure == .ended(program: "sh", "by signal 9", ""))
    }

    @Test func `a line that is too long ends the program`() async throws {
        let endless = try await run("echo a; while :; do printf xxxxxxxxxx; done", maxLine: 100)
        #expect(endless.lines == ["a"] && endless.failure == .lineTooLong(limit: 100))
        #expect(try await run("printf 1234567890", maxLine: 10).lines == ["1234567890"])
    }

    @Test func `standard error of any length is cut`() async throws {
        #expect(
            try await run("head -c 100000 /dev/zero | tr '\\0' x >&2; echo >&2; echo b >&2")
                .failure == nil)
        #expect(harness.log.all.map(\.count) == [2004, 5])
    }

    @Test func `one that does not end with its input is ended`() async throws {
        let input = ProcessInput()
        input.end()
        let child = harness.child(
            "trap '' TERM; while :; do sleep 1; done", grace: .milliseconds(20))
        await #expect(throws: ProcessFailure.overdue(program: "sh", after: .milliseconds(20))) {
            try await child.run(input) { _ in }
        }
    }

    @Test func `what it is told stands in its environment`() async throws {
        #expect(
            try await run("echo $FEEDSPINE_PIPELINE $FEEDSPINE_NAME; pwd -P | grep -c sinks-").lines
                == ["test it", "1"])
    }
}
