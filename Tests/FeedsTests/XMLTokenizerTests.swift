import Records
import Testing

@testable import Feeds

/// The tokens of a document in a notation that is easy to compare: `<name a=b>`, `</name>`, text in between.
private func tokens(_ text: String, pieces: Int = 1) -> [String] {
    var tokenizer = XMLTokenizer()
    var gathered = OutputBuffer()
    var result: [String] = []
    func read() {
        while let token = tokenizer.next(into: &gathered) {
            if gathered.count > 0 { result.append(String(gathered.bytes)) }
            gathered.removeAll()
            let name = String(tokenizer.nameBytes)
            guard token == .startTag else {
                result.append("</\(name)>")
                continue
            }
            var tag = "<" + name
            for attribute in tokenizer.attributes {
                let name = String(tokenizer.buffer.bytes(attribute.name))
                tag += " \(name)=\(String(tokenizer.value(of: attribute)))"
            }
            result.append(tag + (tokenizer.isEmptyElement ? "/>" : ">"))
        }
    }
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: max(1, bytes.count / pieces)) {
        Array(bytes[start..<min(bytes.count, start + max(1, bytes.count / pieces))])
            .withUnsafeBufferPointer { piece in tokenizer.push { $0.append(piece) } }
        read()
    }
    tokenizer.finish()
    read()
    if gathered.count > 0 { result.append(String(gathered.bytes)) }
    return result
}

@Suite("XML tokens")
struct XMLTokenizerTests {
    static let cases: [(String, [String])] = [
        ("<a>x</a>", ["<a>", "x", "</a>"]),
        ("<a b='1' c = \"2\" />", ["<a b=1 c=2/>"]),
        ("<a b='x > y'>z</a >", ["<a b=x > y>", "z", "</a>"]),
        ("<a>&lt;&#65;&#x42;&amp;amp;</a>", ["<a>", "<AB&amp;", "</a>"]),
        ("<a><![CDATA[<b>]] ]>&amp;]]></a>", ["<a>", "<b>]] ]>&amp;", "</a>"]),
        ("<a><!-- <b> -- > -->x<?pi y?></a>", ["<a>", "x", "</a>"]),
        ("<!DOCTYPE a [<!ENTITY e \"v>\">]><a>&e;</a>", ["<a>", "v>", "</a>"]),
        ("<a>AT&T & x &unknown; &#; &eacute;</a>", ["<a>", "AT&T & x &unknown; &#; é", "</a>"]),
        ("<a>1 < 2 <3 <! <?></a>", ["<a>", "1 < 2 <3 <! ", "</a>"]),
        ("<a b=c d>x", ["<a b=c d=>", "x"]),
        ("<a b='x&amp;y&z'>", ["<a b=x&y&z>"]),
        ("<a>&#150;&#0;</a>", ["<a>", "–", "</a>"]),
        ("<a b='1\n2'/>", ["<a b=1 2/>"]),
        ("<a <b>x</b>", ["<a>", "<b>", "x", "</b>"]),
        ("<a>x</a", ["<a>", "x"]),
        ("<a>x &am", ["<a>", "x &am"]),
        ("<a><![CDATA[x]]", ["<a>", "x]]"])
    ]

    @Test("are the same whole and byte by byte", arguments: cases)
    func tokens(text: String, expected: [String]) {
        #expect(FeedsTests.tokens(text) == expected)
        #expect(FeedsTests.tokens(text, pieces: text.utf8.count) == expected)
    }

    @Test("end at an open quote only where the document does, or at the limit")
    func openQuote() {
        #expect(
            FeedsTests.tokens("<a b='x>y</a>")
                == ["<a b='x>", "y", "</a>"].map { $0 == "<a b='x>" ? "<a b=x>" : $0 })
    }
}
