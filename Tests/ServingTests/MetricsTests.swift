import TestSupport
import Testing

@testable import Serving

@Suite("Metrics as text") struct MetricsTests {
    private static let families: [MetricFamily] = {
        var records = MetricFamily("a_records", .counter, "Counted \\ in\nlines.")
        records.add([("name", "quote \" backslash \\ line\nend")], 5)
        records.add([("name", "other")], 1)
        records.add([("name", "other")], 2)
        var rate = MetricFamily("a_rate", .gauge, "A rate.")
        rate.add([], 0.25)
        var build = MetricFamily("a_build", .info, "A build.")
        build.add([("version", "1")], 1)
        var time = MetricFamily("a_seconds", .histogram, "Time.")
        time.add([], .histogram(ranges: [(0.5, 2), (1, 0), (.infinity, 3)], sum: 40.5))
        return [records, rate, build, time, MetricFamily("a_none", .gauge, "Without samples.")]
    }()

    @Test("OpenMetrics, as a strict reader reads it")
    func open() throws {
        let text = MetricsText.open.text(of: Self.families)
        let read = try OpenMetrics(text)
        #expect(read.types["a_records"] == "counter")
        #expect(read.value("a_records_total", ["name": "quote \" backslash \\ line\nend"]) == 5)
        #expect(read.value("a_records_total", ["name": "other"]) == 3)
        #expect(read.value("a_rate") == 0.25)
        #expect(read.value("a_build_info", ["version": "1"]) == 1)
        #expect(read.value("a_seconds_bucket", ["le": "1.0"]) == 2)
        #expect(read.value("a_seconds_bucket", ["le": "+Inf"]) == 5)
        #expect(read.types["a_none"] == nil)
    }

    @Test("the older form names counters whole, and has no end")
    func classic() {
        let text = MetricsText.classic.text(of: Self.families)
        #expect(text.contains("# TYPE a_records_total counter\n"))
        #expect(text.contains("# TYPE a_build_info gauge\n"))
        #expect(!text.contains("EOF"))
    }

    @Test("the strict reader refuses what is not OpenMetrics")
    func strict() {
        let good = "# TYPE a counter\na_total 1\n"
        #expect(throws: Never.self) { try OpenMetrics(good + "# EOF\n") }
        for bad in [
            good, good + "# EOF", "a 1\n# EOF\n", "# TYPE a counter\na 1\n# EOF\n",
            good + "a_total 1\n# EOF\n", good + "\n# EOF\n", "# TYPE a gauge\na{x=\"1} 1\n# EOF\n",
            "# TYPE a gauge\na{x=\"\\q\"} 1\n# EOF\n", "# TYPE a gauge\na  1\n# EOF\n",
            "# TYPE a histogram\na_bucket{le=\"1.0\"} 1\na_sum 1\na_count 1\n# EOF\n"
        ] { #expect(throws: OpenMetrics.Problem.self, "\(bad)") { try OpenMetrics(bad) } }
    }

    @Test(
        "which form a client is given",
        arguments: [
            (nil, true), ("*/*", true), ("text/plain", false),
            ("text/plain;version=0.0.4;q=0.5,*/*;q=0.1", false),
            (
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
                true
            ), ("text/html,*/*;q=0.8", true), ("nonsense", true)
        ])
    func form(_ accepted: String?, _ isOpen: Bool) {
        if case .open = MetricsText(accepting: accepted) { #expect(isOpen) } else { #expect(!isOpen) }
    }

    @Test("labels are bounded in number and length; the rest is one")
    func bounded() {
        let book = LabelBook((0..<500).map { "source \($0)" }, most: 100)
        #expect(Set((0..<500).map { book.label("source \($0)") }).count == 101)
        #expect(book.label("source 499") == "other")
        let long = String(repeating: "x", count: 5000)
        #expect(LabelBook([long], most: 1).label(long).count == 128)
    }

    @Test("a counter that is made of several numbers never falls")
    func peaks() throws {
        let memory = MetricsMemory()
        func told(_ value: Int) throws -> Double? {
            var family = MetricFamily("a", .counter, "A.")
            family.add([("x", "1")], value)
            return try OpenMetrics(MetricsText.open.text(of: memory.raised([family]))).value("a_total")
        }
        #expect(try [told(3), told(2), told(4)] == [3, 3, 4])
    }
}
