import Diagnostics
import Testing

@Suite("A source text") struct SourceTextTests {
    @Test(arguments: [
        ("abc\ndef", 5, 2, 2), ("abc\r\ndef", 5, 2, 1), ("abc\rdef", 4, 2, 1), ("日本\nx", 3, 1, 2),
        ("日本\nx", 7, 2, 1),
        ("\u{FEFF}abc", 3, 1, 1), ("\u{FEFF}abc", 4, 1, 2), ("abc", 99, 1, 4), ("a\n", 2, 2, 1),
        ("", 0, 1, 1),
        ("a\n\nb", 2, 2, 1), ("a\r\n\r\nb", 5, 3, 1)
    ])
    func `knows lines and columns`(text: String, offset: Int, line: Int, column: Int) {
        let position = SourceText(name: "t", text: text).position(at: offset)
        #expect(position.line == line)
        #expect(position.column == column)
    }

    @Test func `counts columns of huge lines as one by one`() {
        let text = String(repeating: "aé日🙂", count: 2000)
        let source = SourceText(name: "t", text: "x\n" + text)
        var offset = 2
        for (index, scalar) in text.unicodeScalars.enumerated() where index % 7 == 0 || index < 300 {
            offset = 2 + String(String.UnicodeScalarView(text.unicodeScalars.prefix(index))).utf8.count
            #expect(source.position(at: offset).column == index + 1, "\(scalar)")
            if index > 1500 { break }
        }
    }

    @Test func `gives lines without their breaks`() {
        let source = SourceText(name: "t", text: "one\r\ntwo\n\nfour")
        #expect((1...4).map { source.text(source.lineBounds($0)) } == ["one", "two", "", "four"])
        #expect(source.lineCount == 4)
    }

    @Test func `every rule is described`() {
        for rule in Rule.allCases {
            #expect(rule.summary.hasSuffix("."), "\(rule)")
            #expect(rule.help.hasSuffix(".") || rule.help.hasSuffix("`"), "\(rule)")
            #expect(rule.rawValue.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D }, "\(rule)")
        }
    }
}
