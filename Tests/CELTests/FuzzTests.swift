import Foundation
import Records
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

    /// A text with random changes.
    static func mutated(_ text: String, _ random: inout Seeded) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                bytes.insert(contentsOf: Array((pieces.randomElement(using: &random) ?? "").utf8), at: place)
            case 1:
                bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...5, using: &random)))
            case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 12)], at: place)
            case 4:
                bytes.insert(contentsOf: Array((corpus.randomElement(using: &random) ?? "").utf8), at: place)
            default: bytes.insert(UInt8.random(in: 32...126, using: &random), at: place)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("No text does harm")
    func mutations() throws {
        let record = try record(DifferentialTests.json)
        let typed = ValueType(schema: CheckerTests.schema)
        var environments = [Environment.records(), Environment.records(typed), Environment()]
        environments[0].extensions.insert(.block)
        environments[2].checksTypes = false
        for position in environments.indices { environments[position].limits.cost = 20_000 }
        let start = ContinuousClock.now
        var seed: UInt64 = 0
        var compiled = 0
        while ContinuousClock.now - start < fuzzTime || seed < 1000 {
            seed += 1
            var random = Seeded(seed)
            var generator = ExpressionGenerator(seed: seed)
            let base =
                seed % 3 == 0
                ? generator.expression(.any, depth: 3) : FuzzTests.corpus.randomElement(using: &random) ?? ""
            let text = FuzzTests.mutated(base, &random)
            do throws(CompileErrors) {
                let program = try Program.compile(text, in: environments[Int(seed % 3)])
                compiled += 1
                if case .failure(let error) = program.value(of: record, in: context) {
                    check(error.range, within: text, seed)
                }
                _ = program.matches(record, in: context)
                _ = program.tree
                var builder = ChunkBuilder()
                _ = try? program.append(record, in: context, to: &builder)
                _ = builder.finish(origin: Origin(source: "", received: 0))
            } catch {
                #expect(!error.errors.isEmpty)
                for problem in error.errors {
                    check(problem.range, within: text, seed)
                    #expect(!problem.description.isEmpty)
                }
            }
        }
        #expect(compiled > 0)
    }

    private func check(_ range: Range<Int>, within text: String, _ seed: UInt64) {
        #expect(range.lowerBound >= 0 && range.upperBound <= text.utf8.count, "seed \(seed): \(text)")
    }
}
