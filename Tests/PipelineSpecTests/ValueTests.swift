import Diagnostics
import Notation
import Pacing
import PipelineSpec
import Streaming
import Testing

@Suite("Values") struct ValueTests {
    private func read<Value: FieldValue>(
        _ type: Value.Type, _ yaml: String, _ constraints: [Constraint<Value.Core>] = []
    ) -> (value: Value?, rules: [Rule]) {
        let source = SourceText(name: "t.yaml", text: "v: " + yaml)
        let document = YAMLDocument.read(source)
        var reader = SpecReader(source)
        let value = document.root?["v"].flatMap { Value.read($0, constraints, &reader) }
        return (value, (document.diagnostics + reader.diagnostics).map(\.rule))
    }

    @Test(arguments: [
        ("250ms", Duration.milliseconds(250)), ("5s", .seconds(5)), ("15m", .seconds(900)),
        ("24h", .seconds(86_400)),
        ("7d", .seconds(604_800)), ("1h30m", .seconds(5400)), ("1.5s", .milliseconds(1500)), ("0s", .zero),
        ("0.000001ms", .nanoseconds(1)), ("\"5s\"", .seconds(5)), ("36500d", .seconds(36_500 * 86_400))
    ])
    func `durations`(text: String, value: Duration) { #expect(read(Duration.self, text).value == value) }

    @Test(arguments: [
        "5", "5x", "s", "-5s", "5 s", "5s5m", "5m5m", "1.s", ".5s", "1e3s", "99999999999999999d", "40000d",
        "150000d",
        "213504d",
        "٥s", "[5s]"
    ])
    func `that are no durations`(text: String) {
        let reading = read(Duration.self, text)
        #expect(reading.value == nil)
        #expect(reading.rules.count == 1)
    }

    @Test(arguments: ["250ms", "5s", "15m", "24h", "7d", "1h30m", "1s500ms", "2d3h", "36h"])
    func `durations are written as they are read`(text: String) {
        #expect(read(Duration.self, text).value?.specText == text)
    }

    @Test(arguments: [("10/s", 10.0), ("30/m", 0.5), ("3600/h", 1), ("86400/d", 1)])
    func `rates`(text: String, perSecond: Double) throws {
        let rate = try #require(read(Rate.self, text).value)
        #expect(abs(rate.perSecond - perSecond) < 1e-9)
        #expect(rate.specText == text)
    }

    @Test(arguments: ["10", "10/", "/s", "10/x", "1.5/s", "-1/s", "0/s", "10/s/s", "10 / s", "9999999999/s"])
    func `that are no rates`(text: String) { #expect(read(Rate.self, text).rules.count == 1) }

    @Test(arguments: [
        ("64KB", 64_000), ("1MB", 1_000_000), ("2GiB", 2 << 30), ("1.5KB", 1500), ("100B", 100), ("0", 0),
        ("4096", 4096),
        ("512 KiB", 512 << 10)
    ])
    func `sizes`(text: String, bytes: Int) { #expect(read(ByteSize.self, text).value?.bytes == bytes) }

    @Test(arguments: ["1mb", "MB", "-1MB", "1.5B", "1TBB", "99999999999GB", "1 000"])
    func `that are no sizes`(text: String) { #expect(read(ByteSize.self, text).rules.count == 1) }

    @Test(arguments: [
        ("1", 1), ("-7", -7), ("+3", 3), ("0x10", 16), ("1e3", 1000), ("0", 0),
        ("9223372036854775807", Int.max)
    ])
    func `integers`(text: String, value: Int) { #expect(read(Int.self, text).value == value) }

    @Test(arguments: [
        "1.5", "010", "1_000", "\"1\"", "yes", "9223372036854775808", "0x", "1e30", "--1", "0b1", "[1]", "nan"
    ])
    func `that are no integers`(text: String) { #expect(read(Int.self, text).rules.count == 1) }

    @Test(arguments: ["no", "1e3", "0x10", "true", "12:30", "2026-01-31", "1_000", "1.0"])
    func `text is what it looks like`(text: String) { #expect(read(String.self, text).value == text) }

    @Test(arguments: ["", "~", "null"]) func `nothing is not text`(text: String) {
        #expect(read(String.self, text).rules == [.missingValue])
        #expect(read(String?.self, text).value == .some(nil))
    }

    @Test(arguments: [("true", true), ("no", false), ("On", true), ("FALSE", false)])
    func `truth values`(text: String, value: Bool) { #expect(read(Bool.self, text).value == value) }

    @Test(arguments: ["1", "\"true\"", "y", "maybe"]) func `that are no truth values`(text: String) {
        #expect(read(Bool.self, text).rules.count == 1)
    }

    @Test(arguments: ["1.5", "1e-3", "-2", ".5"]) func `numbers`(text: String) {
        #expect(read(Double.self, text).value == Double(text.hasPrefix(".") ? "0" + text : text))
    }

    @Test(arguments: [".inf", "nan", "0x1p3", "1,5", "infinity"]) func `that are no numbers`(text: String) {
        #expect(read(Double.self, text).rules.count == 1)
    }

    @Test func `constraints reach into optionals, lists and maps`() {
        #expect(read(Int?.self, "11", [.range(1...10)]).rules == [.invalidValue])
        #expect(read([Int].self, "[1, 11, 12]", [.range(1...10)]).rules == [.invalidValue, .invalidValue])
        #expect(read(OptionMap<Int>.self, "{a: 0}", [.atLeast(1)]).rules == [.invalidValue])
    }

    @Test func `maps keep their order`() {
        #expect(
            read(OptionMap<String>.self, "{z: 1, a: 2, m: 3}").value?.entries.map(\.key) == ["z", "a", "m"])
    }

    @Test func `paths are filled in`() throws {
        let path = try #require(read(PathTemplate.self, "h/{pipeline}-{date}T{hour}-{run}.jsonl").value)
        #expect(path.recordPlaces.isEmpty)
        // 2026-11-28T05:06:07Z
        let values = PathTemplate.Values(
            time: CivilTime(secondsSince1970: 1_795_842_367), run: "RUN", pipeline: "news")
        #expect(path.path(values) == "h/news-2026-11-28T05-RUN.jsonl")
        let dated = try #require(read(PathTemplate.self, "h/{date:yyyy/MM}/{date:YYYY-'W'ww}.jsonl").value)
        #expect(dated.path(values) == "h/2026/11/2026-W48.jsonl")
        let fields = try #require(read(PathTemplate.self, "'{feed.title}/{published:yyyy-DDD}-{date}'").value)
        #expect(fields.recordPlaces.map(\.field) == ["feed.title", "published"])
        #expect(fields.path(values) { "<\($0)>" } == "<0>/<1>-2026-11-28")
    }

    @Test(arguments: [
        ("{dat}", "did you mean `{date}`?"), ("{a..b}", "the places are"), ("{x:}", "there are `yyyy`"),
        ("{x:yyy}", "there are `yyyy`"), ("{x:'}", "is not closed in the format"),
        ("{hour:HH}", "takes no format"),
        ("{x", "is not closed"), ("{a b}", "the places are")
    ])
    func `what cannot be filled in is told`(text: String, words: String) {
        let problem = #expect(throws: ValueProblem.self) {
            try PathTemplate(scalar: ScalarText(text: text + ".jsonl"))
        }
        #expect(problem.map { "\($0)" }?.contains(words) == true, "\(String(describing: problem))")
    }

    @Test(arguments: [
        ("retry", OnError(retry: RetryPolicy(), then: .fail, refused: .deadLetter)),
        ("drop", OnError(then: .drop)),
        ("dead_letter", OnError(then: .deadLetter)), ("fail", OnError(then: .fail)),
        ("{ retry: 3 }", OnError(retry: RetryPolicy(attempts: 3), then: .fail, refused: .deadLetter)),
        (
            "{ retry: { initial: 1s, max: 5s }, then: drop }",
            OnError(retry: RetryPolicy(initial: .seconds(1), maximum: .seconds(5)), then: .drop)
        )
    ])
    func `error policies`(text: String, value: OnError) { #expect(read(OnError.self, text).value == value) }

    @Test(arguments: ["ignore", "{ retry: 0 }", "{ than: drop }", "[drop]", "{ then: retry }"])
    func `that are no error policies`(text: String) { #expect(read(OnError.self, text).rules.count == 1) }
}
