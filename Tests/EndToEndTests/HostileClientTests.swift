import Foundation
import Records
import TestSupport
import Testing

/// Clients that mean no good, and a run that goes on.
@Suite("Hostile clients of a run with --http", .timeLimit(.minutes(10))) struct HostileClientTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func serving<Value: Sendable>(
        _ body: @Sendable (ServedProgram) async throws -> Value
    ) async throws -> (value: Value, outcome: Program.Outcome) {
        let text = String(repeating: "words of an item ", count: 5000)
        let lines = (0..<100).map {
            #"{"id":"urn:x:\#($0)","title":"Item","content":{"text":"\#($0) \#(text)"}}"#
        }
        try workspace.write("items.jsonl", lines.joined(separator: "\n") + "\n")
        try workspace.write(
            "run.yaml",
            """
            name: run
            settings: { checkpoint: 50ms }
            sources: [{ jsonl: items.jsonl, every: 100ms }]
            stages:
              - tap: [{ feed: { path: big.json, size: 32MB } }, { jsonl: out.jsonl }]
            """)
        return try await Program.serving(["run.yaml", "--watch", "--http", "0"], in: workspace.path, body)
    }

    /// Adds items, and waits until they are delivered.
    private func goesOn(_ program: ServedProgram) async throws {
        let before = try await program.figures { _ in true }["delivered"]?.int ?? 0
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(workspace.path)/items.jsonl"))
        try file.seekToEnd()
        try file.write(contentsOf: Data((#"{"id":"urn:y:\#(before)","title":"More"}"# + "\n").utf8))
        try file.close()
        _ = try await program.figures { ($0["delivered"]?.int ?? 0) > before }
    }

    @Test("bytes that are no request have a status each, and the run goes on")
    func noise() async throws {
        let (_, outcome) = try await serving { program in
            let huge = String(repeating: "x", count: 1 << 20)
            let host = "Host: 127.0.0.1\r\n"
            let cases: [(String, Set<Int>)] = [
                ("\r\n\r\n\0\0\0\0", [400, 501]), ("nonsense\r\n\r\n", [400, 501]),
                ("PURGE / HTTP/1.1\r\n\(host)\r\n", [405]), ("BREW / HTTP/1.1\r\n\(host)\r\n", [501]),
                ("POST /api/run HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nabc", [405]),
                ("GET / HTTP/1.1\r\n\(host)Content-Length: 9999999999\r\n\r\n\(huge)", [413]),
                ("GET / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n100000\r\n\(huge)", [413]),
                ("GET / HTTP/1.1\r\n\(host)Content-Length: 1\r\nContent-Length: 2\r\n\r\n", [400]),
                ("GET /\(huge) HTTP/1.1\r\n\(host)\r\n", [431, 400]),
                ("GET / HTTP/1.1\r\n\(host)X: \(huge)\r\n\r\n", [431]),
                ("GET / HTTP/1.1\r\n\(host)\(String(repeating: "A: b\r\n", count: 5000))\r\n", [431]),
                ("GET http://127.0.0.1/ HTTP/1.1\r\n\(host)Connection: close\r\n\r\n", [200]),
                ("CONNECT 127.0.0.1:80 HTTP/1.1\r\n\(host)\r\n", [405]),
                ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400, 501, 405]), ("\u{16}\u{3}\u{1}\u{2}", [400, 501]),
                ("GET / HTTP/9.9\r\n\(host)\r\n", [400])
            ]
            for (text, statuses) in cases {
                let connection = try program.connect()
                connection.send(text)
                let answer = Answer(await connection.rest())
                #expect(statuses.contains(answer.status), "\(text.prefix(60)): \(answer.status)")
            }
            try await goesOn(program)
        }
        #expect(outcome.status == 0, "\(outcome.error)")
    }

    @Test("clients that do not read, or say nothing, hold up neither the run nor its end")
    func silent() async throws {
        let (connections, outcome) = try await serving { program in
            try await goesOn(program)
            // Each answer is some megabytes, more than the system takes for a connection.
            let readers = try (0..<20).map { _ in
                let connection = try program.connect()
                connection.send("GET /feeds/big.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
                return connection
            }
            let silent = try (0..<20).map { _ in try program.connect() }
            for connection in silent { connection.send("GET / HTTP/1.1\r\nHost:") }
            try await goesOn(program)
            #expect(try await program.ask("/live").status == 200)
            return readers + silent
        }
        #expect(outcome.status == 0, "\(outcome.error)")
        withExtendedLifetime(connections) {}
    }

    @Test("connections beyond the limit are told so, and those that end make room")
    func many() async throws {
        let (_, outcome) = try await serving { program in
            do {
                let held = try (0..<64).map { _ in
                    let connection = try program.connect()
                    connection.send("GET / HTTP/1.1\r\n")
                    return connection
                }
                // The server accepts in the order of arrival, so all those are there.
                let answer = try await program.ask("/live")
                #expect(answer.status == 503 && answer.text.contains("too many connections"))
                withExtendedLifetime(held) {}
            }
            while try await program.ask("/live").status != 200 { await Task.yield() }
            try await goesOn(program)
        }
        #expect(outcome.status == 0, "\(outcome.error)")
    }
}
