import Benchmark
import CEL
import Notation
import Records

/// Expressions over parsed records, each iteration over all of them.
nonisolated(unsafe) let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock], scalingFactor: .kilo, maxDuration: .seconds(2))

    let predicates = [
        "equality and comparison": #"content.type == "important" && content.score > 50"#,
        "exists over 5 tags": #"content.tags.exists(t, t == "swift")"#,
        "contains or matches": #"title.contains("AI") || title.matches("(?i)climate")"#,
        "size and timestamp": #"size(content.body) > 100 && published > timestamp("2024-01-01T00:00:00Z")"#,
        "map and filter over 50": "size(numbers.map(n, n * 2).filter(n, n > 50)) > 3"
    ]
    for (name, expression) in predicates.sorted(by: { $0.key < $1.key }) {
        Benchmark("evaluate: \(name)") { benchmark, input in
            let (program, records, context) = input
            var matched = 0
            benchmark.startMeasurement()
            for iteration in benchmark.scaledIterations {
                if case .matched = program.matches(records[iteration % records.count], in: context) {
                    matched += 1
                }
            }
            benchmark.stopMeasurement()
            blackHole(matched)
        } setup: {
            (
                try Program.compile(expression, in: .records()), try SampleRecords.make(count: 1000),
                EvaluationContext { Timestamp(nanosecondsSince1970: 1_700_000_000_000_000_000) }
            )
        }
    }

    Benchmark("compile: equality and comparison") { benchmark in
        let environment = Environment.records()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            blackHole(
                try Program.compile(#"content.type == "important" && content.score > 50"#, in: environment))
        }
    }
}
