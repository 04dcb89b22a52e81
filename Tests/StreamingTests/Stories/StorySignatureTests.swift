import TestSupport
import Testing

@testable import Streaming

/// Texts as a signature sees them.
final class Signing {
    private var signer: StorySigner

    init(similarity: Double = 0.7, key: SipHashKey = SipHashKey(1, 2)) {
        signer = StorySigner(start: SipHash128(key: key), similarity: similarity)
    }

    func signature(_ texts: String...) -> StorySignature? {
        signer.signature { text in
            for var string in texts { string.withUTF8 { text.add($0) } }
        }
    }

    func sampled(_ texts: String...) -> StorySignature.Sampled? {
        guard
            case .sampled(let sampled)? = signer.signature({ text in
                for var string in texts { string.withUTF8 { text.add($0) } }
            })
        else { return nil }
        return sampled
    }

    func signature(of bytes: [UInt8]) -> StorySignature? {
        signer.signature { text in bytes.withUnsafeBufferPointer { text.add($0) } }
    }

    func areOne(_ one: String, _ other: String) -> Bool {
        switch (signature(one), signature(other)) {
        case (.sampled(let one), .sampled(let other)): one.sketch == other.sketch && one.bands == other.bands
        case (.exact(let high, let low), .exact(let otherHigh, let otherLow)):
            (high, low) == (otherHigh, otherLow)
        case (nil, nil): true
        default: false
        }
    }
}

/// Words that nobody has said before.
enum Prose {
    static func words(_ count: Int, using random: inout SeededGenerator) -> [String] {
        (0..<count).map { _ in "w\(UInt32.random(in: 0...(.max), using: &random))" }
    }

    /// Two texts whose pairs of words have a Jaccard similarity of about `similarity`: the first words are the same.
    static func pair(_ count: Int, similarity: Double, using random: inout SeededGenerator) -> (
        String, String, similarity: Double
    ) {
        let shared = Int((2 * similarity / (1 + similarity) * Double(count)).rounded())
        let start = words(shared, using: &random)
        let texts = (0..<2).map { _ in start + words(count - shared, using: &random) }
        let common = Double(max(0, shared - 1))
        return (
            texts[0].joined(separator: " "), texts[1].joined(separator: " "),
            common / (2 * Double(count - 1) - common)
        )
    }
}

@Suite("Signatures of texts")
struct StorySignatureTests {
    @Test(
        "agree in as many bits as the similarity says, whatever the length",
        arguments: [20, 60, 400, 2000], [0.0, 0.3, 0.5, 0.7, 0.9])
    func estimates(words: Int, similarity: Double) throws {
        var random = SeededGenerator(seed: UInt64(words) + UInt64(similarity * 10))
        let pairs = words > 1000 ? 10 : words > 100 ? 40 : 150
        var sum = 0.0
        var squares = 0.0
        var expected = 0.0
        for number in 0..<pairs {
            let signing = Signing(key: SipHashKey(UInt64(number), 7))
            let (one, other, jaccard) = Prose.pair(words, similarity: similarity, using: &random)
            let first = try #require(signing.sampled(one))
            let second = try #require(signing.sampled(other))
            let agreement = Double(first.sketch.agreement(with: second.sketch)) / Double(StorySketch.bits)
            sum += agreement
            squares += agreement * agreement
            expected = (1 + jaccard) / 2
        }
        let mean = sum / Double(pairs)
        let deviation = (expected * (1 - expected) / Double(StorySketch.bits)).squareRoot()
        // Five standard errors of the mean.
        #expect(abs(mean - expected) < 5 * deviation / Double(pairs).squareRoot() + 0.001)
        // No wider than samples that are drawn one by one.
        #expect((squares / Double(pairs) - mean * mean).squareRoot() < 1.25 * deviation + 0.002)
    }

    @Test(
        "find a text of the least similarity by their bands and bits, 95 times of 100",
        arguments: [0.5, 0.7, 0.8, 0.9])
    func finds(similarity: Double) throws {
        var random = SeededGenerator(seed: UInt64(similarity * 100))
        var found = 0
        let pairs = 300
        for number in 0..<pairs {
            let signing = Signing(similarity: similarity, key: SipHashKey(UInt64(number), 3))
            let (one, other, _) = Prose.pair(200, similarity: similarity + 0.005, using: &random)
            let first = try #require(signing.sampled(one))
            let second = try #require(signing.sampled(other))
            if isTaken(first, second, similarity: similarity) { found += 1 }
        }
        // At 0.5 the bands find four of five; the documentation says so.
        #expect(found > pairs * (similarity < 0.6 ? 75 : 95) / 100, "\(found) of \(pairs)")
    }

    /// Whether a text is taken for one of a story that another has opened.
    private func isTaken(
        _ one: StorySignature.Sampled, _ other: StorySignature.Sampled, similarity: Double
    ) -> Bool {
        other.probes.contains(where: one.bands.contains)
            && one.sketch.agreement(with: other.sketch)
                >= StorySketch.leastAgreement(similarity: similarity)
    }

    @Test("do not take texts for similar that have little in common")
    func rejects() throws {
        var random = SeededGenerator(seed: 5)
        var taken = 0
        for number in 0..<300 {
            let signing = Signing(key: SipHashKey(UInt64(number), 3))
            let (one, other, _) = Prose.pair(200, similarity: 0.3, using: &random)
            let first = try #require(signing.sampled(one))
            let second = try #require(signing.sampled(other))
            if isTaken(first, second, similarity: 0.7) { taken += 1 }
        }
        #expect(taken < 6, "\(taken) of 300")
    }

    @Test(
        "are the same for texts that are the same to a reader",
        arguments: [
            ("The Quick Brown Fox", "the quick  brown\n\tfox!"),
            ("Zürich: crème brûlée — naïve façade", "zurich creme brulee naive facade"),
            ("caf\u{E9} au lait in the old town", "cafe\u{301} au lait in the old town"),
            ("Ελλάδα και Κύπρος", "ελλαδα ΚΑΙ κυπρος"),
            ("Breaking 🚨 news 👩‍👩‍👧", "breaking news"),
            ("co\u{AD}operate now", "cooperate now"),
            ("ＦＩＦＡ　２０２６", "fifa 2026"),
            ("東京で地震。", "東京で地震"),
            ("ประเทศไทย วันนี้", "ประเทศไทยวันนี้"),
            ("خبر عاجل: اليوم", "خبر عاجل اليوم")
        ])
    func folds(one: String, other: String) {
        let signing = Signing()
        #expect(signing.areOne(one, other))
    }

    @Test(
        "are others for texts that are not",
        arguments: [
            ("Man bites dog", "Dog bites man"), ("Apple buys Beats", "Apple buys Shazam"),
            ("Quake of 5 hits", "Quake of 6 hits"), ("नदी में पानी", "नदा में पानी"),
            ("東京で地震", "大阪で地震"), ("ข่าววันนี้", "ข่าววันนั้น"), ("notebook", "note book")
        ])
    func tellsApart(one: String, other: String) {
        let signing = Signing()
        #expect(!signing.areOne(one, other))
    }

    @Test(
        "are none for texts in which nothing can be compared",
        arguments: ["", "  \n", "🚨🚨", "—…!", "\u{FE0F}\u{301}"])
    func ignoresSymbols(text: String) {
        let signing = Signing()
        #expect(signing.signature(text) == nil)
    }

    @Test("of scripts without spaces are made of characters")
    func characters() throws {
        var random = SeededGenerator(seed: 9)
        for range in [0x4E00...0x9FA5, 0x0E01...0x0E2E, 0x3041...0x3090, 0x1000...0x1020]
            as [ClosedRange<UInt32>]
        {
            var scalars = String.UnicodeScalarView()
            for _ in 0..<300 {
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) {
                    scalars.append(scalar)
                }
            }
            let text = String(scalars)
            var changed = Array(text)
            for place in [100, 200] { changed[place] = changed[place + 7] }
            let signing = Signing(similarity: 0.8)
            let first = try #require(signing.sampled(text))
            let second = try #require(signing.sampled(String(changed)))
            #expect(
                first.sketch.agreement(with: second.sketch) >= StorySketch.leastAgreement(similarity: 0.8))
        }
    }

    @Test("of one text are others in another stage or state")
    func isKeyed() throws {
        let text = "one two three four five six seven eight nine ten eleven"
        let signings = [Signing(key: SipHashKey(1, 2)), Signing(key: SipHashKey(1, 3))]
        let first = try #require(signings[0].sampled(text))
        let second = try #require(signings[1].sampled(text))
        #expect(first.sketch != second.sketch && first.bands != second.bands)
    }

    @Test("are exact for texts of fewer than eight different pairs of words")
    func shortTexts() {
        let signing = Signing()
        #expect(signing.sampled("one two three four five six seven eight") == nil)
        #expect(signing.sampled("one two three four five six seven eight nine") != nil)
        #expect(signing.sampled(String(repeating: "again and ", count: 500)) == nil)
    }

    @Test("have no pair of words across two fields, and count fields of one word")
    func fields() {
        let signing = Signing()
        let parts = ["a b c d e f g h i j k", "l"]
        let one = signing.sampled(parts[0], parts[1])
        let joined = signing.sampled(parts.joined(separator: " "))
        let other = signing.sampled(parts[0], "m")
        #expect(one?.sketch != joined?.sketch)
        #expect(one?.sketch != other?.sketch)
    }

    @Test("read 64 KB of a text, and go on")
    func isBounded() throws {
        var random = SeededGenerator(seed: 4)
        let text = Prose.words(20_000, using: &random).joined(separator: " ")
        let signing = Signing()
        let first = try #require(signing.sampled(text))
        let second = try #require(signing.sampled(String(text.prefix(StoryText.mostBytes)), "more"))
        #expect(text.utf8.count > 2 * StoryText.mostBytes)
        #expect(first.sketch == second.sketch)
    }

    @Test("do with any bytes", arguments: 0..<20 as Range<UInt64>)
    func anyBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let signing = Signing()
        for _ in 0..<50 {
            let bytes = (0..<Int.random(in: 0..<400, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let first = signing.signature(of: bytes)
            let again = signing.signature(of: bytes)
            switch (first, again) {
            case (.sampled(let one)?, .sampled(let other)?): #expect(one.sketch == other.sketch)
            case (.exact(let high, _)?, .exact(let other, _)?): #expect(high == other)
            case (nil, nil): break
            default: Issue.record("another signature for the same bytes")
            }
        }
    }

    @Test("of a text that says the same thing ten thousand times take no more rounds than those of any other")
    func repetition() throws {
        var shingles: [UInt64] = (0..<30_000).map { UInt64($0 % 3) }
        var samples = StorySamples()
        samples.take(&shingles)
        #expect(shingles.count == 3)
        #expect(samples.least.allSatisfy { $0 != .max })
    }
}
