import Diagnostics
import Fetching
import Notation
import PipelineSpec
import Records
import TestSupport
import Testing

@testable import Builtins

/// What templates make of records.
@Suite struct TemplateTests {
    private func render(_ template: String, _ escaping: Escaping, _ record: String) throws -> String {
        let parsed = TextTemplate(try TemplateParser.parse(template), escaping)
        return try parsed.render(try SinkRecords.parse([record])[0])
    }

    @Test(arguments: [
        ("{title}", #"{"title":"a"}"#, "a"), ("{a.b}!", #"{"a":{"b":"x"}}"#, "x!"),
        ("<{title}>", #"{}"#, "<>"), ("<{title}>", #"{"title":null}"#, "<>"),
        ("{n} {t} {d}", #"{"n":12345678901234567890,"t":true,"d":1.50}"#, "12345678901234567890 true 1.50"),
        ("{tags}", #"{"tags":["a","b, c",3]}"#, "a, b, c, 3"), ("{o}", #"{"o":{"k":[1]}}"#, #"{"k":[1]}"#),
        ("{{title}", #"{"title":"a"}"#, "{title}"), ("{ }{1}} {\"a\"}", "{}", "{ }{1}} {\"a\"}"),
        ("{t}", #"{"t":"\u00e9\n\ud83d\ude00"}"#, "é\n😀"), ("", "{}", ""),
        ("{meta.source} {meta.index}", #"{"meta":{"source":"mine"}}"#, "s 0"),
        ("{meta.received}", "{}", "1970-01-01T00:00:00.000000007Z")
    ])
    func `plain text takes values as they are`(template: String, record: String, text: String) throws {
        #expect(try render(template, .none, record) == text)
    }

    @Test(arguments: [
        "{title", "{title and more}", "{a..b}", "a {_", "{published:yyyy}", "{a{b}}", "{meta.sauce}", "{meta}"
    ])
    func `what is no field is found`(template: String) {
        #expect(throws: ValueProblem.self) { try TemplateParser.parse(template) }
    }

    @Test func `a header has no line breaks`() throws {
        let record = #"{"t":"a\r\nSet-Cookie: x\u0000\u0085\u2028b"}"#
        #expect(try render("<{t}>", .header, record) == "<a  Set-Cookie: x   b>")
    }

    /// Whatever a record holds, what stands around it stays as it is.
    @Test func `no value gets out of its place`() throws {
        var random = SeededGenerator(seed: 12)
        let url = try URLTemplate("https://a.example/x/{v}/y?q={v}&r={w}")
        let json = TextTemplate([
            .text(#"{"s":""#), .field(FieldPath(first: Key("v")), .jsonString), .text(#"!","v":"#),
            .field(FieldPath(first: Key("v")), .jsonValue), .text("}")
        ])
        for _ in 0..<2000 {
            let text = HostileText.make(using: &random)
            let record = try SinkRecords.parse([#"{"v":\#(JSON.string(text).text)}"#])[0]

            let body = try JSON(parsing: json.render(record))
            #expect(body["s"]?.string.map { Array($0.utf8) } == Array((text + "!").utf8))
            #expect(body["v"] == .string(text))

            let header = try TextTemplate(TemplateParser.parse("{v}"), .header).render(record)
            #expect(!header.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })

            let form = try TextTemplate(TemplateParser.parse("a={v}&b=1"), .form).render(record)
            #expect(form.split(separator: "&").count == 2 && form.hasSuffix("&b=1"))

            do {
                let address = try url.url(record)
                let parts = URLParts(address.string)
                #expect(address.host == "a.example" && address.port == 443)
                let steps = parts.path.split(separator: "/", omittingEmptySubsequences: false)
                #expect(steps.count == 4 && steps[1] == "x" && steps[3] == "y", "\(address.string)")
                #expect(PercentEncoding.decode(String(steps[2])) == Array(text.utf8))
                #expect(parts.query?.split(separator: "&", omittingEmptySubsequences: false).count == 2)
                #expect(parts.query?.hasSuffix("&r=") == true)
            } catch let problem as UnfitValue {
                #expect(text.isEmpty || text == "." || text == "..", "\(problem)")
            }
        }
    }

    @Test(arguments: [
        ("https://{host}/x", "a field cannot be a part of the host"),
        ("https://example.com{path}", "a field cannot be a part of the host"),
        ("https://example.com:{port}/", "a field cannot be a part of the host"),
        ("{base}/x", "a field cannot be a part of the host"),
        ("ftp://example.com/{x}", "it has to begin with http:// or https:// and a host"),
        ("", "it has to begin with http:// or https:// and a host"),
        ("https://example.com/x#{id}", "what follows `#` in an address is never sent")
    ])
    func `an address has its host from the spec`(text: String, reason: String) {
        do {
            _ = try URLTemplate(text)
            Issue.record("\(text) was taken")
        } catch ValueProblem.invalid(let message, _) {
            #expect(message == reason)
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func `the whole address can be the record's`() throws {
        let url = try URLTemplate("{link}")
        #expect(url.isFromRecord)
        let good = try SinkRecords.parse([#"{"link":"https://b.example/x"}"#])[0]
        #expect(try url.url(good).string == "https://b.example/x")
        for bad in [#"{}"#, #"{"link":"file:///etc/passwd"}"#, #"{"link":7}"#, #"{"link":"https://"}"#] {
            let record = try SinkRecords.parse([bad])[0]
            #expect(throws: UnfitValue.self) { try url.url(record) }
        }
    }

    @Test func `findings point at the field within the template`() {
        #expect(
            HTTPSinkHarness.findings(
                #"http: { url: "https://e.org/é/{titel}", headers: { X: "{autor}" }, body: { form: { a: "{urll}" } } }"#
            )
                == [
                    "titel: unknown field 'titel' of the record",
                    "autor: unknown field 'autor' of the record",
                    "urll: unknown field 'urll' of the record"
                ])
        #expect(
            HTTPSinkHarness.findings(
                #"http: { url: "https://e.org/", body: { json: { a: [{ b: "x {content.tpye}" }] } } }"#)
                == ["tpye: unknown field 'tpye' of 'content'"])
        #expect(
            HTTPSinkHarness.findings(#"http: { url: "https://e.org/", body: { json: '{"a": {title}' } }"#)
                == [#"'{"a": {title}': `json`: it is no JSON with its fields filled in"#])
    }
}

/// Texts that mean something to one grammar or another.
enum HostileText {
    private static let pieces = [
        "\"", "\\", "\\u0022", "{", "}", "{v}", "&", "=", "?", "#", "/", "..", ".", "%", "%2F", "@", ":",
        "\r\n",
        "\n", "\u{0}", "\u{7F}", "\u{2028}", "é", "e\u{301}", "😀", "👩‍👩‍👧", " ", "+", "<b>", "*", "a", "word",
        ";", "//evil.example"
    ]

    static func make(using random: inout SeededGenerator, most: Int = 6) -> String {
        (0..<Int.random(in: 0...most, using: &random)).map { _ in
            pieces.randomElement(using: &random) ?? ""
        }.joined()
    }
}
