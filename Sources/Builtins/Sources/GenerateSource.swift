import Notation
import Pacing
import PipelineSpec
import Records
import Streaming

/// Makes synthetic items: for trying a pipeline out, and for measuring it.
struct GenerateSource: Source {
    static let component = Component<any Source>(
        "generate", "Makes synthetic feed items.",
        details: """
            The same options give the same items, so a pipeline that is stopped and started again goes on where it was.
            """,
        produces: .feedItem,
        Field<Int>("count", default: 100, "How many items to make.", .atLeast(0)),
        Field<Rate?>(
            "rate", "Items in a period; without it as fast as the pipeline takes them.", example: "100/s"),
        Field<Double>(
            "duplicates", default: 0, "The share of items that repeat an earlier one.", .range(0...1),
            role: .address),
        Field<Int>("seed", default: 1, "Another seed gives other items.", role: .address),
        shorthand: "count"
    ) { context, count, rate, duplicates, seed in
        GenerateSource(
            count: UInt64(count), rate: rate,
            items: SyntheticItems(duplicates: duplicates, seed: UInt64(bitPattern: Int64(seed))),
            clock: context[SurroundingsKey.self].clock)
    }
    .with(ComponentTraits(makesRequests: { _ in false }, canFail: false, canGrow: { _ in false }))

    /// Items that are made at once.
    private static let runLength: UInt64 = 250

    let count: UInt64
    let rate: Rate?
    let items: SyntheticItems
    let clock: any Clock<Duration>

    func run(from anchor: Anchor?, into outlet: SourceOutlet) async throws {
        try await run(from: anchor, into: outlet, clock: clock)
    }

    private func run(from anchor: Anchor?, into outlet: SourceOutlet, clock: some Clock<Duration>)
        async throws
    {
        var next = try anchor.map(GenerateSource.index(of:)) ?? 0
        var bucket = rate.map { TokenBucket(rate: $0) }
        let start = clock.now
        while next < count {
            try Task.checkCancellation()
            let wanted = Int(min(GenerateSource.runLength, count - next))
            let granted = bucket?.take(wanted, at: start.duration(to: clock.now)) ?? wanted
            if granted == 0, let pause = bucket?.timeToNext(at: start.duration(to: clock.now)) {
                try await clock.sleep(for: pause)
                continue
            }
            let records = try items.records(next..<next + UInt64(granted), origin: outlet.origin())
            next += UInt64(granted)
            try await outlet.send(records, then: Anchor(json: "{\"next\":\(next)}"))
        }
    }

    private static func index(of anchor: Anchor) throws -> UInt64 {
        guard let next = (try? JSON(parsing: anchor.json))?["next"]?.int, let index = UInt64(exactly: next)
        else {
            throw UnreadableAnchor(json: anchor.json)
        }
        return index
    }
}

/// Items that depend on nothing but the seed and their number.
struct SyntheticItems: Sendable {
    private enum Keys {
        static let id = Key("id")
        static let url = Key("url")
        static let title = Key("title")
        static let content = Key("content")
        static let type = Key("type")
        static let text = Key("text")
        static let author = Key("author")
        static let tags = Key("tags")
        static let published = Key("published")
        static let score = Key("score")
        static let source = Key("source")
    }

    /// A duplicate repeats one of so many items before it.
    private static let window: UInt64 = 10_000
    private static let words = """
        the of new report market council release version stream buffer pipeline energy record team city data model \
        climate growth library memory kernel compiler season plan station museum health school study research rate
        """.split(separator: " ").map(String.init)
    private static let types = ["important", "normal", "normal", "normal", "promo"]

    /// 0...1.
    let duplicates: Double
    let seed: UInt64

    func records(_ numbers: Range<UInt64>, origin: Origin) throws -> [Record] {
        var builder = ChunkBuilder(reserving: numbers.count * 512)
        for number in numbers { append(original(of: number), source: origin.source, to: &builder) }
        let (chunk, roots) = try builder.finish(origin: origin)
        return zip(numbers, roots).map { Record(chunk: chunk, root: $1, index: $0) }
    }

    /// The number of the item that this one repeats; its own when it is new.
    private func original(of number: UInt64) -> UInt64 {
        var number = number
        while number > 0 {
            var random = SplitMix(seed: seed ^ number &* 0xD6E8_FEB8_6659_FD93)
            guard random.fraction() < duplicates else { return number }
            number -= 1 + random.next() % min(number, SyntheticItems.window)
        }
        return 0
    }

    private func append(_ number: UInt64, source: String, to builder: inout ChunkBuilder) {
        var random = SplitMix(seed: seed &+ number &* 0x9E37_79B9_7F4A_7C15)
        let identity = String(random.next(), radix: 16)
        builder.beginObject()
        builder.key(Keys.id)
        builder.string("\(identity)-\(number)")
        builder.key(Keys.url)
        builder.string("https://news.example/\(identity)/\(number)")
        builder.key(Keys.title)
        builder.string(sentence(words: 5 + Int(random.next() % 6), &random))
        builder.key(Keys.author)
        builder.string("Author \(random.next() % 50)")
        builder.key(Keys.published)
        builder.string(SyntheticItems.published(number))
        builder.key(Keys.score)
        builder.uint(random.next() % 101)
        builder.key(Keys.tags)
        builder.beginArray()
        for _ in 0..<(random.next() % 4) { builder.string(word(&random)) }
        builder.endArray()
        builder.key(Keys.source)
        builder.string(source)
        builder.key(Keys.content)
        builder.beginObject()
        builder.key(Keys.type)
        builder.string(SyntheticItems.types[Int(random.next() % UInt64(SyntheticItems.types.count))])
        builder.key(Keys.text)
        builder.string(sentence(words: 20 + Int(random.next() % 40), &random))
        builder.endObject()
        builder.endObject()
    }

    /// A minute apart, from the beginning of 2026 to the end of 9999 and then again.
    private static func published(_ number: UInt64) -> String {
        let first: Int64 = 1_767_225_600
        let minutes = (253_402_300_800 - first) / 60
        let seconds = first + Int64(number % UInt64(minutes)) * 60
        return Timestamp(seconds: seconds)?.rfc3339Milliseconds ?? ""
    }

    private func word(_ random: inout SplitMix) -> String {
        SyntheticItems.words[Int(random.next() % UInt64(SyntheticItems.words.count))]
    }

    private func sentence(words count: Int, _ random: inout SplitMix) -> String {
        var text = word(&random)
        text = text.prefix(1).uppercased() + text.dropFirst()
        for _ in 1..<count {
            text += " "
            text += word(&random)
        }
        return text
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for a seed on every system.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 0..<1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}
