/// A blocked Bloom filter: whether keys may be in a set, in one look at memory a key.
///
/// Each key sets two bits in each of the four words of one block. With twelve bits a key, three or four of a thousand keys
/// that are not there seem to be.
struct KeyFilter {
    static let blockWords = 4
    private static let bitsAKey = 12

    /// Blocks for so many keys.
    static func blocks(for keys: Int) -> Int { max(1, (keys * bitsAKey + 255) / 256) }

    private(set) var words: [UInt64]

    init(keys: Int) {
        words = Array(repeating: 0, count: KeyFilter.blocks(for: keys) * KeyFilter.blockWords)
    }

    mutating func insert(_ key: HistoryKey) {
        let block = KeyFilter.block(of: key, among: words.count / KeyFilter.blockWords)
        for word in 0..<KeyFilter.blockWords {
            words[block * KeyFilter.blockWords + word] |= KeyFilter.mask(of: key, word)
        }
    }

    /// Whether a key may be among those of a filter, of which the words begin at `start`.
    @inline(__always)
    static func mayHold(_ key: HistoryKey, _ words: UnsafeBufferPointer<UInt64>, start: Int, blocks: Int)
        -> Bool
    {
        let first = start + block(of: key, among: blocks) * blockWords
        for word in 0..<blockWords {
            let mask = mask(of: key, word)
            if words[first + word] & mask != mask { return false }
        }
        return true
    }

    // By bits of the key that neither its range nor the bits in the block go by.
    @inline(__always)
    private static func block(of key: HistoryKey, among blocks: Int) -> Int {
        Int((UInt64(UInt32(truncatingIfNeeded: key.high)) &* UInt64(blocks)) >> 32)
    }

    @inline(__always)
    private static func mask(of key: HistoryKey, _ word: Int) -> UInt64 {
        let bits = key.low >> UInt64(word * 12)
        return 1 << (bits & 63) | 1 << (bits >> 6 & 63)
    }
}
