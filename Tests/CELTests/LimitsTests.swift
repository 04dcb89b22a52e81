import CEL
import Foundation
import Records
import Testing

/// Runs work on a thread with the small stack that libraries give their threads.
private func onSmallStack(_ work: @escaping @Sendable () -> Void) {
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
        work()
        done.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    done.wait()
}

@Suite struct LimitsTests {
    static let nested: [(name: String, text: @Sendable (Int) -> String)] = [
        ("parentheses", { String(repeating: "(", count: $0) + "1" + String(repeating: ")", count: $0) }),
        ("lists", { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }),
        ("maps", { String(repeating: "{1:", count: $0) + "1" + String(repeating: "}", count: $0) }),
        ("nots", { String(repeating: "!", count: $0) + "true" }),
        ("minuses", { String(repeating: "-", count: $0) + "a" }),
        ("calls", { String(repeating: "int(", count: $0) + "1" + String(repeating: ")", count: $0) }),
        ("indexes", { String(repeating: "a[", count: $0) + "0" + String(repeating: "]", count: $0) }),
        ("selections", { "a" + String(repeating: ".b", count: $0) }),
        ("methods", { "'a'" + String(repeating: ".trim()", count: $0) }),
        ("conditions", { String(repeating: "true ? 1 : ", count: $0) + "2" }),
        ("sums", { "1" + String(repeating: " + 1", count: $0) }),
        ("macros", { String(repeating: "[1].map(x, ", count: $0) + "1" + String(repeating: ")", count: $0) }),
        (
            "logic",
            {
                String(repeating: "(true && (false || ", count: $0 / 2) + "a"
                    + String(repeating: "))", count: $0 / 2)
            }
        )
    ]

    @Test("24 levels of everything are fine, on a small stack too", arguments: nested.indices)
    func modestNesting(kind: Int) {
        let text = LimitsTests.nested[kind].text(24)
        onSmallStack {
            let errors = compileErrors(text, in: .records())
            #expect(errors.allSatisfy { if case .tooDeep = $0.kind { false } else { true } }, "\(text)")
        }
    }

    @Test("Nesting up to the limit is compiled and evaluated on a small stack", arguments: nested.indices)
    func deepestNesting(kind: Int) {
        for depth in [40, Limits().depth - 1, Limits().depth, Limits().depth + 1] {
            let text = LimitsTests.nested[kind].text(depth)
            onSmallStack {
                guard let program = try? Program.compile(text, in: .records()),
                    let record = try? record(#"{"a": {"b": 1}}"#)
                else { return }
                _ = program.value(of: record, in: context)
                _ = program.tree
            }
        }
    }

    @Test("100,000 levels are an error, not a stack overflow", arguments: nested.indices)
    func absurdNesting(kind: Int) {
        var environment = Environment.records()
        environment.limits.textLength = .max
        let text = LimitsTests.nested[kind].text(100_000)
        onSmallStack { [environment] in
            #expect(compileErrors(text, in: environment).map(\.kind) == [.tooDeep(limit: Limits().depth)])
        }
    }

    @Test("Long chains of && and || cost no depth")
    func longChains() {
        let text = (0..<5000).map { "a == \($0)" }.joined(separator: " || ")
        onSmallStack {
            guard let program = try? Program.compile(text, in: .records()),
                let record = try? record(#"{"a": 4999}"#)
            else {
                Issue.record("did not compile")
                return
            }
            #expect(program.matches(record, in: context) == .matched)
        }
    }

    @Test("A text of 1 MB is refused by its length, and read without harm when that is allowed")
    func longTexts() {
        let texts = [
            "a ", "(", "1+", "'", "\"\\", "a.b(", "!", "\u{1F431}", "9", "x.map(y,", "//"
        ]
        for text in texts.map({ String(repeating: $0, count: (1 << 20) / $0.utf8.count) }) {
            #expect(compileErrors(text).map(\.kind) == [.tooLong(limit: 100_000)])
            var environment = Environment.records()
            environment.limits.textLength = .max
            onSmallStack { [environment] in #expect(!compileErrors(text, in: environment).isEmpty) }
        }
    }

    @Test(
        "Work is bounded, and no operator absorbs the limit",
        arguments: [
            "lists.range(1000).map(a, lists.range(1000).map(b, lists.range(1000).map(c, lists.range(1000).map(d, lists.range(1000).map(e, a + b + c + d + e)))))",
            "lists.range(1000000000).size() > 0",
            "lists.range(999).exists(a, lists.range(999).exists(b, lists.range(999).exists(c, c == -a - 1)))",
            "lists.range(1999).all(a, lists.range(1999).all(b, a / 0 == b)) || size(record) == 0",
            "dyn(false) || lists.range(1999).all(a, lists.range(1999).all(b, a / 0 == b))",
            "cel.bind(a, 'xxxxxxxxxx', cel.bind(b, a.replace('x', a), cel.bind(c, b.replace('x', b), c.replace('x', c).replace('x', c)))).size() > 0",
            "lists.range(90000).map(x, string(x)).join('abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz').split('').size() > 1 && lists.range(990000).size() > 1",
            "lists.range(50000).map(x, [x]).distinct().size() > 0",
            "lists.range(200000).sortBy(x, -x).size() > 0"
        ])
    func cost(text: String) throws {
        let start = ContinuousClock.now
        let program = try Program.compile(text, in: .records())
        guard case .failed(let error) = program.matches(try record("{}"), in: context) else {
            Issue.record("went to its end")
            return
        }
        #expect(error.kind == .costLimit)
        #expect(ContinuousClock.now - start < .seconds(20), "bounded even in debug builds on a busy machine")
    }

    @Test("Constants are not computed without end while compiling")
    func foldingCost() throws {
        let text = (0..<2000).map { "lists.range(\(19_000 + $0 % 7)).map(x, x).size() == \($0)" }.joined(
            separator: "||")
        let start = ContinuousClock.now
        _ = try Program.compile(text, in: .records())
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("The limit is the environment's")
    func lowerCost() throws {
        var environment = Environment.records()
        environment.limits.cost = 10
        #expect(try evaluate("a.map(x, x)", over: #"{"a": [1, 2]}"#, in: environment) == "[1, 2]")
        #expect(
            try evaluate("a.map(x, x)", over: #"{"a": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}"#, in: environment)
                .hasPrefix("the evaluation costs more"))
    }

    /// Each looks at or makes as much as its list or text is long, twenty thousand times.
    @Test(
        "Work on lists and texts is paid for by what it takes",
        arguments: [
            "big.reverse().size()", "big.filter(x, 1 / 0 > 0).size()", "big.map(x, 1 / 0).size()",
            "big.distinct().size()",
            "math.greatest(big)", "big[9999]", "big == other ? 1 : 0", "9999 in big ? 1 : 0",
            "'b' in words ? 1 : 0",
            "words.exists(w, w == 'b') ? 1 : 0", "text == twin ? 1 : 0", "text < twin ? 1 : 0",
            "{text: 1}.size()",
            "{twin: 1}[text]", "text.reverse().size()", "text.trim().size()", "upper(text).size()",
            "words(text).size()",
            "size(escaped)", "size(text) > 90000 ? 1 : 0", "'%s'.format([[text]]).size()",
            "'%x'.format([text]).size()",
            "record.size()", "wide.k9999", "wide.map(k, k).size()", "[text, twin].sort().size()",
            "int(text) + 1"
        ])
    func fairPrice(work: String) throws {
        var environment = Environment.records()
        environment.limits.cost = 30_000
        let numbers = "[" + (0..<10_000).map { "\($0)" }.joined(separator: ",") + "]"
        let text = String(repeating: "a", count: 100_000)
        let json = """
            {"big": \(numbers), "other": \(numbers), "words": [\(String(repeating: "\"x\",", count: 10_000))"b"],
            "text": "\(text)", "twin": "\(text)", "escaped": "\\n\(text)",
            "wide": {\((0..<10_000).map { "\"k\($0)\": \($0)" }.joined(separator: ","))}}
            """
        let program = try Program.compile("lists.range(20000).exists(i, (\(work)) == -7)", in: environment)
        let record = try record(json)
        let start = ContinuousClock.now
        _ = program.value(of: record, in: context)
        #expect(ContinuousClock.now - start < .seconds(20), "bounded even in debug builds on a busy machine")
    }

    @Test("Numbers with fractions fill no table badly")
    func fractions() throws {
        let numbers = (0..<50_000).map { "\($0).5" }.joined(separator: ",")
        let start = ContinuousClock.now
        #expect(try evaluate("size(a.distinct())", over: "{\"a\": [\(numbers)]}") == "50000")
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    /// Lists that hold one another are small until they are written.
    @Test("Results that share their parts are bounded when they are written or owned")
    func sharedParts() throws {
        var text = "x"
        for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            let inner =
                name == "a" ? "'0123456789'" : String(Unicode.Scalar(name.utf8.first.map { $0 - 1 } ?? 0))
            let list = Array(repeating: inner, count: 10).joined(separator: ", ")
            text = text.replacing("x", with: "cel.bind(\(name), [\(list)], x)")
        }
        let program = try Program.compile(text.replacing("x", with: "h"), in: .records())
        let record = try record("{}")
        var builder = ChunkBuilder()
        let error = #expect(throws: EvaluationError.self) {
            try program.append(record, in: context, to: &builder)
        }
        #expect(error?.kind == .costLimit)
        #expect(builder.byteCount == 0)
        guard case .failure(let failure) = program.value(of: record, in: context) else {
            Issue.record("owned a hundred million texts")
            return
        }
        #expect(failure.kind == .costLimit)
    }

    @Test("No pattern is slow")
    func patterns() throws {
        let text = String(repeating: "a", count: 50_000) + "b"
        let start = ContinuousClock.now
        for pattern in ["(a+)+$", "(a|a)*c$", "(a|aa)+$", "(.*a){20}c$", "^(([a-z])+.)+[A-Z]([a-z])+$"] {
            #expect(try evaluate("t.matches(p)", over: #"{"t": "\#(text)", "p": "\#(pattern)"}"#) == "false")
        }
        #expect(compileErrors("'a'.matches('((a{100}){100}){100}')").count == 1)
        #expect(
            try evaluate("'a'.matches(p)", over: #"{"p": "((a{100}){100}){100}"}"#).hasPrefix(
                "bad regular expression"))
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("Deeply nested data is compared and written within bounds")
    func deepData() throws {
        let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        let record = try record(#"{"a": \#(deep), "b": \#(deep)}"#)
        onSmallStack {
            guard let equality = try? Program.compile("a == b", in: .records()),
                let copy = try? Program.compile("[a]", in: .records())
            else { return }
            guard case .failed(let error) = equality.matches(record, in: context) else {
                Issue.record("compared 500 levels")
                return
            }
            #expect(error.kind == .tooDeep)
            var builder = ChunkBuilder()
            #expect((try? copy.append(record, in: context, to: &builder)) == true)
            _ = copy.value(of: record, in: context)
        }
    }
}
