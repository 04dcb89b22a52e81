import Notation
import Records
import TestSupport
import Testing

@testable import CEL

/// Hostile texts for lexer, parser, checker and evaluator: whatever they are, the answer is a value or errors with
/// places inside the text.
@Suite struct FuzzTests {
    static let corpus: [String] =
        FunctionSection.all.flatMap(\.functions).flatMap(\.examples).map(\.expression) + [
            "content.type == \"important\" && content.score > 50",
            "title.contains('AI') || title.matches('(?i)climate')",
            "size(content.body) > 100 && published > timestamp('2024-01-01T00:00:00Z')",
            "tags.map(t, t + '!').filter(t, size(t) > 2).exists(t, t == 'ai!')",
            "{?'a': record.?b, 'c': [1u, 0x1F, -2.5e-3, b'\\x00', r'\\n', '''x''']}",
            "has(a.b) ? a.?b.orValue(1) : a[?'b'].optMap(x, x + 1).value()",
            "cel.bind(x, [1, 2], x.transformMap(i, v, i > 0, v * 2)) // comment",
            ".a.b.`c-d`[0] in {'k': null}", "now - meta.received > duration('1h') && !(1 % 2 == 0)",
            "cel.block([1, cel.index(0) + 1], cel.index(1))",
            "'%s %d %.3f %x'.format(['a', 1, 2.0, b'x'])", "\"\\u00e9\\U0001F431\\377\\a\".size()",
            "age(now) + default(a.b.c, duration('1s'))"
        ]

    static let pieces = [
        "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "||", "&&", "!", "==", "<", "+", "-", "*", "/", "%",
        "in", "true", "null", "'", "\"", "\\", "b'", "r\"", "0x", "1e", "u", "`", "cel.", "has(", ".map(",
        "\u{1F431}", "e\u{301}", "\n", "\0", "//", "a", "_", "9223372036854775808", ".?", "[?", "@index",
        "'''", "record", "meta", "timestamp('", "matches('("
    ]

    private static let cost = 20_000

    @Test("No text does harm")
    func anyExpression() throws {
        let record = try record(DifferentialTests.json)
        let typed = ValueType(schema: CheckerTests.schema)
        var environments = [Environment.records(), Environment.records(typed), Environment()]
        environments[0].extensions.insert(.block)
        environments[2].checksTypes = false
        for position in environments.indices { environments[position].limits.cost = FuzzTests.cost }
        var compiled = 0
        try Fuzzer("expressions", corpus: FuzzTests.corpus, pieces: FuzzTests.pieces).run { input in
            var generator = ExpressionGenerator(seed: input.seed)
            let text = input.chance(3) ? input.damaged(generator.expression(.any, depth: 3)) : input.text()
            let environment = environments.randomElement(using: &input.random) ?? environments[0]
            do {
                let program = try Program.compile(text, in: environment)
                compiled += 1
                try judge(program, record)
            } catch let error as CompileErrors {
                for problem in error.errors { try check(problem.range, within: text) }
                if error.errors.isEmpty || error.errors.contains(where: { $0.description.isEmpty }) {
                    throw Violation("an error without words")
                }
            }
        }
        #expect(compiled > 0)
    }

    /// Evaluates in every way.
    private func judge(_ program: Program, _ record: Record) throws {
        if case .failure(let error) = program.value(of: record, in: context) {
            try check(error.range, within: program.text)
        }
        _ = program.matches(record, in: context)
        _ = program.tree
        _ = program.identity(of: record, in: context)
        var builder = ChunkBuilder()
        _ = try? program.append(record, in: context, to: &builder)
        // A step pays for 64 bytes, each of which may need an escape, or for an element with its comma.
        guard builder.byteCount <= 64 * 6 * FuzzTests.cost else {
            throw Violation("\(program.text) wrote \(builder.byteCount) bytes")
        }
        _ = try builder.finish(origin: Origin(source: "", received: 0))
    }

    private func check(_ range: Range<Int>, within text: String) throws {
        guard range.lowerBound >= 0, range.upperBound <= text.utf8.count else {
            throw Violation("an error at \(range) of \(text)")
        }
    }

    @Test("No time does harm")
    func anyTime() throws {
        let corpus = [
            "2024-01-31T23:59:59.123456789+01:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1h30m",
            "-1.5s",
            "250ms", "9223372036854775807ns", "106751d"
        ]
        try Fuzzer("times", corpus: corpus, pieces: ["h", "m", "s", "us", "Z", "T", "+", "-", ".", ":"]).run {
            input in
            let bytes = input.bytes()
            try bytes.withUnsafeBufferPointer { text in
                let duration = (try? DurationText.parse(text)) ?? 1
                guard let time = try? Timestamp(rfc3339: text) else { return }
                _ = time.adding(nanoseconds: duration)?.nanoseconds(since: time)
                let again = try Array(time.rfc3339.utf8).withUnsafeBufferPointer {
                    try Timestamp(rfc3339: $0)
                }
                guard again == time else { throw Violation("\(time.rfc3339) reads as another time") }
            }
        }
    }
}
