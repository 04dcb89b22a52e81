import Builtins
import Diagnostics
import Pacing
import Streaming
import TestSupport
import Testing

@testable import PipelineSpec

/// Whatever stands in a spec, it is read or refused with findings inside the file.
@Suite struct FuzzTests {
    private static let words = [
        "*a", "&a ", "<<: *a", "- ", "\t", "\"", "'", "[", "}", "|2-\n", ">+\n", "\u{FEFF}", "%YAML 1.2\n",
        "---", "!!x ",
        "${", "${X:-", "${file:", "}", "\r", "\u{85}", "\n  ", ": ", "sources:\n", "stages:\n", "settings: ",
        "every: ",
        "10/s", "150000d", "9EB", "1h1m", "on_error: ", "cel.bind(", "{date}", "~"
    ]

    @Test func anySpec() throws {
        let corpus = try (Fixtures.specs("valid") + Fixtures.specs("broken")).map {
            String(decoding: try Fixtures.source($0).bytes, as: UTF8.self)
        }
        try Fuzzer("specs", corpus: corpus, pieces: Self.words).run { input in
            let source = SourceText(name: "t.yaml", bytes: input.bytes())
            let outside = OutsideValues(environment: ["X": input.number()], file: { _ in [0x31] })
            let reading =
                input.chance(2)
                ? PipelineSpec.read(
                    source, catalog: .builtin, mode: .resolving(outside),
                    checkExpression: ExpressionEnvironment.builtin.check)
                : PipelineSpec.read(
                    source, catalog: TestCatalog.catalog, checkExpression: TestExpressionChecker.check)
            guard (reading.spec == nil) == (reading.diagnostics.errorCount > 0) else {
                throw Violation("a spec with errors, or none without")
            }
            guard reading.diagnostics.diagnostics.allSatisfy({ $0.range.end.offset <= source.bytes.count })
            else {
                throw Violation("a finding behind the end of the file")
            }
            guard TextRenderer().render([reading.diagnostics]).utf8.count < 1 << 20 else {
                throw Violation("more findings than anyone reads")
            }
        }
    }

    @Test func anyValue() throws {
        let corpus = [
            "250ms", "1d12h", "1.5s", "10/s", "30/m", "64KB", "1.5GiB", "1e3", "0x10", "-5", "0.25", "36500d"
        ]
        let words = ["ms", "s", "m", "h", "d", "/s", "/d", "KB", "GiB", " ", ".", "e", "-", "0x"]
        try Fuzzer("values", corpus: corpus, pieces: words).run { input in
            let text = ScalarText(text: input.text(), isQuoted: false)
            if let duration = try? Duration(scalar: text) {
                guard duration >= .zero, duration <= .seconds(100 * 366 * 86_400) else {
                    throw Violation("'\(text.text)' is \(duration)")
                }
                _ = duration.specText
            }
            if let size = try? ByteSize(scalar: text) {
                guard size.bytes >= 0 else { throw Violation("'\(text.text)' is \(size.bytes) bytes") }
                _ = size.description
            }
            if let rate = try? Rate(scalar: text) { _ = (rate.perSecond, rate.specText) }
            _ = try? Int(scalar: text)
            _ = try? Double(scalar: text)
        }
    }
}
