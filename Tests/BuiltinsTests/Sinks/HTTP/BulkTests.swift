import PipelineSpec
import Records
import Streaming
import TestSupport
import Testing

@testable import Builtins

/// Many records in one request.
@Suite(.timeLimit(.minutes(10))) struct BulkTests {
    @Test func `a batch is an array, or stands in what the spec says`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.otherwise { _ in .reply(200) }
            let plain = try harness.sink("http: { url: \(server.url("/")), per: batch }")
            #expect(try await plain.send(#"{"id":1}"#, #"{"id":2}"#) == [])
            let around = try harness.sink(
                #"http: { url: \#(server.url("/")), per: batch, body: { json: { i: "{id}" } }, "#
                    + #"bulk: { around: { items: "{records}", n: "{count}" } } }"#)
            #expect(try await around.send(#"{"id":1}"#, #"{"id":"b"}"#) == [])
            #expect(
                server.requests.map(\.text) == [
                    #"[{"id":1},{"id":2}]"#, #"{"items":[{"i":1},{"i":"b"}],"n":2}"#
                ])
        }
    }

    @Test func `a long batch is several requests`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.otherwise { _ in .reply(200) }
            let sink = try harness.sink(
                "http: { url: \(server.url("/")), per: batch, bulk: { max_bytes: 20B, form: lines } }")
            #expect(try await sink.write(SinkRecords.numbered(0..<5)) == [])
            #expect(
                server.requests.map(\.text) == [
                    "{\"id\":0}\n{\"id\":1}\n", "{\"id\":2}\n{\"id\":3}\n", "{\"id\":4}\n"
                ])
            #expect(server.requests[0]["Content-Type"] == "application/x-ndjson")
        }
    }

    @Test func `a batch that is refused is sent in halves until the record is known`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            server.otherwise { $0.text.contains("5") ? .reply(400, [], "five") : .reply(200) }
            let sink = try harness.sink("http: { url: \(server.url("/")), per: batch }")
            #expect(
                try await sink.write(SinkRecords.numbered(0..<8)) == [
                    Refusal(index: 5, reason: "the receiver answered 400 (bad request): five")
                ])
            let taken = server.requests.filter { !$0.text.contains("5") }.flatMap { $0.json?.array ?? [] }
            #expect(taken.compactMap { $0["id"]?.int } == [0, 1, 2, 3, 4, 6, 7])
        }
    }

    /// Elasticsearch and OpenSearch answer for each line of a bulk request.
    @Test func `each record has its own answer from a search index`() async throws {
        try await HTTPSinkHarness.run { server, harness in
            let server = server
            server.on(
                "/_bulk", .reply(200, [], BulkTests.answer([201, 400, 429, 200])), .reply(200, [], "{}"))
            let sink = try harness.sink(
                #"http: { url: \#(server.url("/_bulk")), per: batch, bulk: { form: lines, "#
                    + #"action: { index: { _index: news, _id: "{id}" } }, "#
                    + #"answers: { items: items, status: index.status, reason: index.error.reason } } }"#)
            let refusals = try await sink.write(SinkRecords.numbered(0..<4))
            #expect(
                refusals == [
                    Refusal(index: 1, reason: "the receiver answered 400 (bad request): failed to parse"),
                    Refusal(
                        index: 2, reason: "the receiver answered 429 (too many requests): failed to parse",
                        isFinal: false)
                ])
            let lines = server.requests[0].text.split(separator: "\n").map(String.init)
            #expect(lines.count == 8 && lines[0] == #"{"index":{"_index":"news","_id":0}}"#)
            #expect(lines[1] == #"{"id":0}"#)
            await #expect(throws: HTTPMisled.self) { try await sink.write(SinkRecords.numbered(2..<3)) }
        }
    }

    private static func answer(_ statuses: [Int]) -> String {
        let items = statuses.map { status in
            status < 300
                ? #"{"index":{"_id":"x","status":\#(status)}}"#
                : #"{"index":{"status":\#(status),"error":{"type":"e","reason":"failed to parse"}}}"#
        }
        return #"{"took":3,"errors":true,"items":[\#(items.joined(separator: ","))]}"#
    }
}
