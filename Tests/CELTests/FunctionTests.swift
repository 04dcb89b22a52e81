import CEL
import Notation
import Testing

@Suite struct FunctionTests {
    static let environment: Environment = {
        var environment = Environment.records()
        environment.extensions.insert(.block)
        return environment
    }()

    static let examples = FunctionSection.all.flatMap(\.functions).flatMap(\.examples)

    @Test("Every example gives what it says", arguments: examples.map { [$0.expression, $0.result] })
    func example(pair: [String]) {
        let result = evaluate(pair[0], in: FunctionTests.environment)
        #expect(result == evaluate(pair[1], in: FunctionTests.environment))
        #expect(compileErrors(pair[0], in: FunctionTests.environment).isEmpty)
    }

    @Test(
        "Every function is documented, with an example",
        arguments: FunctionSection.all.flatMap(\.functions).map(\.name))
    func documented(name: String) throws {
        let functions = FunctionSection.all.flatMap(\.functions).filter { $0.name == name }
        for function in functions {
            #expect(function.doc.hasSuffix("."))
            #expect(!function.examples.isEmpty)
            #expect(!function.overloads.isEmpty)
        }
    }

    @Test(
        "URLs have one form",
        arguments: [
            ("HTTP://EXAMPLE.com", "http://example.com/"),
            ("https://example.com:443/a", "https://example.com/a"),
            ("http://example.com:443/a", "http://example.com:443/a"),
            ("https://a.com/x?b=2&a=1", "https://a.com/x?b=2&a=1"),
            ("https://a.com/x?utm_source=n&utm_medium=e&fbclid=1&gclid=2", "https://a.com/x"),
            ("https://a.com/x?UTM_Source=n&id=5#frag", "https://a.com/x?id=5#frag"),
            ("https://a.com/x?sc_eh=1&oft_id=2&unicorn_click_id=3&ga_medium=4&id=5", "https://a.com/x?id=5"),
            ("https://a.com/x#utm_source=feed&utm_medium=rss", "https://a.com/x"),
            ("https://a.com/x#xtor=RSS-1", "https://a.com/x"),
            ("https://a.com/x#a=1&utm_source=b", "https://a.com/x#a=1&utm_source=b"),
            (
                "https://a.com/x?hsa_acc=1&mtm_kwd=2&_gl=3&__hssc=4&mc_tc=5&ref=home",
                "https://a.com/x?ref=home"
            ),
            ("https://a.com/X/Y?Q=Z", "https://a.com/X/Y?Q=Z"), ("https://a.com?x=1", "https://a.com/?x=1"),
            ("https://user:pw@A.com:80/", "https://user:pw@a.com:80/"),
            ("http://[::1]:80/a", "http://[::1]/a"), ("http://[::1]/a", "http://[::1]/a"),
            (" https://a.com/ \n", "https://a.com/"), ("mailto:a@b.c", "mailto:a@b.c"),
            ("/relative?utm_source=x", "/relative?utm_source=x"),
            ("", ""), ("https://", "https://"), ("https://a.com/x?&&a=1&", "https://a.com/x?a=1"),
            ("https://a.com/#", "https://a.com/"), ("https://a.com:/x", "https://a.com/x"),
            ("https://münchen.de/ä", "https://xn--mnchen-3ya.de/ä"),
            ("https://a.com/x?a=utm_source", "https://a.com/x?a=utm_source")
        ])
    func canonicalURL(url: String, expected: String) {
        #expect(CanonicalURL.canonical(url) == expected)
        #expect(CanonicalURL.canonical(expected) == expected)
    }

    @Test(
        "Hosts",
        arguments: [
            ("https://A.com/x", "a.com"), ("ftp://u@B.org:21", "b.org"), ("nothing", nil), ("http:///x", nil),
            ("http://[2001:DB8::1]:8080/", "[2001:db8::1]")
        ])
    func host(url: String, expected: String?) { #expect(CanonicalURL.host(url) == expected) }

    @Test(
        "Functions at their edges",
        arguments: [
            ("'abc'.substring(3)", "\"\""), ("'abc'.substring(4)", "indexOutOfRange"),
            ("'abc'.charAt(-1)", "indexOutOfRange"), ("'aaa'.replace('', '-')", "\"-a-a-a-\""),
            ("''.replace('', 'x')", "\"x\""), ("'aaa'.replace('a', 'b', 0)", "\"aaa\""),
            ("'a,b,c'.split(',', 0)", "[]"), ("'a,b,c'.split(',', 1)", "[\"a,b,c\"]"),
            ("''.split(',')", "[\"\"]"), ("''.split('')", "[]"), ("'añb'.split('')", "[\"a\", \"ñ\", \"b\"]"),
            ("'añb'.split('', 2)", "[\"a\", \"ñb\"]"), ("'abc'.indexOf('c', 9)", "-1"),
            ("'%d %s'.format([1])", "indexOutOfRange"), ("'%'.format([])", "badFormat"),
            ("'%.999f'.format([1.0])", "badFormat"), ("'%x'.format([-30])", "\"-1e\""),
            ("'%s'.format([{'b': 1, 'a': [1.5, null]}])", "\"{a: [1.5, null], b: 1}\""),
            ("math.greatest([])", "invalidArgument"), ("math.greatest(1, 2.5, 2u)", "2.5"),
            ("math.greatest(1, 2.0)", "2.0"), ("math.greatest('a')", "noSuchOverload"),
            ("math.bitShiftRight(-1024, 3)", "2305843009213693824"),
            ("math.round(0.49999999999999994)", "0.0"),
            ("[1, [2]].flatten(-1)", "invalidArgument"), ("[[[1]]].flatten(9)", "[1]"),
            ("[3, 'a'].sort()", "noSuchOverload"), ("[2.5, 1, 2u].sort()", "[1, 2u, 2.5]"),
            ("[1, 1.0, 1u, 2, {'a': 1}, {'a': 1.0}].distinct()", "[1, 2, {\"a\": 1}]"),
            ("[1, 2].slice(1, 3)", "indexOutOfRange"),
            ("[1, 2, 3].slice(2, 1)", "invalidArgument"), ("[].sort()", "[]"),
            ("['b', 'a', 'c'].sortBy(x, x)", "[\"a\", \"b\", \"c\"]"), ("lists.range(-5)", "[]"),
            ("[1, null].join()", "noSuchOverload"), ("optional.none().value()", "emptyOptional"),
            ("optional.of(1).or(optional.of(1 / 0))", "optional.of(1)"),
            ("optional.of(1).orValue(1 / 0)", "1"), ("words('')", "[]"),
            ("words(\"rock 'n' roll\")", "[\"rock\", \"n\", \"roll\"]"),
            ("words('東京 2024 ñandú')", "[\"東京\", \"2024\", \"ñandú\"]"), ("similarity('', '')", "1.0"),
            ("similarity('a', '')", "0.0"), ("similarity('a b', 'b a')", "1.0"),
            ("lower('ÄÖÜ ΑΔ')", "\"äöü αδ\""), ("'İ'.lower().size()", "2"), ("host('no url')", "\"\""),
            ("[1, 2, 3].transformMapEntry(i, v, {string(v): i})", "{\"1\": 0, \"2\": 1, \"3\": 2}"),
            ("[1, 1].transformMapEntry(i, v, {v: i})", "duplicateKey"),
            ("ip('1.2.3.4/8')", "invalidConversion"), ("ip('01.2.3.4')", "invalidConversion"),
            ("string(ip('2001:0db8:0:0:1:0:0:1'))", "\"2001:db8::1:0:0:1\""),
            ("cidr('::/129')", "invalidConversion"), ("string(ip('::'))", "\"::\""),
            ("string(cidr('10.1.2.3/9').masked())", "\"10.0.0.0/9\"")
        ])
    func edges(expression: String, expected: String) {
        #expect(evaluate(expression, in: FunctionTests.environment) == expected)
    }

    @Test("Functions whose work comes from above are registered like the others")
    func injected() throws {
        var environment = Environment.records()
        environment.functions.add(
            FeedFunctions.injected(
                stripHTML: { $0.uppercased() }, parseDate: { $0 == "then" ? Timestamp(seconds: 5) : nil },
                sha256: { [UInt8($0.count), 255] }))
        #expect(evaluate("strip_html('a')", in: environment) == "\"A\"")
        #expect(evaluate("parse_date('then')", in: environment) == "timestamp(\"1970-01-01T00:00:05Z\")")
        #expect(evaluate("parse_date('never')", in: environment) == "invalidConversion")
        #expect(evaluate("hash('abc')", in: environment) == "\"03ff\"")
        #expect(compileErrors("strip_htm('a')", in: environment).first?.suggestion == "strip_html")
    }
}
