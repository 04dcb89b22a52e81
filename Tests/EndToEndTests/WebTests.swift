import Subprocess
import TestSupport
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// The program and a server on loopback.
@Suite(.timeLimit(.minutes(10))) struct WebTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private static let feed =
        "<rss version='2.0'><channel><title>F</title><item><guid>1</guid><title>One</title></item></channel></rss>"

    private func write(source: String, settings: String = "{}") throws {
        try workspace.write(
            "web.yaml",
            """
            name: web
            settings: \(settings)
            sources: [{ \(source), retry: 1 }]
            stages: [{ tap: stdout }]
            """)
    }

    @Test("requests say who asks: the program, the pipeline, or the source")
    func userAgent() async throws {
        try await ScriptedServer.run { server in
            server.otherwise { _ in .reply(200, [], WebTests.feed) }
            let cases = [
                ("{}", "", "feedspine/"), ("{ user_agent: news/1 }", "", "news/1"),
                ("{ user_agent: news/1 }", ", headers: { user-agent: own/2 }", "own/2")
            ]
            for (settings, headers, expected) in cases {
                try write(source: "rss: { url: \"\(server.url("/feed"))\"\(headers) }", settings: settings)
                let outcome = try await Program.run(["web.yaml", "--state", ":memory:"], in: workspace.path)
                #expect(outcome.status == 0, "\(outcome.error)")
                #expect(server.requests.last?["User-Agent"]?.hasPrefix(expected) == true)
            }
        }
    }

    @Test("an address with a key in it is not shown to those who read the items")
    func keysInAddresses() async throws {
        try await ScriptedServer.run { server in
            server.otherwise { _ in .reply(200, [], WebTests.feed) }
            try workspace.write(
                "list.opml",
                "<opml><body><outline xmlUrl='\(server.url("/listed?key=hunter2"))'/></body></opml>")
            for source in ["rss: \"\(server.url("/feed"))?key=${KEY}\"", "rss: { opml: \"${LIST}\" }"] {
                try write(source: source)
                let outcome = try await Program.run(
                    ["web.yaml", "--state", ":memory:"], in: workspace.path,
                    environment: ["KEY": "hunter2", "LIST": "list.opml"])
                #expect(outcome.status == 0, "\(outcome.error)")
                #expect(outcome.output.contains(#""title":"One""#))
                if source.contains("KEY") {
                    #expect(server.requests.last?.target == "/feed?key=hunter2")
                    #expect(outcome.output.contains("/feed?key=<redacted>"))
                    #expect(!outcome.output.contains("hunter2"))
                }
            }
        }
    }

    @Test("SSL_CERT_FILE names further authorities")
    func authorities() async throws {
        try workspace.write("authority.pem", TestCertificates.authority)
        try await ScriptedServer.run(.tls) { server in
            server.otherwise { _ in .reply(200, [], WebTests.feed) }
            try write(source: "rss: \"\(server.url("/feed", host: "localhost"))\"")
            let cases: [(String, Int32, String)] = [
                ("", 75, "the certificate is not trusted"),
                ("missing.pem", 75, "cannot read certificates from missing.pem"),
                ("authority.pem", 0, "1 new item was delivered")
            ]
            for (file, status, words) in cases {
                let outcome = try await Program.run(
                    ["web.yaml", "--state", ":memory:"], in: workspace.path,
                    environment: ["SSL_CERT_FILE": file])
                #expect(outcome.status == status, "\(outcome.error)")
                #expect(outcome.error.contains(words), "\(outcome.error)")
            }
        }
    }

    @Test("a run that delivers nothing for a while says so, and what its sources do")
    func firstItem() async throws {
        try write(source: "jsonl: \"-\"", settings: "{ alerts: { time_to_first_item: 20ms } }")
        let pipe = try FileDescriptor.pipe()
        defer { try? pipe.writeEnd.close() }
        let outcome = try await Program.run(
            ["web.yaml", "--progress", "none"], in: workspace.path, input: pipe.readEnd
        ) { $0.contains("no item has arrived") ? .terminate : nil }
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.error.contains("at a sink after 20 ms; sources: jsonl:- ("))
    }
}
