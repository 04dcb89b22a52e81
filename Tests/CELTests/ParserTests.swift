import CEL
import Testing

@Suite struct ParserTests {
    @Test(
        "Errors stand at the bytes that they are about",
        arguments: [
            ("", "", "the expression is empty"), ("  // only a comment", "", "the expression is empty"),
            ("a ==", "", "the expression ends too early; expected a value"),
            ("1 + + 2", "+", "unexpected '+'; expected a value"),
            ("(1", "", "the expression ends too early; expected ')'"),
            ("[1, 2", "", "the expression ends too early; expected ',' or ']'"),
            ("{'a' 1}", "1", "unexpected a number; expected ':'"),
            ("'é' == \"abc", "\"abc", "the string does not end"), ("'a\nb'", "'a", "the string does not end"),
            (#""\q""#, #"\q"#, #"invalid escape '\q'"#), (#""\400""#, #"\4"#, #"invalid escape '\4'"#),
            (#""\ud800""#, #"\ud800"#, #"invalid escape '\ud800'"#),
            ("1abc", "1abc", "'1abc' is not a number"), ("0x1g", "0x1g", "'0x1g' is not a number"),
            ("1.5u", "1.5u", "'1.5u' is not a number"),
            ("a # b", "#", "unexpected character '#'"), ("a = b", "=", "unexpected character '='"),
            ("'é' 🐱", "🐱", "unexpected character '🐱'"), ("a & b", "&", "unexpected character '&'"),
            ("a b", "b", "unexpected 'b'; expected an operator or the end"),
            ("a.1", ".1", "unexpected a number; expected an operator or the end"),
            ("Msg{a: 1}", "Msg", "'Msg' is no message type: messages cannot be built"),
            ("[1].map(x.y, 1)", "x.y", "the variable of 'map' must be a simple name"),
            ("has(a)", "a", "the argument of 'has' must be a field selection such as a.b"),
            ("{'a':1}.transformMap(k, k, 1)", "k", "'transformMap' names the variable 'k' twice"),
            ("`a`", "`a`", "unexpected '`a`'; expected a value"),
            (
                "cel.index(0)", "cel.index(0)",
                "a block index must be a literal that refers to an earlier element"
            ), ("true ? 1", "", "the expression ends too early; expected ':'")
        ])
    func positions(text: String, place: String, message: String) throws {
        let error = try #require(compileErrors(text).first)
        #expect(marked(error, in: text) == place)
        #expect("\(error)" == message)
    }

    @Test("All errors of an expression are reported, in order")
    func allErrors() {
        let text = "f(1 +, 'a\\q', [1 2], b ==)"
        let errors = compileErrors(text)
        #expect(errors.count == 4)
        #expect(errors.map(\.range.lowerBound) == errors.map(\.range.lowerBound).sorted())
    }

    @Test(
        "Literals and operators are those of the specification",
        arguments: [
            ("1 - 2 - 3", "-4"), ("2 + 3 * 4", "14"), ("-2 * 3", "-6"), ("!true || true", "true"),
            ("1 < 2 == true", "true"),
            ("true ? false ? 1 : 2 : 3", "unexpected '?'; expected ':'"), ("false ? 1 : false ? 2 : 3", "3"),
            ("[1, 2,]", "[1, 2]"), ("{'a': 1,}", "{\"a\": 1}"),
            ("1 /* no */", "unexpected '*'; expected a value"), ("1 // yes\n + 1", "2"),
            (#"r"\n""#, #""\\n""#), (#"'''a'b''c'''"#, #""a'b''c""#), (#"b'\x41\101'"#, #"b"AA""#),
            (".5", "0.5"), ("1e3", "1000.0"), ("1E-2", "0.01"), ("0xFFu", "255u"),
            ("1.size()", "'size' does not take (int)"), ("'a' in ['a']", "true"),
            ("\"\"\"a\nb\"\"\"", #""a\nb""#), ("in", "unexpected 'in'; expected a value"),
            ("a.in", "unexpected 'in'; expected a field name"), ("{}.?a.?b.hasValue()", "false")
        ])
    func grammar(text: String, expected: String) { #expect(evaluate(text) == expected) }

    @Test("The tree shows nodes, types and places")
    func tree() throws {
        let program = try Program.compile(
            "size(title) > 3",
            in: .records(.object(ObjectType(name: "the record", properties: ["title": .string]))))
        #expect(
            program.tree == """
                operation >: bool @0-15
                  call size: int @0-11
                    name title: string @5-10
                  literal 3: int @14-15

                """)
        #expect(program.type == .bool)
    }
}
