/// What is kept of a text to tell how similar another is: one bit of each of 88 samples of its shingles (a MinHash of one
/// bit a function, Li and König 2010). Two texts agree in half of the bits by chance, and in the more the more shingles
/// they have in common.
package struct StorySketch: Hashable, Sendable, Codable {
    package static let bits = 88

    /// The first 64 bits.
    package let first: UInt64
    /// The last 24.
    package let second: UInt32

    package init(first: UInt64, second: UInt32) {
        self.first = first
        self.second = second & 0xff_ffff
    }

    /// Bits in which two agree.
    package func agreement(with other: StorySketch) -> Int {
        StorySketch.bits - (first ^ other.first).nonzeroBitCount - (second ^ other.second).nonzeroBitCount
    }

    /// The similarity that an agreement speaks for: Jaccard's, of the sets of shingles.
    package static func similarity(agreement: Int) -> Double {
        max(0, 2 * Double(agreement) / Double(bits) - 1)
    }

    /// The bits that two texts must agree in to be taken for as similar as that.
    ///
    /// 2.2 standard deviations fewer than texts have on average that are: so that of a hundred such pairs one is missed.
    package static func leastAgreement(similarity: Double) -> Int {
        let share = (1 + similarity) / 2
        let (count, deviation) = (Double(bits), (Double(bits) * share * (1 - share)).squareRoot())
        return Int((count * share - 2.2 * deviation).rounded(.down))
    }
}

/// A story as it is looked up: what it stands under, and what it is compared by.
package struct StoryEntry: Hashable, Sendable, Codable {
    /// One hash for each band; a similar text has at least one of them in common.
    package let bands: [UInt32]
    package let sketch: StorySketch
    /// When it was written, in seconds of the history's clock.
    package let time: Int64

    package init(bands: [UInt32], sketch: StorySketch, time: Int64) {
        self.bands = bands
        self.sketch = sketch
        self.time = time
    }
}

/// What is asked for a text: which stories are similar to it.
package struct StoryQuery: Sendable {
    /// Hashes of bands, those that similar texts are likely to have.
    package let bands: [UInt32]
    package let sketch: StorySketch
    /// Bits in which a story must agree.
    package let leastAgreement: Int

    package init(bands: [UInt32], sketch: StorySketch, leastAgreement: Int) {
        self.bands = bands
        self.sketch = sketch
        self.leastAgreement = leastAgreement
    }
}
