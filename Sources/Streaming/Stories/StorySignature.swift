/// What a record is compared by.
package enum StorySignature {
    /// It has too few shingles for samples to say anything: two such texts are one story if all their words are the same.
    case exact(high: UInt64, low: UInt64)
    case sampled(Sampled)

    /// Shingles that a text must have to be compared by samples: one word in twelve that is another one makes a text of
    /// fewer pairs another story anyway.
    static let leastShingles = 8
    /// Bands of a signature. Texts of a similarity s have one in common with the probability 1 − (1 − s³)⁶, and more where
    /// neighbours are asked for, too.
    static let bands = 6
    /// Samples of a band.
    static let rows = 3
    static let bandSamples = bands * rows

    package struct Sampled {
        let bands: [UInt32]
        let sketch: StorySketch
        /// The bands, and such as they would be if other shingles had not been there.
        let probes: [UInt32]
    }
}

/// Makes signatures of texts, in memory that is used again.
package struct StorySigner {
    /// How many of a band's samples may be the next instead of the least, when a similar text is looked for.
    let substitutions: Int
    private let start: SipHash128
    private var text: StoryText
    private var samples = StorySamples()

    /// - Parameters:
    ///   - start: what hashes of a stage begin with.
    ///   - similarity: the least that is looked for.
    package init(start: SipHash128, similarity: Double) {
        self.start = start
        text = StoryText(start: start)
        substitutions = similarity >= 0.8 ? 0 : similarity >= 0.65 ? 1 : StorySignature.rows
    }

    /// The signature of the texts that `addTexts` adds; nil where nothing is in them but spaces and symbols.
    package mutating func signature(_ addTexts: (inout StoryText) -> Void) -> StorySignature? {
        text.removeAll()
        addTexts(&text)
        if text.isEmpty { return nil }
        guard hasEnoughShingles else {
            var hash = start
            text.add(to: &hash)
            hash.update(1)
            let (high, low) = hash.finish()
            return .exact(high: high, low: low)
        }
        text.sample(into: &samples)
        return .sampled(sampled)
    }

    /// Whether there are as many different shingles as a signature needs.
    private var hasEnoughShingles: Bool {
        var known: [UInt64] = []
        for shingle in text.shingles where !known.contains(shingle) {
            known.append(shingle)
            if known.count == StorySignature.leastShingles { return true }
        }
        return false
    }

    private var sampled: StorySignature.Sampled {
        let least = samples.least
        var first: UInt64 = 0
        var second: UInt32 = 0
        for bit in 0..<64 { first |= (least[StorySignature.bandSamples + bit] & 1) << UInt64(bit) }
        for bit in 0..<(StorySketch.bits - 64) {
            second |= UInt32(least[StorySignature.bandSamples + 64 + bit] & 1) << UInt32(bit)
        }
        var bands: [UInt32] = []
        bands.reserveCapacity(StorySignature.bands)
        for band in 0..<StorySignature.bands { bands.append(hash(ofBand: band, substituting: 0)) }
        var probes = bands
        for choice in 1..<(1 << StorySignature.rows) where choice.nonzeroBitCount <= substitutions {
            for band in 0..<StorySignature.bands where hasNext(ofBand: band, choice) {
                probes.append(hash(ofBand: band, substituting: choice))
            }
        }
        return StorySignature.Sampled(
            bands: bands, sketch: StorySketch(first: first, second: second), probes: probes)
    }

    private func hasNext(ofBand band: Int, _ choice: Int) -> Bool {
        (0..<StorySignature.rows).allSatisfy { row in
            choice >> row & 1 == 0 || samples.next[band * StorySignature.rows + row] != .max
        }
    }

    /// - Parameter choice: a bit for each row whose next sample is to be taken.
    private func hash(ofBand band: Int, substituting choice: Int) -> UInt32 {
        var hash = UInt64(band)
        for row in 0..<StorySignature.rows {
            let sample = band * StorySignature.rows + row
            hash = Mixing.scattered(
                hash ^ (choice >> row & 1 == 0 ? samples.least[sample] : samples.next[sample]))
        }
        return UInt32(truncatingIfNeeded: hash >> 32)
    }
}
