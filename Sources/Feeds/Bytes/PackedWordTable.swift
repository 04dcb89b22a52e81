/// Flags of packed words, found with one look in most cases: what is asked for each tag of a long text.
struct PackedWordTable {
    private static let places = 256

    /// 0 stands for a free place; a word stands at the place that its hash gives or in the run after it.
    private var words = [UInt64](repeating: 0, count: places)
    private var flags = [UInt8](repeating: 0, count: places)

    /// - Parameter lists: words separated by spaces, and what is set for each of them; fewer than there are places.
    init(_ lists: [(words: String, flags: UInt8)]) {
        for list in lists {
            for word in PackedWord.list(list.words) {
                let place = place(of: word)
                words[place] = word
                flags[place] |= list.flags
            }
        }
    }

    /// The flags of a word, none of one that is in no list.
    @inline(__always) subscript(word: UInt64) -> UInt8 { flags[place(of: word)] }

    @inline(__always) private func place(of word: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 56)
        while words[place] != word, words[place] != 0 { place = (place + 1) & (Self.places - 1) }
        return place
    }
}
