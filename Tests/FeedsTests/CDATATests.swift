import Testing

@testable import Feeds

/// What people write for `]]>`, and for `<![CDATA[`.
@Suite("A CDATA section")
struct CDATATests {
    /// Three items, the second with the given description.
    private func feed(_ description: String, tail: String = "") -> String {
        func item(_ title: String, _ description: String) -> String {
            """
            <item><title><![CDATA[\(title)]]></title><description>\(description)</description>
            <link>https://example.com/\(title)</link></item>
            """
        }
        return rss(
            item("a", "<![CDATA[<p>first</p>]]>") + item("b", description)
                + item("c", "<![CDATA[<p>last</p>]]>"))
    }

    @Test(
        "takes nothing from what stands behind it, however it is closed",
        arguments: [
            "<p>one</p>]]>", "<p>one</p>]] >", "<p>one</p>] ]>", "<p>one</p>]]\n>", "<p>one</p>]>",
            "<p>one</p>]]&gt;",
            "<p>one</p>]]", "<p>one</p>", "<p>one</p>\n  ] ] >\n",
            "<p>one</p>]]&gt",
            "<p>one</p>]]>]]>"
        ])
    func ends(section: String) {
        let document = feed("<![CDATA[" + section)
        for pieces in [[Array(document.utf8)], document.utf8.map { [$0] }] {
            let (items, end) = parse(pieces)
            #expect(items.map(\.title) == ["a", "b", "c"])
            #expect(items.map(\.url) == ["a", "b", "c"].map { "https://example.com/" + $0 })
            #expect(items[1].content?.html?.hasPrefix("<p>one</p>") == true)
            #expect(items[1].content?.text?.trimming("]") == "one")
            #expect(items[2].content?.text == "last")
            #expect(end.wasComplete)
        }
    }

    @Test(
        "is ended by the end tag in other letters, and by the item's",
        arguments: ["</Description>", "</item><item>"])
    func otherTags(tag: String) {
        let (items, _) = parse(
            rss("<item><description><![CDATA[one\(tag)</item><item><title><![CDATA[c]]></title></item>"))
        #expect(items.first?.summary == "one")
        #expect(items.last?.title == "c")
    }

    @Test(
        "that is the last of its document ends with its element",
        arguments: ["text]]", "text", "text] ]>", "text]>"])
    func last(section: String) {
        let (items, end) = parse(rss("<item><title><![CDATA[\(section)</title><guid>1</guid></item>"))
        #expect(items.map(\.title) == ["text"])
        #expect(items.first?.id.hasSuffix("1") == true)
        #expect(end.wasComplete)
    }

    @Test(
        "is text alone where it is escaped, doubled, or in another",
        arguments: [
            "&lt;![CDATA[x y]]&gt;", "&lt;![CDATA[&lt;b&gt;x&lt;/b&gt; y]]&gt;",
            "<![CDATA[<![CDATA[<b>x</b> y]]>]]>", "<![CDATA[<![CDATA[<b>x</b> y]]>",
            "<![CDATA[<b>x</b><![CDATA[ y]]>]]>", "<![CDATA[ <![CDATA[<b>x</b> y]]> ]]>",
            "<![cdata[<b>x</b> y]]>", "<![ CDATA [<b>x</b> y]]>", "<!CDATA[<b>x</b> y]]>",
            "<![CDATA <b>x</b> y]]>"
        ])
    func marks(description: String) {
        let document = feed(description)
        for pieces in [[Array(document.utf8)], document.utf8.map { [$0] }] {
            let (items, _) = parse(pieces)
            #expect(items.map(\.title) == ["a", "b", "c"])
            #expect(items[1].content?.text == "x y")
        }
    }

    @Test(
        "that is closed rightly keeps what is in it",
        arguments: [
            ("code: <![CDATA[x]]]]><![CDATA[> end", "code: <![CDATA[x]]> end"),
            ("a[b[0]] > c]] >d", "a[b[0]] > c]] >d"),
            ("end </title> of</title><x>", "end </title> of</title><x>")
        ])
    func rightly(section: String, text: String) {
        let (items, _) = parse(
            rss(
                "<item><title>t</title><dc:subject><![CDATA[\(section)]]></dc:subject></item><item><title>u</title></item>"
            ))
        #expect(items.count == 2)
        #expect(items.first?.tags == [text])
    }

    @Test("behind an end tag without name is read in pieces as whole")
    func endTagWithoutName() {
        let document = rss(
            "<item><title>a</><![CDATA[b</title><guid>1</guid></item><item><title>c<![CDATA[]]></title></item>"
        )
        let whole = parse(document).items
        #expect(parse(document.utf8.map { [$0] }).items == whole)
    }

    @Test("without end costs the time that it is long, however many there are")
    func time() {
        let item = "<item><description><![CDATA[x</description></item>"
        let (items, _) = parse(rss(String(repeating: item, count: 20_000)))
        #expect(items.count == 20_000)
    }

    @Test("longer than what is waited for is whole")
    func long() {
        let text = String(repeating: "]]x]", count: XMLTokenizer.sectionLimit / 2)
        let (items, _) = parse(
            rss("<item><dc:subject><![CDATA[\(text)]]></dc:subject></item><item><guid>2</guid></item>"))
        #expect(items.count == 2)
        #expect(items.first?.tags.first?.utf8.count == min(text.utf8.count, FeedLimits().textSize))
    }
}

extension String {
    fileprivate func trimming(_ character: Character) -> String {
        String(drop { $0 == character }.reversed().drop { $0 == character }.reversed())
    }
}
