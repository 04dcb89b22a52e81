import Subprocess
import TestSupport
import Testing

/// The program and a server that it sends to.
@Suite(.timeLimit(.minutes(10))) struct WebhookTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func write(_ sink: String) throws {
        try workspace.write(
            "hook.yaml",
            """
            name: hook
            settings: { checkpoint: 20ms, buffer: 100, shutdown_timeout: 200ms }
            sources: [{ jsonl: items.jsonl }]
            stages:
              - rate_limit: 2000/s
              - tap: { \(sink) }
            """)
    }

    private func writeItems(_ count: Int) throws {
        let lines = (0..<count).map { #"{"id":\#($0),"title":"Item \#($0)"}"# }
        try workspace.write("items.jsonl", lines.joined(separator: "\n") + "\n")
    }

    @Test("killed again and again, nothing is lost and what comes twice has the same key", arguments: [1, 8])
    func killed(concurrency: Int) async throws {
        try await ScriptedServer.run { server in
            server.otherwise { _ in .reply(200) }
            try write("http: { url: \"\(server.url("/"))\", concurrency: \(concurrency) }")
            var items = 0
            try await Program.killAgainAndAgain(
                "hook.yaml", in: workspace.path, kills: 6, at: 1...15, seed: UInt64(concurrency)
            ) { _ in
                items += 300
                try writeItems(items)
            }

            var keys: [String: Set<String>] = [:]
            for request in server.requests {
                let key = request.headers.first { $0.name == "Idempotency-Key" }?.value ?? ""
                keys[String(decoding: request.body, as: UTF8.self), default: []].insert(key)
            }
            #expect(keys.count == items)
            #expect(keys.values.allSatisfy { $0.count == 1 })
            #expect(Set(keys.values.flatMap(\.self)).count == items)
        }
    }

    @Test("what a server refuses goes to the dead letters alone, and shows no secret")
    func refused() async throws {
        try await ScriptedServer.run { server in
            server.otherwise { request in
                request.path == "/hunter2hunter2/3" ? .reply(422, [], "no hunter2hunter2 here") : .reply(200)
            }
            try write("http: { url: \"\(server.url("/"))${KEY}/{id}\" }")
            try writeItems(5)
            let outcome = try await Program.run(
                ["hook.yaml", "--progress", "none", "--log-level", "debug"], in: workspace.path,
                environment: ["KEY": "hunter2hunter2"])
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(Set(server.requests.map(\.path)).count == 5)
            let letters = try workspace.lines(".feedspine/hook.dead.jsonl")
            #expect(letters.count == 1 && letters[0].contains("no <redacted> here"), "\(letters)")
            for text in [outcome.error, outcome.output] + letters { #expect(!text.contains("hunter2")) }
        }
    }

    @Test("a server that asks for time does not hold up the end, and has all the next time")
    func stopped() async throws {
        try await ScriptedServer.run { server in
            server.on("/2", .reply(429, [("Retry-After", "200")]), .reply(200))
            server.otherwise { _ in .reply(200) }
            try write("http: \"\(server.url("/"))\"".replacing("/\"", with: "/{id}\""))
            try writeItems(5)
            let first = try await Program.run(
                ["hook.yaml", "--progress", "none"], in: workspace.path
            ) { $0.contains("asks to wait") ? .terminate : nil }
            #expect(first.error.contains("the next run delivers them"), "\(first.error)")
            let next = try await Program.run(["hook.yaml", "--progress", "none"], in: workspace.path)
            #expect(next.status == 0, "\(next.error)")
            #expect(Set(server.requests.map(\.path)) == ["/0", "/1", "/2", "/3", "/4"])
        }
    }

    @Test("a server that is away ends the run in the end, and the next one goes on where it was")
    func away() async throws {
        try await ScriptedServer.run { server in
            server.on("/0", .reply(200))
            server.on("/1", .reply(502), .reply(502), .reply(502), .reply(200))
            server.otherwise { _ in .reply(200) }
            try workspace.write(
                "hook.yaml",
                """
                name: hook
                sources: [{ jsonl: items.jsonl }]
                stages:
                  - tap: { http: "\(server.url("/"))/{id}" }
                    on_error: { retry: { attempts: 2, initial: 1ms } }
                """.replacing("//{id}", with: "/{id}"))
            try writeItems(3)
            let first = try await Program.run(["hook.yaml", "--progress", "none"], in: workspace.path)
            #expect(first.status != 0)
            #expect(first.error.contains("the receiver answered 502 (bad gateway)"), "\(first.error)")
            let next = try await Program.run(["hook.yaml", "--progress", "none"], in: workspace.path)
            #expect(next.status == 0, "\(next.error)")
            #expect(Set(server.requests.map(\.path)) == ["/0", "/1", "/2"])
        }
    }
}
