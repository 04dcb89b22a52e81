import CEL
import Notation
import Records
import Testing

@Suite struct RecordTests {
    let item = #"""
        {"title": "Caf\u00e9 \"AI\"", "score": 60, "ratio": 0.5, "big": 123456789012345678901234567890, "none": null, "flag": true,
         "content": {"type": "important", "score": 51, "tags": ["a", "sw\u0069ft"], "x-y": {"z": 1}},
         "authors": [{"name": "Ann"}, {"name": "Bob", "url": "u"}], "record": 1, "meta": 2, "now": 3, "type": "t", "dup": 1, "dup": 2}
        """#

    @Test(
        "A field that is only handed on keeps all its digits",
        arguments: [
            "9007199254740993", "18446744073709551615", "12345678901234567890123", "1e1000", "1.10", "-0"
        ])
    func digits(number: String) throws {
        let record = try record("{\"n\": \(number), \"o\": {\"n\": \(number)}}")
        for text in ["n", "o.n", "record['n']", "has(o.n) ? o.n : 0"] {
            var builder = ChunkBuilder()
            #expect(try Program.compile(text, in: .records()).append(record, in: context, to: &builder))
            let (chunk, roots) = try builder.finish(origin: Origin(source: "", received: 0))
            let written = String(decoding: chunk.node(at: roots[0]).text, as: UTF8.self)
            #expect(written == (number == "-0" ? "0" : number), "\(text)")
        }
    }

    @Test("Expressions with one allowance cost no more together than one may alone")
    func allowances() throws {
        let record = try record("{\"n\": 150000}")
        let program = try Program.compile("lists.range(n)", in: .records())
        func append(_ allowance: inout Allowance) throws(EvaluationError) {
            var builder = ChunkBuilder()
            _ = try program.append(record, in: context, to: &builder, spending: &allowance)
        }
        var allowance = Allowance()
        var count = 0
        let error = #expect(throws: EvaluationError.self) {
            while count < 10 {
                try append(&allowance)
                count += 1
            }
        }
        #expect(error?.kind == .costLimit && (2..<8).contains(count))
        var fresh = Allowance()
        try append(&fresh)
    }

    @Test("Whole numbers that differ in their last digit are different keys")
    func identities() throws {
        let program = try Program.compile("n", in: .records())
        let texts = try ["18446744073709551614", "18446744073709551615", "null", "\"1\"", "1"].map {
            try program.identity(of: record("{\"n\": \($0)}"), in: context).get()
        }
        #expect(texts == ["18446744073709551614", "18446744073709551615", nil, "\"1\"", "1"])
    }

    @Test(
        "Fields are variables",
        arguments: [
            ("title", #""Café \"AI\"""#), ("title == 'Café \"AI\"'", "true"),
            ("title.contains('é \"A')", "true"), ("size(title)", "9"), ("title.startsWith('Caf')", "true"),
            ("title.matches('(?i)ai')", "true"),
            ("score + 1", "61"), ("ratio * 2.0", "1.0"), ("big > 1e29", "true"), ("none == null", "true"),
            ("flag && score > 50", "true"), ("content.type", "\"important\""), ("content['x-y'].z", "1"),
            ("content.`x-y`.z", "1"), ("record.content.type == 'important'", "true"),
            ("'swift' in content.tags", "true"), ("content.tags.exists(t, t == 'swift')", "true"),
            ("content.tags[1]", "\"swift\""),
            ("content.tags == ['a', 'swift']", "true"),
            ("content.tags.map(t, t + '!')", #"["a!", "swift!"]"#),
            ("authors.map(a, a.name)", #"["Ann", "Bob"]"#), ("authors.filter(a, has(a.url)).size()", "1"),
            (
                "content == {'type': 'important', 'score': 51, 'tags': ['a', 'swift'], 'x-y': {'z': 1}}",
                "true"
            ), ("content.exists(k, k == 'type')", "true"), ("content.all(k, v, k != '')", "true"),
            ("size(content)", "4"),
            ("'type' in content", "true"), ("record.record", "1"), ("record.meta", "2"),
            ("record['now']", "3"), ("type", "\"t\""), ("dup", "2"), ("has(title)", "true"),
            ("has(nothing)", "false"), ("has(none)", "true"),
            ("has(record.nothing)", "false"), ("has(content.nothing)", "false"),
            ("'title' in record", "true"), ("record.exists(k, v, k == 'score' && v == 60)", "true"),
            ("default(nothing.at.all, 5)", "5"), ("default(none, 'x')", "\"x\""),
            ("default(score, 1)", "60"), ("record.?nothing.orValue(7)", "7"),
            ("content[?'type'].orValue('')", "\"important\""), ("content.?type.hasValue()", "true"),
            ("type(score) == int && type(ratio) == double && type(big) == double", "true"),
            ("'Caf\u{e9} \"AI\"' == title", "true"), ("60 == score", "true"), ("50 < score", "true"),
            ("score != 60", "false"), ("score == 60.0", "true"), ("ratio > 0", "true"),
            ("title != 'x'", "true"), ("score == '60'", "false"),
            ("content.tags.exists(t, t == 'x')", "false"), ("content.exists(k, k == 'x-y')", "true"),
            ("content.tags.all(t, t != '')", "true"), ("content.tags.exists_one(t, t == 'a')", "true")
        ])
    func fields(text: String, expected: String) throws { #expect(try evaluate(text, over: item) == expected) }

    @Test(
        "A field that is not there is missing, whatever is done with it",
        arguments: [
            ("nothing == 1", "nothing"), ("content.nothing == 'x'", "content.nothing"),
            ("nothing.at.all > 1", "nothing"), ("none.at == 1", "none.at"), ("content.a.b == 1", "content.a"),
            ("record.nothing == 1", "nothing"),
            ("content['no-thing'] == 1", "content.no-thing"), ("size(nothing) > 1", "nothing"),
            ("nothing.exists(x, x == 'a')", "nothing"), ("nothing > 5 && true", "nothing"),
            ("content.nothing.startsWith('a')", "content.nothing"),
            ("authors.exists(a, a.email == 'x')", "a.email"), ("has(nothing.a)", "nothing"),
            ("nothing in [1]", "nothing"), ("nothing", "nothing")
        ])
    func missing(text: String, field: String) throws {
        #expect(try match(text, item) == .missing(field: field))
    }

    @Test("A decided condition needs no missing field")
    func decided() throws {
        #expect(try match("score > 50 || nothing == 1", item) == .matched)
        #expect(try match("nothing == 1 && score < 50", item) == .notMatched)
    }

    @Test("Other failures are errors with their place")
    func failures() throws {
        for (text, kind, range) in [
            ("score > 1 && title > 5", EvaluationError.Kind.noSuchOverload, 13..<22),
            ("title.type == 'x'", .noSuchOverload, 0..<10),
            ("1 / (score - 60) == 1", .divisionByZero, 0..<16), ("title", .noSuchOverload, 0..<5),
            ("content.tags[9] == 'x'", .indexOutOfRange, 0..<15),
            ("title.size() + flag == 1", .noSuchOverload, 0..<19)
        ] {
            guard case .failed(let error) = try match(text, item) else {
                Issue.record("\(text) did not fail")
                continue
            }
            #expect(error.kind == kind)
            #expect(error.range == range, "\(text)")
        }
    }

    @Test("meta and now tell of the record's way in and of the time")
    func surroundings() throws {
        let record = try record(item, index: 7, source: "bbc")
        for (text, expected) in [
            ("meta.source == 'bbc' && meta.index == 7", "true"),
            ("meta.received", "timestamp(\"2024-05-01T10:40:00Z\")"),
            ("now", "timestamp(\"2024-05-01T12:00:00Z\")"), ("now - meta.received", "duration(\"4800s\")"),
            ("age(meta.received) > duration('1h')", "true"), ("now == now", "true"),
            ("'source' in meta", "true")
        ] {
            switch try Program.compile(text, in: .records()).value(of: record, in: context) {
            case .success(let value): #expect(value.description == expected)
            case .failure(let error): #expect("\(error)" == expected)
            }
        }
    }

    @Test("meta tells the story that a record belongs to, where one was looked for")
    func stories() throws {
        final class Story: RecordAttachment, @unchecked Sendable {
            // Safe because it has no state.
            override func story(at index: Int) -> RecordStory? {
                RecordStory(number: 0xBEEF, isFirst: index == 0)
            }
        }
        var first = try record(item, index: 7, source: "bbc")
        var second = first
        let without = first
        first.attach(Story(), index: 0)
        second.attach(Story(), index: 1)
        func value(_ text: String, of record: Record) throws -> String {
            switch try Program.compile(text, in: .records()).value(of: record, in: context) {
            case .success(let value): value.description
            case .failure(let error): "\(error.kind)"
            }
        }
        let texts = [
            "meta.cluster", "'similar_to' in meta", "has(meta.cluster)", "meta.map(name, name).size()"
        ]
        #expect(try texts.map { try value($0, of: first) } == ["\"000000000000beef\"", "false", "true", "4"])
        #expect(try texts.map { try value($0, of: second) } == ["\"000000000000beef\"", "true", "true", "5"])
        #expect(try texts.dropFirst().map { try value($0, of: without) } == ["false", "false", "3"])
        #expect(try value("meta.similar_to == meta.cluster", of: second) == "true")
        #expect(compileErrors("meta.clustre", in: .records()).first?.suggestion == "cluster")
        #expect(!compileErrors("meta.cluster + 1", in: .records()).isEmpty)
    }

    @Test("Fields may have the names of functions and namespaces")
    func functionNames() throws {
        let json = #"{"ip": "10.0.0.1", "math": [1, 2], "size": 3, "strings": {"quote": 1}, "hash": "x"}"#
        #expect(try match("ip.startsWith('10.') && ip(ip).family() == 4", json) == .matched)
        #expect(
            try match("math.size() == 2 && math.abs(-1) == 1 && size == 3 && size(math) == 2", json)
                == .matched)
        #expect(try match("strings.quote == 1 && strings.quote('a') != '' && hash == 'x'", json) == .matched)
        #expect(compileErrors("math.abz(1)", in: .records()).first?.suggestion == "math.abs")
    }

    @Test("Changed fields are seen instead of those that were read")
    func overlay() throws {
        var changed = try record(#"{"a": 1, "b": 2}"#)
        let replacement = try record(#"{"x": "new"}"#)
        changed.set(Key("a"), to: Overlay.Value(chunk: replacement.chunk, index: replacement.root))
        changed.remove(Key("b"))
        func outcome(_ text: String) throws -> MatchOutcome {
            try Program.compile(text, in: .records()).matches(changed, in: context)
        }
        #expect(try outcome("a.x == 'new'") == .matched)
        #expect(try outcome("b == 2") == .missing(field: "b"))
        #expect(try outcome("record == {'a': {'x': 'new'}}") == .matched)
        #expect(try outcome("has(b)") == .notMatched)
        #expect(try outcome("size(record) == 1") == .matched)
    }

    @Test(
        "Texts beside timestamps are read as such",
        arguments: [
            ("p > timestamp('2024-01-01T00:00:00Z')", "true"),
            ("timestamp('2024-01-01T00:00:00Z') < p", "true"),
            ("p == timestamp('2024-04-30T22:00:00Z')", "true"),
            ("p != timestamp('2024-04-30T22:00:00Z')", "false"),
            ("now - p", "duration(\"50400s\")"), ("now - p > duration('13h')", "true"),
            ("age(p) < duration('1d'.replace('1d', '24h'))", "true"), ("now - duration('1h') < p", "false"),
            ("timestamp(p).getHours()", "22"),
            ("x > now", "conversion failed: \"soon\" is no RFC 3339 timestamp"),
            ("n > now", "no such overload: > of (int, google.protobuf.Timestamp)"), ("p > '2024'", "true")
        ])
    func timestamps(text: String, expected: String) throws {
        #expect(
            try evaluate(text, over: #"{"p": "2024-05-01T00:00:00+02:00", "x": "soon", "n": 5}"#) == expected)
    }

    @Test(
        "Values are written as JSON",
        arguments: [
            ("1", "1"), ("18446744073709551615u", "18446744073709551615"), ("0.5", "0.5"),
            ("'a\"\\n'", #""a\"\n""#), ("b'\\xff'", #""/w==""#),
            ("timestamp('2024-01-01T00:00:00.25Z')", #""2024-01-01T00:00:00.25Z""#),
            ("duration('1500ms')", #""1.5s""#), ("[1, [2], {}]", "[1,[2],{}]"),
            (
                "{1: 'a', true: null, 'x': optional.of(2), 'y': optional.none()}",
                #"{"1":"a","true":null,"x":2}"#
            ), ("type(1)", #""int""#), ("0.0 / 0.0", "null"),
            ("content.tags", #"["a", "sw\u0069ft"]"#), ("title", #""Caf\u00e9 \"AI\"""#),
            ("{'c': content.`x-y`}", #"{"c":{"z": 1}}"#), ("ip('::1')", #""::1""#),
            ("optional.of('x')", #""x""#)
        ])
    func json(text: String, expected: String) throws {
        var builder = ChunkBuilder()
        #expect(try Program.compile(text, in: .records()).append(try record(item), in: context, to: &builder))
        let (chunk, roots) = try builder.finish(origin: Origin(source: "", received: 0))
        #expect(String(decoding: chunk.node(at: roots[0]).text, as: UTF8.self) == expected)
    }

    @Test(
        "Texts with escapes are measured as they read",
        arguments: [
            (#""""#, 0), (#""\n""#, 1), (#""a\u00e9b""#, 3), (#""\ud83d\ude00""#, 1),
            (#""\uD83D\uDE00\\\"\/""#, 4), (#""\u0041é🐱\t""#, 4), (#""\\u0041""#, 6), (#""\ud7ff\ue000""#, 2)
        ])
    func escapedSizes(text: String, size: Int) throws {
        let json = #"{"t": \#(text)}"#
        #expect(try evaluate("size(t)", over: json) == "\(size)")
        for bound in 0...7 {
            #expect(try match("size(t) > \(bound)", json) == (size > bound ? .matched : .notMatched))
            #expect(try match("t.size() >= \(bound)", json) == (size >= bound ? .matched : .notMatched))
            #expect(try match("size(t) < \(bound)", json) == (size < bound ? .matched : .notMatched))
            #expect(try match("size(t) <= \(bound)", json) == (size <= bound ? .matched : .notMatched))
        }
    }

    @Test("Sizes of lists and maps compare, those of other values fail")
    func sizeComparisons() throws {
        #expect(
            try match("size(l) > 1 && size(m) < 2 && l.size() >= 2", #"{"l": [1, 2], "m": {"a": 1}}"#)
                == .matched)
        #expect(try match("size(nothing) > 1", "{}") == .missing(field: "nothing"))
        guard case .failed(let error) = try match("size(n) > 1", #"{"n": 5}"#) else {
            Issue.record("did not fail")
            return
        }
        #expect(error.kind == .noSuchOverload)
    }

    @Test("Nothing is written for an optional without value or a failure")
    func absent() throws {
        var builder = ChunkBuilder()
        #expect(
            try !Program.compile("record.?nothing", in: .records()).append(
                try record(item), in: context, to: &builder))
        #expect(throws: EvaluationError.self) {
            try Program.compile("nothing", in: .records()).append(try record(item), in: context, to: &builder)
        }
        #expect(builder.rootCount == 0)
    }
}
