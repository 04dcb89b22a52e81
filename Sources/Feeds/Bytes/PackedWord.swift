import Notation

/// Short ASCII words as numbers, in lower case, so that they compare at once.
enum PackedWord {
    /// The number of a word of at most eight bytes; 0 for longer ones.
    @inline(__always) static func of(_ word: Bytes) -> UInt64 {
        guard word.count <= 8 else { return 0 }
        var packed: UInt64 = 0
        for byte in word { packed = packed << 8 | UInt64(byte.lowercased) }
        return packed
    }

    static func of(_ word: some StringProtocol) -> UInt64 {
        word.utf8.count <= 8 ? word.utf8.reduce(0) { $0 << 8 | UInt64($1.lowercased) } : 0
    }

    /// The words of a list that is separated by spaces.
    static func list(_ words: String) -> [UInt64] { words.split(separator: " ").map { of($0) } }

    static func set(_ words: String) -> Set<UInt64> { Set(list(words)) }
}
