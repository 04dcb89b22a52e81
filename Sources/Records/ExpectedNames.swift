import CSIMD

/// The member names of the value before, in their order: records of one source have mostly the same names in the
/// same order, and comparing with an expected name is cheaper than finding the end of an unknown one.
///
/// A guess only: what differs is scanned, and becomes the next guess.
///
/// Safe because positions are taken modulo the number of entries, an entry's text is sixteen bytes of its own, and
/// texts are read no further than ``Chunk/padding`` allows.
struct ExpectedNames: ~Copyable {
    typealias Cursor = UnsafePointer<UInt8>

    struct Entry {
        /// The name with its closing quote and the colon, in the first bytes.
        var text: (UInt64, UInt64)
        /// A bit for each byte of the text that counts.
        var mask: UInt32
        /// Bytes from the opening quote to after the colon.
        var byteCount: Int32
        /// The word of the name, without its offset.
        var word: TapeWord
    }

    /// A power of two.
    private static let capacity = 64
    /// With quote and colon the text fits sixteen bytes.
    private static let longestName = 14

    let entries: UnsafeMutablePointer<Entry>

    init() {
        entries = .allocate(capacity: ExpectedNames.capacity)
        entries.initialize(repeating: ExpectedNames.unknown, count: ExpectedNames.capacity)
    }

    deinit { entries.deallocate() }

    /// Agrees with nothing.
    private static let unknown = Entry(
        text: (0, 0), mask: 1 << 16, byteCount: 0, word: TapeWord(.string, length: 0, offset: 0))

    /// Whether the name that begins at `first` is the expected one, and a colon follows its quote.
    @inline(__always)
    static func match(_ entry: UnsafeMutablePointer<Entry>, _ first: Cursor) -> Bool {
        let expected = UnsafeRawPointer(entry).assumingMemoryBound(to: UInt8.self)
        let mask = entry.pointee.mask
        return csimd_equal_mask(first, expected) & mask == mask
    }

    @inline(__always)
    static func slot(_ entries: UnsafeMutablePointer<Entry>, _ ordinal: Int) -> UnsafeMutablePointer<Entry> {
        entries + (ordinal & (capacity - 1))
    }

    /// Expects the name from now on, if it can be.
    static func learn(_ entry: UnsafeMutablePointer<Entry>, first: Cursor, name: TapeWord) {
        let length = name.length
        guard name.kind == .string, length <= longestName, first[length + 1] == UInt8(ascii: ":") else {
            return
        }
        let text = UnsafeRawPointer(first).loadUnaligned(as: (UInt64, UInt64).self)
        entry.pointee = Entry(
            text: text, mask: (1 << UInt32(length + 2)) - 1, byteCount: Int32(length + 3),
            word: TapeWord(.string, length: length, offset: 0))
    }
}
