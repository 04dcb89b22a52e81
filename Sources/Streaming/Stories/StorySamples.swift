/// Samples of a set of shingles, such that two sets agree in each with the probability of their Jaccard similarity.
///
/// MinHash takes a pass over the shingles for each sample. This is Fast Similarity Sketching (Dahlgaard, Knudsen and Thorup,
/// 2017): each round throws every shingle into one of the samples, the least of each sample stays, and what comes in a later
/// round is more than all of an earlier one. A text of some hundred words fills all samples in two or three rounds, and a
/// short one in as many as it needs, so the work is that of the shingles and of k · ln k.
struct StorySamples {
    static let count = StorySignature.bandSamples + StorySketch.bits

    /// The least value of each sample.
    private(set) var least: [UInt64] = Array(repeating: .max, count: count)
    /// The next of the samples of bands; `.max` where there is none.
    private(set) var next: [UInt64] = Array(repeating: .max, count: StorySignature.bandSamples)

    /// Takes the samples of a set.
    ///
    /// - Parameter shingles: at least one. Shingles that stand there more than once may be taken out.
    mutating func take(_ shingles: inout [UInt64]) {
        for index in least.indices { least[index] = .max }
        for index in next.indices { next[index] = .max }
        var missing = StorySamples.count
        var round = 0
        while missing > 0 {
            if round == 1, shingles.count > 512 { StorySamples.removeRepeated(&shingles) }
            missing -= fill(round, with: shingles)
            round += 1
        }
    }

    /// - Returns: how many samples have got their first value.
    private mutating func fill(_ round: Int, with shingles: [UInt64]) -> Int {
        let salt = Mixing.scattered(UInt64(round) &+ 0x9e37_79b9_7f4a_7c15)
        let level = UInt64(round) << 48
        // From then on, which no set of more than a few shingles comes to, each round fills one.
        let only = round >= StorySamples.count ? round - StorySamples.count : nil
        var filled = 0
        least.withUnsafeMutableBufferPointer { least in
            next.withUnsafeMutableBufferPointer { next in
                func put(_ hash: UInt64, in sample: Int) {
                    let value = level | hash & 0xffff_ffff_ffff
                    let before = least[sample]
                    if value < before {
                        if before == .max { filled += 1 }
                        if sample < StorySignature.bandSamples { next[sample] = before }
                        least[sample] = value
                    } else if sample < StorySignature.bandSamples, value != before, value < next[sample] {
                        next[sample] = value
                    }
                }
                if let only {
                    for shingle in shingles { put(Mixing.scattered(shingle ^ salt), in: only) }
                    return
                }
                for shingle in shingles {
                    let hash = Mixing.scattered(shingle ^ salt)
                    put(hash, in: Int(truncatingIfNeeded: ((hash >> 32) &* UInt64(StorySamples.count)) >> 32))
                }
            }
        }
        return filled
    }

    /// A text of one word ten thousand times is a set of one.
    private static func removeRepeated(_ shingles: inout [UInt64]) {
        shingles.sort()
        var kept = 1
        for index in 1..<shingles.count where shingles[index] != shingles[kept - 1] {
            shingles[kept] = shingles[index]
            kept += 1
        }
        shingles.removeLast(shingles.count - kept)
    }
}
