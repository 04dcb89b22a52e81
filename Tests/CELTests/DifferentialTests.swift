import Foundation
import Records
import TestSupport
import Testing

@testable import CEL

/// Makes expressions that mostly make sense.
struct ExpressionGenerator {
    var random: SeededGenerator
    private var variables: [String] = []

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    enum Kind: CaseIterable {
        case bool, number, string, list, map, any
    }

    mutating func expression(_ kind: Kind, depth: Int) -> String {
        // Now and then something of another kind, for the errors.
        let kind = chance(12) ? pick(Kind.allCases) : kind
        guard depth > 0 else { return leaf(kind) }
        switch kind {
        case .bool: return condition(depth - 1)
        case .number: return number(depth - 1)
        case .string: return string(depth - 1)
        case .list: return list(depth - 1)
        case .map: return map(depth - 1)
        case .any: return expression(pick([.bool, .number, .string, .list, .map]), depth: depth)
        }
    }

    private mutating func leaf(_ kind: Kind) -> String {
        if !variables.isEmpty, chance(3) { return pick(variables) }
        switch kind {
        case .bool: return pick(["true", "false", "flag", "o.flag"])
        case .number:
            return pick([
                "0", "1", "-1", "2u", "0.5", "-1.5", "3.0", "9223372036854775807", "-9223372036854775808",
                "18446744073709551615u", "n", "x", "big", "o.n", "0u", "1e300"
            ])
        case .string:
            return pick(["''", "'a'", "'swift'", "'é\u{1F431}'", "s", "e", "o.s", "o.t[0]", "'e\u{301}'"])
        case .list: return pick(["[]", "l", "o.t", "[1, 2u, 3.0]", "['a', 'swift']", "[true, null]", "m"])
        case .map: return pick(["{}", "o", "record", "{'a': 1, 'n': 2.0}", "{1: 'x', true: 'y'}", "o.o"])
        case .any: return pick(["null", "nothing", "o.nothing", "none", "b'\\xff'", "none.x", "record.x"])
        }
    }

    private mutating func condition(_ depth: Int) -> String {
        switch Int.random(in: 0..<11, using: &random) {
        case 0: return "\(expression(.bool, depth: depth)) && \(operand(.bool, depth))"
        case 1:
            return
                "(\(expression(.bool, depth: depth)) || \(operand(.bool, depth)) || \(operand(.bool, depth)))"
        case 2: return "!\(operand(.bool, depth))"
        case 3:
            return
                "\(operand(.number, depth)) \(pick(["==", "!=", "<", "<=", ">", ">="])) \(operand(.number, depth))"
        case 4:
            return "\(operand(.string, depth)) \(pick(["==", "!=", "<", ">="])) \(operand(.string, depth))"
        case 5: return "\(operand(.any, depth)) == \(operand(.any, depth))"
        case 6: return "\(operand(.any, depth)) in \(operand(pick([.list, .map]), depth))"
        case 7:
            return
                "\(operand(.string, depth)).\(pick(["contains", "startsWith", "endsWith"]))(\(expression(.string, depth: depth)))"
        case 8:
            return pick([
                "has(o.n)", "has(o.nothing)", "has(none.x)", "has(nothing.x)", "has(record.s)", "has(o.o.q)",
                "n == 5", "5 < n", "s == 'swift'", "o.s != 'é'", "n > 4", "x <= 2",
                "o.t.exists(v, v == 'swift')"
            ])
        default:
            let macro = pick(["all", "exists", "exists_one"])
            return macroCall(macro, over: pick([.list, .map]), body: .bool, depth)
        }
    }

    private mutating func number(_ depth: Int) -> String {
        switch Int.random(in: 0..<6, using: &random) {
        case 0...2:
            return
                "(\(expression(.number, depth: depth)) \(pick(["+", "-", "*", "/", "%"])) \(operand(.number, depth)))"
        case 3: return "size(\(expression(pick([.string, .list, .map]), depth: depth)))"
        case 4: return "int(\(expression(.number, depth: depth)))"
        default: return "\(operand(.bool, depth)) ? \(operand(.number, depth)) : \(operand(.number, depth))"
        }
    }

    private mutating func string(_ depth: Int) -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return "(\(expression(.string, depth: depth)) + \(operand(.string, depth)))"
        case 1: return "\(operand(.string, depth)).\(pick(["lowerAscii", "reverse"]))()"
        case 2: return "default(\(expression(.any, depth: depth)), \(expression(.string, depth: depth)))"
        default: return "cel.bind(v9, \(expression(.string, depth: depth)), v9 + v9)"
        }
    }

    private mutating func list(_ depth: Int) -> String {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return "[\(expression(.any, depth: depth)), \(expression(.number, depth: depth))]"
        case 1: return macroCall("map", over: pick([.list, .map]), body: .any, depth)
        case 2: return macroCall("filter", over: pick([.list, .map]), body: .bool, depth)
        case 3: return "(\(expression(.list, depth: depth)) + \(operand(.list, depth)))"
        default: return macroCall("transformList", over: pick([.list, .map]), body: .any, depth)
        }
    }

    private mutating func map(_ depth: Int) -> String {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            return
                "{\(expression(.any, depth: depth)): \(expression(.any, depth: depth)), 'k': \(expression(.any, depth: depth))}"
        case 1: return macroCall("transformMap", over: pick([.list, .map]), body: .any, depth)
        default:
            return "{'n': \(expression(.number, depth: depth)), 's': \(expression(.string, depth: depth))}"
        }
    }

    private mutating func macroCall(_ macro: String, over range: Kind, body: Kind, _ depth: Int) -> String {
        let source = operand(range, depth)
        let takesTwo = macro.hasPrefix("transform") || (macro == "all" || macro == "exists") && chance(3)
        let names = (0..<(takesTwo ? 2 : 1)).map { "v\(variables.count + $0)" }
        variables += names
        let inner = expression(body, depth: depth)
        variables.removeLast(names.count)
        return "\(source).\(macro)(\(names.joined(separator: ", ")), \(inner))"
    }

    private mutating func operand(_ kind: Kind, _ depth: Int) -> String {
        "(\(expression(kind, depth: depth)))"
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &random)] }
}

@Suite struct DifferentialTests {
    static let json = #"""
        {"n": 5, "x": 1.5, "big": 9007199254740993, "s": "swift", "e": "t\u00e4g\n\"x\"", "flag": true, "none": null, "l": [1, 2.0, "a", null, [3], {"q": 1}],
         "m": [5, 1, 9], "o": {"n": 7, "s": "\u00e9", "flag": false, "t": ["sw\u0069ft", "b"], "o": {"q": [1]}, "dup": 1, "dup": 2}}
        """#

    @Test("Compiled programs and a plain tree-walker agree on random expressions")
    func agree() throws {
        let record = try record(DifferentialTests.json)
        var environment = Environment.records()
        environment.checksTypes = false
        let whole = try Program.compile("record", in: environment).value(of: record, in: context).get()
        guard case .map(let entries) = whole else { return }
        let options = Parser.Options(extensions: .pipelines, readsRecords: true)
        let start = ContinuousClock.now
        var seed: UInt64 = 0
        var values = 0
        while ContinuousClock.now - start < Fuzzer.time || seed < 2000 {
            seed += 1
            var generator = ExpressionGenerator(seed: seed)
            let text = generator.expression(.any, depth: 1 + Int(seed % 4))
            let compiled = try Program.compile(text, in: environment).value(of: record, in: context)
            let walker = TreeWalker(tree: try Parser.parse(text, options: options), record: entries)
            do throws(TreeWalker.Failure) {
                let expected = try walker.evaluate()
                values += 1
                guard compiled == .success(expected) else {
                    Issue.record("seed \(seed): \(text) gave \(compiled), expected \(expected)")
                    return
                }
            } catch {
                guard case .failure(let found) = compiled, DifferentialTests.same(found.kind, error.kind)
                else {
                    Issue.record("seed \(seed): \(text) gave \(compiled), expected \(error.kind)")
                    return
                }
            }
        }
        #expect(values > seed / 4, "most random expressions should have a value")
    }

    /// Where a map came from tells a missing field from a missing key, and the walker keeps no track of that.
    private static func same(_ left: EvaluationError.Kind, _ right: EvaluationError.Kind) -> Bool {
        let keys: Set<EvaluationError.Kind> = [.missingField, .noSuchKey]
        return left == right || keys.isSuperset(of: [left, right])
    }
}
