import CEL
import Testing

/// What people get wrong.
@Suite struct SemanticsTests {
    @Test(
        "Strings are sequences of code points",
        arguments: [
            (#"size("e\u0301")"#, "2"), (#"size("\r\n")"#, "2"), (#"size("🐱")"#, "1"),
            (#""Am\u00E9lie" == "Ame\u0301lie""#, "false"), (#""é".size() == 1"#, "true"),
            (#""🐱😀".charAt(1)"#, "\"😀\""), (#""ta©o©αT".lastIndexOf("©")"#, "4"),
            (#"size(b"é")"#, "2"), (#""\u{0041}""#, "invalid escape '\\u'"), (#""\U0001F431""#, "\"🐱\""),
            (#"size("\000")"#, "1"), (#""a\nb".contains("\n")"#, "true")
        ])
    func codePoints(expression: String, expected: String) { #expect(evaluate(expression) == expected) }

    @Test(
        "A deciding operand absorbs failures of the others",
        arguments: [
            ("1 / 0 != 0 || true", "true"), ("true || 1 / 0 != 0", "true"), ("1 / 0 != 0 && false", "false"),
            ("false && 1 / 0 != 0", "false"), ("1 / 0 != 0 && true", "divisionByZero"),
            ("1 / 0 != 0 || 5 % 0 == 1", "divisionByZero"), ("1 / 0 != 0 || false || 2 > 1", "true"),
            ("[1, 0].all(x, 1 / x > 5)", "false"), ("[0, 1].all(x, 1 / x == 1)", "divisionByZero"),
            ("[0, 1].exists(x, 1 / x == 1)", "true"), ("[0, 2].exists(x, 1 / x == 1)", "divisionByZero"),
            ("[0, 1].exists_one(x, 1 / x == 1)", "divisionByZero"),
            ("dyn('x') || true", "true"), ("dyn('x') || false", "noSuchOverload"),
            ("false ? 1 / 0 : 2", "2"), ("true ? 3 : 1 / 0", "3")
        ])
    func absorption(expression: String, expected: String) { #expect(evaluate(expression) == expected) }

    @Test(
        "Integer arithmetic never wraps",
        arguments: [
            ("9223372036854775807 + 1", "overflow"), ("-9223372036854775808 - 1", "overflow"),
            ("-9223372036854775808 / -1", "overflow"), ("-9223372036854775808 % -1", "overflow"),
            ("-(-9223372036854775808)", "overflow"), ("-9223372036854775808", "-9223372036854775808"),
            ("--5", "5"), ("- 5", "-5"), ("0x7FFFFFFFFFFFFFFF", "9223372036854775807"),
            ("-0x8000000000000000", "-9223372036854775808"), ("18446744073709551615u + 1u", "overflow"),
            ("0u - 1u", "overflow"), ("5 % -3", "2"), ("-5 / 2", "-2"), ("1 / 0", "divisionByZero"),
            ("1 % 0", "modulusByZero"), ("1.0 / 0.0 > 1e308", "true"),
            ("9223372036854775808", "the number 9223372036854775808 is out of range"),
            ("18446744073709551616u", "the number 18446744073709551616u is out of range")
        ])
    func integers(expression: String, expected: String) { #expect(evaluate(expression) == expected) }

    @Test(
        "Numbers of all kinds compare by their mathematical value",
        arguments: [
            ("dyn(1) == 1u && dyn(1u) == 1.0 && dyn(1.0) == 1", "true"), ("1 < 1.5", "true"),
            ("-1 < 0u", "true"), ("dyn(-1) == 18446744073709551615u", "false"),
            ("9007199254740993 > 9007199254740992.0", "true"),
            ("dyn(9007199254740993) == 9007199254740992.0", "false"),
            ("18446744073709551615u < 1.8446744073709552e19", "true"), ("0.0 / 0.0 == 0.0 / 0.0", "false"),
            ("1 < 0.0 / 0.0 || 1 >= 0.0 / 0.0", "false"), ("dyn(1.0) in [1, 2]", "true"),
            ("{1: 'a'}[dyn(1.0)]", "\"a\""), ("-0.0 == 0.0", "true"),
            ("1 == 1.0", "'==' does not take (int, double); convert with int(…), uint(…) or double(…)")
        ])
    func mixedNumbers(expression: String, expected: String) { #expect(evaluate(expression) == expected) }

    @Test(
        "Map keys are distinct and of four kinds",
        arguments: [
            ("{'a': 1, 'a': 2}", "duplicateKey"), ("{1: 1, 1u: 2}", "duplicateKey"),
            ("{dyn(1.0): 1}", "unsupportedKeyType"),
            ("{dyn(null): 1}", "unsupportedKeyType"), ("{true: 1, 'true': 2, 1: 3}.size()", "3"),
            ("{'a': 1}.b", "noSuchKey"), ("{'a': 1}['b']", "noSuchKey"), ("has({'a': null}.a)", "true"),
            ("has({}.a)", "false"), ("has({'a': dyn(null)}.a.b)", "missingField"),
            ("has({'a': {}}.b.c)", "noSuchKey"),
            ("{1.5: 1}", "expected a key of type bool, int, uint or string, found double")
        ])
    func maps(expression: String, expected: String) { #expect(evaluate(expression) == expected) }

    @Test(
        "Numbers become the shortest text that reads back",
        arguments: [
            ("string(1.0)", "\"1\""), ("string(0.1)", "\"0.1\""), ("string(-4.5e-3)", "\"-0.0045\""),
            ("string(1e21)", "\"1e+21\""), ("string(123456789012345680000.0)", "\"123456789012345680000\""),
            ("string(1e-7)", "\"1e-07\""), ("string(0.0)", "\"0\""), ("string(-0.0)", "\"-0\""),
            ("double('1e400')", "double(\"Infinity\")"), ("double('0x10')", "invalidConversion"),
            ("int(' 5')", "invalidConversion"), ("int('')", "invalidConversion"),
            ("uint('-1')", "invalidConversion"),
            ("double(string(0.1)) == 0.1", "true")
        ])
    func numberTexts(expression: String, expected: String) { #expect(evaluate(expression) == expected) }

    @Test(
        "Words of other languages are no names, but may be fields",
        arguments: [
            "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
            "package",
            "namespace", "return", "var", "void", "while"
        ])
    func reservedWords(word: String) {
        #expect(compileErrors("\(word) == 1").first?.kind == .reservedWord(word))
        #expect(evaluate("{'\(word)': 1}.\(word)") == "1")
    }

    @Test(
        "Bytes are no text",
        arguments: [
            (#"string(b"\xff")"#, "invalidUTF8"), (#"b"é" == b"\303\251""#, "true"),
            (#"bytes("\377") == b"\377""#, "false"),
            (#"b"\u0041""#, "invalid escape '\\u'"), (#"base64.decode("a")"#, "invalidArgument"),
            (#"size(b"\x00\xff")"#, "2")
        ])
    func bytes(expression: String, expected: String) { #expect(evaluate(expression) == expected) }
}
