import CEL
import Records
import Testing

@Suite struct CheckerTests {
    static let schema: JSON = [
        "type": "object",
        "properties": [
            "id": ["type": "string"], "title": ["type": ["string", "null"]], "score": ["type": "integer"],
            "rating": ["type": "number"],
            "published": ["type": "string", "format": "date-time"],
            "tags": ["type": "array", "items": ["type": "string"]],
            "content": ["$ref": "#/$defs/content"],
            "authors": [
                "type": "array", "items": ["type": "object", "properties": ["name": ["type": "string"]]]
            ],
            "extensions": ["type": "object", "additionalProperties": ["type": "object"]],
            "open": ["type": "object", "properties": ["a": ["type": "string"]], "additionalProperties": true],
            "either": ["anyOf": [["type": "string"], ["type": "null"]]], "parent": ["$ref": "#"]
        ],
        "$defs": [
            "content": [
                "type": "object", "properties": ["type": ["type": "string"], "text": ["type": "string"]]
            ]
        ]
    ]

    let items = Environment.records(ValueType(schema: CheckerTests.schema))

    @Test(
        "Unknown names are errors with a suggestion",
        arguments: [
            ("content.tpye == 'x'", "tpye", "unknown field 'tpye' of 'content'; did you mean 'type'?"),
            ("titel == 'x'", "titel", "unknown field 'titel' of the record; did you mean 'title'?"),
            ("record.scroe > 1", "scroe", "unknown field 'scroe' of the record; did you mean 'score'?"),
            ("has(content.txt)", "txt", "unknown field 'txt' of 'content'; did you mean 'text'?"),
            (
                "authors.exists(a, a.nam == 'x')", "nam",
                "unknown field 'nam' of an element of 'authors'; did you mean 'name'?"
            ), ("meta.sorce == 'x'", "sorce", "unknown field 'sorce' of 'meta'; did you mean 'source'?"),
            (
                "title.startWith('x')", "startWith",
                "unknown function 'startWith'; did you mean 'startsWith'?"
            ), ("siz(title) > 1", "siz", "unknown function 'siz'; did you mean 'size'?"),
            (
                "math.abz(score) > 1", "math.abz",
                "unknown function 'math.abz'; did you mean 'math.abs'?"
            ),
            ("content['tpye'] == 'x'", "tpye", "unknown field 'tpye' of 'content'; did you mean 'type'?"),
            (
                "contains(title, 'x')", "contains",
                "unknown function 'contains'; call it on its first argument, as in x.contains(…)"
            ), ("title.hosts()", "hosts", "unknown function 'hosts'"),
            ("parent.parent.tilte == ''", "tilte", "unknown field 'tilte' of 'parent'; did you mean 'title'?")
        ])
    func unknownNames(text: String, place: String, message: String) throws {
        let errors = compileErrors(text, in: items)
        let error = try #require(errors.first)
        #expect(errors.count == 1)
        #expect(marked(error, in: text) == place)
        #expect("\(error)" == message)
    }

    @Test(
        "Types that cannot agree are errors",
        arguments: [
            ("score == 'x'", "'==' does not take (int, string)"),
            ("title + 1 == ''", "'+' does not take (string?, int); convert with string(…)"),
            ("score && true", "expected bool, found int"),
            ("tags == 'x'", "'==' does not take (list(string), string)"),
            ("1 in tags", "'in' does not take (int, list(string))"),
            ("score ? 1 : 2", "expected bool, found int"),
            ("true ? 1 : 'x'", "'_?_:_' does not take (bool, int, string)"),
            (
                "title.all(c, true)",
                "a value of type string cannot be iterated over; expected a list or a map"
            ),
            ("content.type.text == ''", "a value of type string has no field 'text'"),
            ("tags.exists(t, t)", "expected bool, found string"),
            ("size(score)", "'size' does not take (int)"),
            ("published > score", "'>' does not take (string, int)")
        ])
    func disagreement(text: String, message: String) {
        #expect(compileErrors(text, in: items).map { "\($0)" } == [message])
    }

    @Test(
        "Types are deduced",
        arguments: [
            ("title", "string?"), ("rating", "dyn"), ("tags.map(t, size(t))", "list(int)"),
            ("tags.filter(t, t != '')", "list(string)"), ("extensions.media", "map(string, dyn)"),
            ("open.other", "dyn"), ("content", "'content'"), ("either", "string?"), ("title == null", "bool"),
            ("title.contains('x') ? 1 : 2", "int"), ("default(title, '')", "string"),
            ("authors[0].name", "string"), ("now - timestamp(published)", "duration"),
            ("now - published", "duration"), ("tags.transformMap(i, t, t)", "map(int, string)"),
            ("score > 1.5", "bool"),
            ("record", "the record"), ("meta.received", "timestamp"), ("[1, 'a']", "list(dyn)"),
            ("{'a': [1]}", "map(string, list(int))"), ("optional.of(score)", "optional_type(int)"),
            ("tags.first()", "optional_type(string)"),
            ("cel.bind(x, score, x + 1)", "int"), ("true ? title : null", "string?"),
            ("type(score)", "type(int)"), ("lists.range(2).map(i, double(i))", "list(double)")
        ])
    func deduction(text: String, type: String) throws {
        #expect(try Program.compile(text, in: items).type.description == type)
    }

    @Test("All errors are reported at once, in order")
    func allErrors() {
        let errors = compileErrors("titel == 'x' && scroe > 1 || content.tpye == 1 || foo(1)", in: items)
        #expect(errors.map(\.suggestion) == ["title", "score", "type", nil])
    }

    @Test("A condition must be a bool, or unknown until run time")
    func expectedType() throws {
        #expect(throws: CompileErrors.self) { try Program.compile("score", in: items, expecting: .bool) }
        _ = try Program.compile("rating", in: items, expecting: .bool)
        _ = try Program.compile("anything.at.all", in: .records(), expecting: .bool)
    }

    @Test(
        "Bad literals are found with their place",
        arguments: [
            ("title.matches('a(')", "'a('", "bad regular expression 'a(': missing ): a("),
            (
                "now > timestamp('2024-02-30T00:00:00Z')", "'2024-02-30T00:00:00Z'",
                "conversion failed: \"2024-02-30T00:00:00Z\" is no RFC 3339 timestamp"
            ),
            ("age(now) > duration('3 days')", "'3 days'", "conversion failed: \"3 days\" is no duration")
        ])
    func badLiterals(text: String, place: String, message: String) throws {
        let error = try #require(compileErrors(text, in: items).first)
        #expect(marked(error, in: text) == place)
        #expect("\(error)" == message)
    }

    @Test("A reserved word is told from the field of that name")
    func reservedField() throws {
        let error = try #require(compileErrors("package == 'x'", in: .records()).first)
        #expect("\(error)" == "'package' is a reserved word; a field of that name is 'record.package'")
        #expect(try match("record.package == 'x' && has(record.package)", #"{"package": "x"}"#) == .matched)
    }

    @Test("has() of a macro's variable is an error, not a question about a field of its name")
    func hasOfVariable() {
        #expect(
            compileErrors("[1].exists(a, has(a))", in: .records()).map(\.kind) == [
                .notAFieldSelection(macro: "has")
            ])
        #expect(compileErrors("has(a) && [1].exists(a, a == 1)", in: .records()).isEmpty)
    }

    @Test("A type's name beside a text is taken for what it is")
    func typeNames() throws {
        let error = try #require(compileErrors("string == 'x'", in: .records()).first)
        #expect(error.hint == "'string' is a type here; a field of that name is 'record.string'")
        #expect(try match("type == 'x'", #"{"type": "x"}"#) == .matched)
        #expect(try match("type(record.type) == string", #"{"type": "x"}"#) == .matched)
    }

    @Test("Declarations of higher modules take part in everything")
    func declared() throws {
        var environment = Environment()
        environment.variables = ["a.b": .int, "name": .string]
        environment.functions.add(.text("shout", "Louder.", examples: []) { $0.uppercased() + "!" })
        let program = try Program.compile("shout(name) + string(a.b)", in: environment)
        #expect(program.value(of: ["a.b": .int(1), "name": .string("hey")]) == .success(.string("HEY!1")))
        #expect(
            "\(compileErrors("shoot(name)", in: environment)[0])"
                == "unknown function 'shoot'; did you mean 'shout'?")
        #expect(
            "\(compileErrors("nmae", in: environment)[0])" == "undeclared name 'nmae'; did you mean 'name'?")
    }
}
