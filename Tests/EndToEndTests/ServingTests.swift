import Foundation
import Records
import TestSupport
import Testing

/// What a run shows of itself over HTTP.
@Suite("A run with --http", .timeLimit(.minutes(10))) struct ServingTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        let lines = (0..<2000).map { number in
            #"{"id":"urn:x:\#(number < 1500 ? number : number - 1400)","url":"https://e.example/\#(number)","title":"Item \#(number)","#
                + #""published":"2026-11-01T00:00:00Z","score":\#(number)}"#
        }
        try workspace.write("items.jsonl", lines.joined(separator: "\n") + "\n")
        try write("news", feed: "public/news.atom")
    }

    private func write(_ name: String, feed: String) throws {
        try workspace.write(
            "\(name).yaml",
            """
            name: \(name)
            settings: { checkpoint: 50ms }
            sources:
              - { jsonl: items.jsonl, every: 1h, name: items }
              - { jsonl: absent.jsonl, every: 1h, name: absent }
            stages:
              - filter: score >= 100
              - dedup: id
              - tap: [{ feed: { path: \(feed) }, name: \(name)-feed }, { jsonl: \(name).jsonl, name: lines }]
            """)
    }

    /// Whether all has been read, or has failed, and has got where it goes.
    private func isDone(_ json: JSON) -> Bool {
        json["status"]?.string == "running" && json["delivered"]?.int == 1400
            && json["completed"]?.int == 1400 && (json["checkpoints"]?.int ?? 0) > 0
            && json["sources"]?[1]?["state"]?.string == "failed"
    }

    private func serving<Value: Sendable>(
        _ arguments: [String] = [], environment: [String: String] = [:],
        _ body: @Sendable (ServedProgram) async throws -> Value
    ) async throws -> (value: Value, outcome: Program.Outcome) {
        try await Program.serving(
            ["news.yaml", "--watch", "--http", "0"] + arguments, in: workspace.path,
            environment: environment, body)
    }

    @Test("the figures over HTTP, in metrics and in the report are the same")
    func figures() async throws {
        let (metrics, outcome) = try await serving(["--report", "report.json"]) { program in
            let json = try await program.figures(when: isDone)
            #expect(json["deduplication_hit_rate"]?.double == 0.25)
            let answer = try await program.ask("/metrics")
            #expect(answer.status == 200)
            #expect(
                answer.fields["content-type"]
                    == "application/openmetrics-text; version=1.0.0; charset=utf-8")
            #expect(answer.fields["content-length"] == "\(answer.body.count)")
            return try OpenMetrics(answer.text)
        }
        #expect(outcome.status == 75, "\(outcome.error)")
        let report = try JSON(parsing: try workspace.read("report.json"))
        let run = ["pipeline": "news"]
        func number(_ name: String) -> Double? { report[name]?.double }
        for (metric, member) in [
            ("records_delivered", "delivered"), ("records_completed", "completed"),
            ("records_restored", "restored"), ("records_failed", "failed"), ("dead_letters", "dead_letters")
        ] {
            #expect(metrics.value("feedspine_\(metric)_total", run) == number(member), "\(metric)")
        }
        #expect(metrics.value("deduplication_hit_rate", run) == number("deduplication_hit_rate"))
        #expect(
            metrics.value("time_to_first_item_queued_seconds", run)
                == number("time_to_first_item_queued_seconds"))
        for source in report["sources"]?.array ?? [] {
            let labels = ["source": source["name"]?.string ?? ""]
            #expect(metrics.value("feedspine_source_records_total", labels) == source["items"]?.double)
            #expect(metrics.value("streaming_throughput_items_per_second", labels) != nil)
        }
        #expect(metrics.value("feedspine_source_failing", ["source": "absent"]) == 1)
        #expect(metrics.value("feedspine_source_failing", ["source": "items"]) == 0)
        #expect((metrics.value("feedspine_source_failures_total", ["source": "absent"]) ?? 0) >= 1)
        for stage in report["stages"]?.array ?? [] {
            let labels = ["stage": stage["name"]?.string ?? "", "kind": stage["kind"]?.string ?? ""]
            for (metric, member) in [
                ("records_in", "in"), ("records_out", "out"), ("records_filtered", "dropped"),
                ("records_duplicate", "duplicates"), ("records_refused", "failed"), ("retries", "retries")
            ] {
                #expect(
                    metrics.value("feedspine_stage_\(metric)_total", labels) == stage[member]?.double,
                    "\(labels) \(metric)")
            }
        }
        for sink in ["news-feed", "lines"] {
            #expect(metrics.value("feedspine_delivery_latency_seconds_count", ["sink": sink]) == 1400)
        }
        #expect((metrics.value("feedspine_checkpoint_duration_seconds_count", run) ?? 0) > 0)
    }

    @Test("what servers were asked and have sent is counted, and what had not changed")
    func answers() async throws {
        let document =
            #"<rss version="2.0"><channel><title>F</title><item><title>I</title></item></channel></rss>"#
        try await ScriptedServer.run { server in
            server.on(
                "/rss", .reply(200, [("ETag", "\"1\"")], document), .reply(304, [("ETag", "\"1\"")], ""))
            try workspace.write(
                "news.yaml",
                """
                name: news
                sources: [{ rss: "\(server.url("/rss"))", every: 1h, name: feed }]
                stages: [dedup: id, tap: { jsonl: out.jsonl }]
                """)
            for isSecond in [false, true] {
                let feed = ["source": "feed"]
                let (metrics, _) = try await serving { program in
                    if !isSecond {
                        _ = try await program.figures { $0["sources"]?[0]?["items"]?.int == 1 }
                    }
                    while true {
                        let metrics = try OpenMetrics(try await program.ask("/metrics").text)
                        if metrics.value("feedspine_source_answers_total", feed) != 0 { return metrics }
                    }
                }
                #expect(metrics.value("feedspine_source_answers_total", feed) == 1)
                #expect(metrics.value("feedspine_source_unchanged_total", feed) == (isSecond ? 1 : 0))
                #expect(
                    metrics.value("feedspine_source_received_bytes_total", feed)
                        == (isSecond ? 0 : Double(document.utf8.count)))
            }
        }
    }

    @Test("health, the index and what is not there; an older client has the older metrics")
    func routes() async throws {
        let (_, outcome) = try await serving { program in
            _ = try await program.figures(when: isDone)
            for (path, text) in [("/live", "alive\n"), ("/ready", "ready\n")] {
                let answer = try await program.ask(path)
                #expect(answer.status == 200)
                #expect(answer.text == text)
            }
            let index = try await program.ask("/")
            for route in ["/metrics", "/live", "/ready", "/api/run", "/feeds/news.atom"] {
                #expect(index.text.contains(route))
            }
            let head = try await program.ask("/metrics", method: "HEAD")
            #expect(head.status == 200 && head.body.isEmpty && head.fields["content-length"] != "0")
            let old = try await program.ask("/metrics", ["Accept": "text/plain;version=0.0.4"])
            #expect(old.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let compressed = try await program.ask("/metrics", ["Accept-Encoding": "gzip"])
            #expect(compressed.fields["content-encoding"] == "gzip")
            for path in [
                "/nothing", "/metrics/", "//metrics", "/api", "/api/run/x", "/feeds", "/feeds/",
                "/feeds/items.jsonl", "/feeds/..", "/feeds/../items.jsonl", "/feeds/..%2Fitems.jsonl",
                "/feeds/%2e%2e/items.jsonl", "/feeds/news/../news.atom", "/feeds/public%2Fnews.atom",
                "/feeds//etc/passwd", "/feeds/%2Fetc%2Fpasswd", "/feeds/news.jsonl", "/feeds/lines"
            ] { #expect(try await program.ask(path).status == 404, "\(path)") }
            for path in ["/%", "/feeds/%00", "/feeds/news.atom%00", "/%ff"] {
                #expect(try await program.ask(path).status == 400, "\(path)")
            }
        }
        #expect(outcome.status == 75, "\(outcome.error)")
    }

    @Test("a feed is what its sink has made, with its type, and nobody is sent it twice")
    func feed() async throws {
        _ = try await serving { program in
            // The last item that is let through: the feed changes no more.
            while try await !program.ask("/feeds/news.atom").text.contains("urn:x:1499") {
                await Task.yield()
            }
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_790_000_000)],
                ofItemAtPath: "\(workspace.path)/public/news.atom")
            let path = "/feeds/news.atom"
            let whole = try await program.ask(path)
            #expect(try whole.text == workspace.read("public/news.atom"))
            #expect(whole.fields["content-type"] == "application/atom+xml; charset=utf-8")
            #expect(whole.fields["last-modified"] == "Mon, 21 Sep 2026 14:13:20 GMT")
            let tag = try #require(whole.fields["etag"])
            #expect(tag.hasPrefix("\""))
            for other in ["/feeds/news/news.atom", "/feeds/news-feed", "/feeds/news/news-feed?x=1"] {
                #expect(try await program.ask(other).body == whole.body)
            }
            let compressed = try await program.ask(path, ["Accept-Encoding": "br, gzip"])
            #expect(compressed.fields["content-encoding"] == "gzip")
            #expect(compressed.body == Deflated.gzip(whole.body))
            #expect(compressed.fields["etag"] != tag)
            for (field, value) in [
                ("If-None-Match", tag), ("If-None-Match", compressed.fields["etag"] ?? ""),
                ("If-Modified-Since", "Mon, 21 Sep 2026 14:13:20 GMT")
            ] {
                let known = try await program.ask(path, [field: value])
                #expect(known.status == 304 && known.body.isEmpty, "\(field) \(value) \(known.fields)")
            }
            let head = try await program.ask(path, method: "HEAD")
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head.fields["content-length"] == "\(whole.body.count)")

            // What is put in its place by others is not shown.
            try FileManager.default.removeItem(atPath: "\(workspace.path)/public/news.atom")
            #expect(try await program.ask(path).status == 404)
            try FileManager.default.createSymbolicLink(
                atPath: "\(workspace.path)/public/news.atom",
                withDestinationPath: "\(workspace.path)/items.jsonl")
            #expect(try await program.ask(path).status == 404)
        }
    }

    @Test("several pipelines have their own labels, and their feeds are told apart")
    func several() async throws {
        try write("other", feed: "other/news.atom")
        let (_, outcome) = try await Program.serving(
            ["news.yaml", "other.yaml", "--watch", "--http", ":0"], in: workspace.path
        ) { program in
            _ = try await program.figures { $0.array?.count == 2 && ($0.array ?? []).allSatisfy(isDone) }
            let metrics = try OpenMetrics(try await program.ask("/metrics").text)
            for pipeline in ["news", "other"] {
                let labels = ["pipeline": pipeline]
                #expect(metrics.value("feedspine_records_delivered_total", labels) == 1400)
                let feed = try await program.ask("/feeds/\(pipeline)/news.atom")
                #expect(feed.text.contains("<?feedspine pipeline=\"\(pipeline)\"?>"))
                #expect(try await program.ask("/feeds/\(pipeline)-feed").body == feed.body)
            }
            #expect(try await program.ask("/feeds/news.atom").status == 404)
            #expect(try await program.ask("/").text.contains("/feeds/other/news.atom"))
        }
        #expect(outcome.status == 75, "\(outcome.error)")
    }

    @Test("a token is asked for, except by health checks, and stands in no log")
    func token() async throws {
        let token = "0123456789-abcdef-0123456789"
        try workspace.write("token", token + "\n")
        for (arguments, environment) in [
            ([], ["FEEDSPINE_HTTP_TOKEN": token]), (["--http-token-file", "token"], [:])
        ] {
            let (_, outcome) = try await serving(
                arguments + ["--log-level", "trace"], environment: environment
            ) { program in
                for path in ["/", "/metrics", "/api/run", "/feeds/news.atom", "/nothing"] {
                    for fields in [
                        [:], ["Authorization": "Bearer \(token)x"], ["Authorization": "Basic \(token)"]
                    ] {
                        let answer = try await program.ask(path, fields)
                        #expect(answer.status == 401)
                        #expect(answer.fields["www-authenticate"] == "Bearer realm=\"feedspine\"")
                    }
                }
                #expect(try await program.ask("/live").status == 200)
                #expect(try await program.ask("/ready").status != 401)
                let fields = ["Authorization": "Bearer \(token)", "Host": "feeds.example"]
                #expect(try await program.ask("/metrics", fields).status == 200)
            }
            #expect(!outcome.error.contains(token))
        }
    }

    @Test("without a token a name that a page chose is not answered")
    func rebinding() async throws {
        _ = try await serving { program in
            for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[::2]:1"] {
                let answer = try await program.ask("/api/run", ["Host": host])
                #expect(answer.status == 421, "\(host)")
            }
            for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:9464"] {
                let answer = try await program.ask("/api/run", ["Host": host])
                #expect(answer.status == 200, "\(host)")
            }
        }
    }

    @Test("what cannot be served is said before anything runs")
    func refused() async throws {
        let cases: [([String], [String: String], Int32, String)] = [
            (["--http", "0.0.0.0:0"], [:], 64, "needs a bearer token"),
            (["--http", "[::]:0"], [:], 64, "needs a bearer token"),
            (["--http", "example.com:80"], [:], 64, "does not begin with an IP address"),
            (["--http", "70000"], [:], 64, "has no port from 0 to 65535"),
            (["--http", "0"], ["FEEDSPINE_HTTP_TOKEN": "hunter2"], 64, "at least 16 characters"),
            (["--http", "0", "--http-token-file", "absent"], [:], 64, "absent: cannot read the token"),
            (["--http-token-file", "items.jsonl"], [:], 64, "--http-token-file is for --http"),
            (["--http", "192.0.2.1:0"], ["FEEDSPINE_HTTP_TOKEN": "0123456789abcdef"], 1, "no such address")
        ]
        for (arguments, environment, status, word) in cases {
            let outcome = try await Program.run(
                ["news.yaml"] + arguments, in: workspace.path, environment: environment)
            #expect(outcome.status == status, "\(arguments): \(outcome.error)")
            #expect(outcome.error.contains(word), "\(outcome.error)")
            #expect(!outcome.error.contains("hunter2"))
        }
        #expect(!workspace.exists("news.jsonl"))
    }

    @Test("a port that is taken ends the program before anything runs")
    func taken() async throws {
        try await ScriptedServer.run { server in
            let outcome = try await Program.run(
                ["news.yaml", "--http", "\(server.port)"], in: workspace.path)
            #expect(outcome.status == 1)
            #expect(
                outcome.error.contains(
                    "cannot listen on 127.0.0.1:\(server.port): the port is taken"), "\(outcome.error)")
        }
        #expect(!workspace.exists("news.jsonl"))
    }
}
