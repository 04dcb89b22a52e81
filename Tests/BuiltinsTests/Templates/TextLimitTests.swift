import PipelineSpec
import Records
import TestSupport
import Testing

@testable import Builtins

/// What is too long for a service.
@Suite struct TextLimitTests {
    private func cut(_ text: String, _ most: Int, _ unit: TextLimit.Unit = .graphemes) -> String {
        TextLimit.cut(text, to: most) { unit.count($0) }
    }

    @Test func `text is cut behind a word`() {
        #expect(cut("one two three", 13) == "one two…" && cut("one two three", 14) == "one two three")
        #expect(cut("one two three", 10) == "one two…")
        #expect(cut("one two three", 8) == "one two…")
        #expect(cut("onetwothree", 5) == "onet…")
        #expect(cut("a bcdefghijklmnop", 10) == "a bcdefgh…")
        #expect(cut("abc", 1) == "" && cut("abc", 0) == "")
    }

    @Test func `what a reader sees as one stays whole`() {
        let family = "👩‍👩‍👧"
        #expect(cut("x\(family)\(family)", 3) == "x\(family)…")
        #expect(cut("x\(family)", 6, .utf16) == "x…")
        #expect(cut("e\u{301}e\u{301}", 3, .scalars) == "e\u{301}…")
        #expect(cut("ééé", 6, .bytes) == "é…")
    }

    private func fitted(
        _ template: PlainTemplate, _ record: String, _ limit: TextLimit, _ markup: Markup = .none
    ) throws -> String {
        try template.template.fitted(try SinkRecords.parse([record])[0], to: limit, markup: markup)
    }

    @Test func `the longest value gives way, and addresses last`() throws {
        let record =
            #"{"title":"Short","text":"many words that go on and on","url":"https://e.org/a/long/path"}"#
        #expect(
            try fitted("{title}\n{text}\n{url}", record, TextLimit(50, .utf16))
                == "Short\nmany words that…\nhttps://e.org/a/long/path")
        #expect(
            try fitted("{text}\n{url}", record, TextLimit(25, .utf16)) == "\nhttps://e.org/a/long/pa…")
        var mastodon = TextLimit(40, .graphemes)
        mastodon.address = 23
        #expect(
            try fitted("{text} {url}", record, mastodon) == "many words that… https://e.org/a/long/path")
        #expect(throws: TemplateTooLong.self) { try fitted("no room {title}", record, TextLimit(5, .bytes)) }
    }

    @Test func `markup is not cut in two`() throws {
        #expect(try fitted("{t}", #"{"t":"a<b&c<d"}"#, TextLimit(12, .utf16), .slack) == "a&lt;b&amp;…")
        #expect(try fitted("{t}", #"{"t":"a<b&c<d"}"#, TextLimit(11, .utf16), .slack) == "a&lt;b…")
        var visible = TextLimit(4, .utf16)
        visible.countsMarkup = false
        #expect(try fitted("{t}", #"{"t":"<<<<<"}"#, visible, .html) == "&lt;&lt;&lt;…")
    }

    @Test(arguments: [TextLimit.Unit.bytes, .utf16, .scalars, .graphemes])
    func `every text fits`(unit: TextLimit.Unit) throws {
        var random = SeededGenerator(seed: 3)
        let template: PlainTemplate = "{a}: {b}\n{c}"
        for _ in 0..<400 {
            let values = ["a", "b", "c"].map { name in
                #""\#(name)":\#(JSON.string(HostileText.make(using: &random, most: 12)).text)"#
            }
            let record = "{" + values.joined(separator: ",") + "}"
            for markup in [Markup.none, .slack, .markdown] {
                let limit = TextLimit(Int.random(in: 3...60, using: &random), unit)
                let text = try fitted(template, record, limit, markup)
                #expect(unit.count(text) <= limit.most, "\(record)")
            }
        }
    }

    @Test func `what means something to a service is kept apart`() {
        #expect(Markup.slack.escape("<!channel> & \"x\"") == "&lt;!channel&gt; &amp; \"x\"")
        #expect(Markup.html.escape("<b>\"&") == "&lt;b&gt;&quot;&amp;")
        #expect(Markup.markdown.escape("*a* [x](y) _b_ `c`") == "\\*a\\* \\[x\\]\\(y\\) \\_b\\_ \\`c\\`")
        #expect(Markup.markdown.escape("https://e.org/a_b_c") == "https://e.org/a_b_c")
        #expect(Markup.github.escape("@me #1") == "@\u{200B}me #\u{200B}1")
    }
}
