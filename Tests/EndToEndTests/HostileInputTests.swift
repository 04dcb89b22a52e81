import Testing

/// Whatever stands in a document, the process goes on: the source beside it is read, and the run ends by itself.
@Suite struct HostileInputTests {
    struct Document: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let text: String
        /// Ids that must be delivered.
        var ids: [String] = ["1"]
    }

    static let documents = [
        Document(
            testDescription: "entities that stand for a gigabyte",
            text: "<!DOCTYPE rss [<!ENTITY a \"\(String(repeating: "A", count: 1000))\">]><rss><channel>"
                + "<item><guid>1</guid><x y=\"\(String(repeating: "&a;", count: 300_000))\"/></item></channel></rss>"
        ),
        Document(
            testDescription: "a title of three megabytes over many items",
            text: "<rss><channel><title>\(String(repeating: "t", count: 3 << 20))</title>"
                + (1...2000).map { "<item><guid>\($0)</guid></item>" }.joined() + "</channel></rss>",
            ids: (1...2000).map { "\($0)" }),
        Document(
            testDescription: "a JSON Feed with a head of nine megabytes",
            text: #"{"version":"https://jsonfeed.org/version/1.1","description":""#
                + String(repeating: "x", count: 9 << 20) + #"","items":[{"id":"1"}]}"#),
        Document(
            testDescription: "numbers that no type holds",
            text: """
                <rss><channel><ttl>9223372036854775807</ttl><skipHours><hour>-9223372036854775808</hour></skipHours>
                <item><guid>1</guid><pubDate>Sat, 21 Nov 2026 10:00:00 +9223372036854775807</pubDate>
                <enclosure url="u" length="18446744073709551616"/><slash:comments>1e999</slash:comments>
                <title>&#99999999999;&#xFFFFFFFFFFFFFFFFFF;</title></item></channel></rss>
                """),
        Document(
            testDescription: "a thousand levels",
            text: #"{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","_x":"#
                + String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000) + "}]}"),
        Document(
            testDescription: "a host name of 600 KB in a list",
            text:
                "<opml><body><outline xmlUrl=\"http://\(String(repeating: "漢", count: 200_000))/\"/></body></opml>",
            ids: [])
    ]

    @Test(arguments: documents) func noDocumentEndsTheProcess(document: Document) async throws {
        let workspace = try Workspace()
        try workspace.write("hostile.xml", document.text)
        try workspace.write("beside.jsonl", "{\"id\":\"beside\"}\n")
        let option = document.ids.isEmpty ? "rss: { opml: hostile.xml }" : "rss: hostile.xml"
        try workspace.write(
            "spec.yaml",
            """
            name: hostile
            sources: [{ \(option), retry: 1 }, { jsonl: beside.jsonl }]
            stages: [{ map: { pick: [id] } }, { tap: { jsonl: out.jsonl } }]
            """)
        let outcome = try await Program.run(["spec.yaml"], in: workspace.path)
        #expect(outcome.status == 0, "\(outcome.error.prefix(2000))")
        let wanted = (document.ids + ["beside"]).map { #"{"id":"\#($0)"}"# }
        #expect(try Set(workspace.lines("out.jsonl")) == Set(wanted))
    }

    @Test(arguments: ["every: 150000d", "every: 99999999999999d", "rate_limit: 999999999/s", "timeout: 1h1h"])
    func noOptionEndsTheProcess(option: String) async throws {
        let workspace = try Workspace()
        try workspace.write(
            "spec.yaml",
            "name: x\nsources: [{ rss: 'http://a.example/', \(option) }]\nstages: [{ tap: stdout }]\n")
        let status = try await Program.run(["validate", "spec.yaml"], in: workspace.path).status
        #expect([0, 78].contains(status))
    }

    @Test func anExpressionThatWouldTakeHoursIsStopped() async throws {
        let workspace = try Workspace()
        let work = "cel.bind(x, lists.range(400000), lists.range(100000).map(i, x.reverse().size()).size())"
        let outcome = try await Program.run(["eval", work], in: workspace.path)
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("costs more than is allowed"))
    }

    @Test func copiedNumbersKeepTheirDigits() async throws {
        let workspace = try Workspace()
        let numbers = ["9007199254740993", "18446744073709551615", "12345678901234567890123", "1.0", "1e1000"]
        try workspace.write("in.jsonl", numbers.map { "{\"n\":\($0)}\n" }.joined())
        try workspace.write(
            "spec.yaml",
            "name: x\nsources: [{ jsonl: in.jsonl }]\nstages: [{ map: { set: { m: n } } }, { tap: { jsonl: out.jsonl } }]\n"
        )
        #expect(try await Program.run(["spec.yaml"], in: workspace.path).status == 0)
        #expect(try workspace.lines("out.jsonl") == numbers.map { "{\"n\":\($0),\"m\":\($0)}" })
    }
}
