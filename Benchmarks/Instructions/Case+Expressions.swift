import CEL
import Notation
import Records

extension Case {
    /// Expressions over parsed records, and their compilation.
    static let expressions =
        [
            ("comparison", #"content.type == "important" && content.score > 50"#),
            ("exists", #"content.tags.exists(t, t == "swift")"#),
            ("contains", #"title.contains("AI") || title.matches("(?i)climate")"#),
            ("timestamp", #"size(content.body) > 100 && published > timestamp("2024-01-01T00:00:00Z")"#),
            ("lists", "size(numbers.map(n, n * 2).filter(n, n > 50)) > 3")
        ].map { name, expression in
            Case(name: "cel-\(name)") {
                let program = try Program.compile(expression, in: .records())
                let records = try SampleRecords.make(count: 100)
                let context = EvaluationContext { Timestamp(nanosecondsSince1970: 1_700_000_000_000_000_000) }
                return {
                    for turn in 0..<10_000 {
                        switch program.matches(records[turn % records.count], in: context) {
                        case .matched, .notMatched: break
                        case .missing, .failed: preconditionFailure("an expression could not be evaluated")
                        }
                    }
                }
            }
        } + [
            Case(name: "cel-compile") {
                let environment = Environment.records()
                return {
                    for _ in 0..<100 {
                        _ = try Program.compile(
                            #"content.type == "important" && content.score > 50"#, in: environment)
                    }
                }
            }
        ]
}
