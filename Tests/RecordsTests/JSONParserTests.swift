import Records
import Testing

@Suite("Parsing one text")
struct JSONParserTests {
    @Test(
        "an error says what is wrong and at which byte",
        arguments: [
            ("", JSONError(.unexpectedEnd, at: 0)),
            ("  ", JSONError(.unexpectedEnd, at: 2)),
            ("[1,2", JSONError(.unexpectedEnd, at: 4)),
            (#"{"a""#, JSONError(.unexpectedEnd, at: 4)),
            (#"{"a":"#, JSONError(.unexpectedEnd, at: 5)),
            (#"{"a":1,}"#, JSONError(.unexpectedByte(UInt8(ascii: "}"), expected: .name), at: 7)),
            (#"{a:1}"#, JSONError(.unexpectedByte(UInt8(ascii: "a"), expected: .name), at: 1)),
            (#"{"a" 1}"#, JSONError(.unexpectedByte(UInt8(ascii: "1"), expected: .colon), at: 5)),
            (#"{"a":1 2}"#, JSONError(.unexpectedByte(UInt8(ascii: "2"), expected: .commaOrBrace), at: 7)),
            ("[1 2]", JSONError(.unexpectedByte(UInt8(ascii: "2"), expected: .commaOrBracket), at: 3)),
            ("[1,]", JSONError(.unexpectedByte(UInt8(ascii: "]"), expected: .value), at: 3)),
            ("[1}", JSONError(.unexpectedByte(UInt8(ascii: "}"), expected: .commaOrBracket), at: 2)),
            ("+1", JSONError(.unexpectedByte(UInt8(ascii: "+"), expected: .value), at: 0)),
            ("1 2", JSONError(.trailingContent, at: 2)),
            ("[\"a\u{1}\"]", JSONError(.controlCharacter(1), at: 3)),
            ("[\"a\u{0}\"]", JSONError(.controlCharacter(0), at: 3)),
            (#""\x""#, JSONError(.invalidEscape, at: 2)),
            (#""\u12G4""#, JSONError(.invalidEscape, at: 5)),
            (#""\u12"#, JSONError(.unexpectedEnd, at: 5)),
            (#""abc"#, JSONError(.unexpectedEnd, at: 4)),
            (#""abc\"#, JSONError(.unexpectedEnd, at: 5)),
            ("[truE]", JSONError(.invalidLiteral, at: 4)),
            ("nul", JSONError(.unexpectedEnd, at: 3)),
            ("01", JSONError(.invalidNumber, at: 1)),
            ("[-]", JSONError(.invalidNumber, at: 2)),
            ("[1.]", JSONError(.invalidNumber, at: 3)),
            ("[1e+]", JSONError(.invalidNumber, at: 4)),
            ("1e", JSONError(.unexpectedEnd, at: 2))
        ])
    func error(text: String, expected: JSONError) {
        #expect(parseError(Array(text.utf8)) == expected)
    }

    @Test(
        "what is not UTF-8 is refused at the first byte of the bad sequence",
        arguments: [
            ("overlong slash", [0xC0, 0xAF]), ("overlong three", [0xE0, 0x80, 0xAF]),
            ("overlong four", [0xF0, 0x80, 0x80, 0xAF]), ("surrogate", [0xED, 0xA0, 0x80]),
            ("beyond Unicode", [0xF4, 0x90, 0x80, 0x80]), ("lone continuation", [0x80]),
            ("cut off", [0xE2, 0x82]), ("no such byte", [0xFF])
        ] as [(String, [UInt8])])
    func invalidUTF8(name: String, sequence: [UInt8]) {
        for padding in [0, 1, 30, 61, 64, 200] {
            let before = Array("[\"é".utf8) + Array(repeating: UInt8(ascii: "x"), count: padding)
            let text = before + sequence + Array("x\"]".utf8)
            #expect(parseError(text) == JSONError(.invalidUTF8, at: before.count), "\(name) after \(padding)")
        }
    }

    @Test(
        "a fault in a string is found at its place, however far into the string",
        arguments: [
            (#"\x"#, 1, .invalidEscape), (#"\u12G4"#, 4, .invalidEscape), (#"\u"#, 2, .invalidEscape),
            ("\u{1}", 0, .controlCharacter(1)), ("\\\u{A}", 1, .invalidEscape), (#"\u123"#, 5, .invalidEscape)
        ] as [(String, Int, JSONError.Kind)])
    func faultInString(fault: String, place: Int, kind: JSONError.Kind) {
        for filler in ["x", #"\\"#, #"\u00e9"#] {
            for count in 0..<150 {
                let before = #""\n"# + String(repeating: filler, count: count)
                let text = Array((before + fault + "\"").utf8)
                #expect(parseError(text) == JSONError(kind, at: before.utf8.count + place))
            }
        }
    }

    @Test("a syntax error before invalid UTF-8 is the one that is told")
    func firstErrorWins() {
        #expect(parseError(Array("[01,\"".utf8) + [0xFF] + Array("\"]".utf8))?.kind == .invalidNumber)
    }

    @Test("a byte order mark before the text is skipped, elsewhere it is none")
    func byteOrderMark() throws {
        #expect(try parse("\u{FEFF}[1]").read { $0.count } == 1)
        #expect(parseError(Array("[\u{FEFF}1]".utf8))?.offset == 1)
    }

    @Test("nesting is bounded, and no stack is used for it")
    func depth() throws {
        let parser = JSONParser(maximumDepth: 3)
        #expect(try parse("[[[1]],{}]", with: parser).read { $0.count } == 2)
        #expect(parseError(Array("[[[[1]]]]".utf8), with: parser) == JSONError(.tooDeep(limit: 3), at: 3))
        let deepest = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(parseError(Array(deepest.utf8)) == nil)
        #expect(parseError(Array("[\(deepest)]".utf8))?.kind == .tooDeep(limit: 512))
        let hostile = [UInt8](repeating: UInt8(ascii: "["), count: 100_000_000)
        #expect(parseError(hostile)?.kind == .tooDeep(limit: 512))
        let deeper = JSONParser(maximumDepth: 1_000_000)
        let million =
            String(repeating: "{\"a\":", count: 999_999) + "[" + "]" + String(repeating: "}", count: 999_999)
        #expect(parseError(Array(million.utf8), with: deeper) == nil)
    }

    @Test("a text above the size limit is refused before it is read")
    func size() {
        let parser = JSONParser(maximumByteCount: 10)
        #expect(parseError(Array("\"12345678\"".utf8), with: parser) == nil)
        #expect(
            parseError(Array("\"123456789\"".utf8), with: parser) == JSONError(.tooLarge(limit: 10), at: 10))
    }

    @Test("white space may stand between any two tokens")
    func whiteSpace() throws {
        let text = " \t\r\n{ \"a\" \n:\t[ 1 ,\r2 , { } , [ ] ] , \"b\":\"\" } \n"
        #expect(try parse(text).read { JSON($0) } == ["a": [1, 2, [:], []], "b": ""])
    }

    @Test("every error kind is worded")
    func wording() {
        let error = JSONError(.unexpectedByte(UInt8(ascii: "}"), expected: .name), at: 7)
        #expect("\(error)" == "found '}' in place of a member name in quotes at byte 8")
        #expect("\(JSONError.Kind.controlCharacter(7))" == "byte 0x07 must be escaped in a string")
    }
}
