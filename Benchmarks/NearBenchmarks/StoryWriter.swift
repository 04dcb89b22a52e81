import Glibc

/// Texts of known stories, the same for each number in every process.
///
/// Of `count` texts the first half are stories of their own and the second half are told again: one block of words at any place is
/// another, so long that the pairs of neighbouring words have a Jaccard similarity of `similarity`, and no less. Words come
/// as often as words do (Zipf's law), and a fifth of each text is one of a thousand phrases that many texts have.
struct StoryWriter {
    let count: Int
    let similarity: Double

    /// The number of the story that a text tells.
    func story(of number: Int) -> Int {
        let half = count / 2
        // In another order than the first time.
        return number < half ? number : (number - half) &* 7_368_787 % max(1, half)
    }

    func text(_ number: Int) -> String {
        let story = story(of: number)
        var random = Stream(seed: UInt64(story))
        var words = (0..<(30 + random.below(60))).map { _ in StoryWriter.word(&random) }
        var phrase = Stream(seed: 1 << 40 | UInt64(random.below(1000)))
        let start = random.below(words.count * 4 / 5)
        for place in start..<(start + words.count / 5) { words[place] = StoryWriter.word(&phrase) }
        if number != story {
            var change = Stream(seed: 1 << 41 | UInt64(number))
            let pairs = Double(words.count - 1)
            let gone = Int(pairs * (1 - similarity) / (1 + similarity)) - 1
            let first = 1 + change.below(max(1, words.count - gone - 2))
            for place in first..<(first + max(1, gone)) { words[place] = StoryWriter.word(&change) }
        }
        return words.joined(separator: " ")
    }

    /// One of 60,000 words, the first much more often than the last.
    private static func word(_ random: inout Stream) -> String {
        let share = Double(random.next() >> 11) / Double(1 << 53)
        var number = Int(power(60_000, share))
        var word = ""
        repeat {
            word.append(syllables[number % syllables.count])
            number /= syllables.count
        } while number > 0
        return word
    }

    private static let syllables = [
        "ka", "to", "mi", "ren", "sol", "ba", "de", "fu", "gor", "hal", "is", "jo", "lem", "nu", "op", "par",
        "qui", "sta"
    ]

    private static func power(_ base: Double, _ exponent: Double) -> Double { exp(exponent * log(base)) }
}

/// SplitMix64.
struct Stream {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
        // Or the next seed would give the same, one step later.
        state = next() ^ 0x1234_5678_9abc_def1
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
}
