import Notation

/// The shingles of texts: hashes of what stands side by side in them.
///
/// A shingle is two words, where a script has spaces, or as many characters as make about as much: three of Han or Kana, six of
/// Thai, Lao, Khmer or Burmese. Case, accents (``FoldedScalar``), spaces, punctuation and emoji do not count; the order of
/// words does. Texts of several fields stand one behind the other, but no shingle goes from one into the next.
package struct StoryText {
    /// UTF-8 bytes of a record's texts that are read; what comes after them is not compared.
    static let mostBytes = 65_536
    /// What a shingle weighs, at least.
    private static let shingleWeight = 6

    /// In the order of the texts; one that comes again stands there again.
    private(set) var shingles: [UInt64] = []
    /// Whether there is anything but spaces and symbols.
    var isEmpty: Bool { tokens.isEmpty }

    /// A word, or a character of a script without spaces.
    private struct Token {
        let hash: UInt64
        let weight: Int
    }

    private let folding = ScalarFolding.shared
    private let seed: UInt64
    /// In their order.
    private var tokens: [Token] = []
    /// Where the tokens of each field end.
    private var ends: [Int] = []
    private var bytesLeft = StoryText.mostBytes

    /// - Parameter start: what hashes of a stage begin with.
    init(start: SipHash128) { seed = start.finish().low }

    /// Makes it ready for the texts of another record; memory is used again.
    mutating func removeAll() {
        shingles.removeAll(keepingCapacity: true)
        tokens.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        bytesLeft = StoryText.mostBytes
    }

    /// Takes the samples of its shingles.
    mutating func sample(into samples: inout StorySamples) { samples.take(&shingles) }

    /// Adds all words and characters in their order, field by field, to a hash.
    func add(to hash: inout SipHash128) {
        var next = 0
        for end in ends {
            for token in tokens[next..<end] { hash.update(number: token.hash) }
            hash.update(0)
            next = end
        }
    }

    /// Adds the text of a field.
    package mutating func add(_ utf8: UnsafeBufferPointer<UInt8>) {
        let bytes = UnsafeBufferPointer(rebasing: utf8.prefix(bytesLeft))
        bytesLeft -= bytes.count
        let first = tokens.count
        var word = seed
        var isInWord = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            var scalar = FoldedScalar.separator
            if byte < 0x80 {
                index += 1
                if let letter = ScalarFolding.ascii(byte) {
                    word = Mixing.folded(word, UInt64(letter))
                    isInWord = true
                    continue
                }
            } else {
                scalar = folding[StoryText.scalar(in: bytes, at: &index)]
            }
            switch scalar.kind {
            case .letter:
                word = Mixing.folded(word, UInt64(scalar.value))
                isInWord = true
                continue
            case .ignored: continue
            case .separator, .ideograph, .character: break
            }
            if isInWord {
                tokens.append(Token(hash: word, weight: 3))
                word = seed
                isInWord = false
            }
            if scalar.kind != .separator {
                tokens.append(
                    Token(
                        hash: Mixing.folded(seed, UInt64(scalar.value)),
                        weight: scalar.kind == .ideograph ? 2 : 1))
            }
        }
        if isInWord { tokens.append(Token(hash: word, weight: 3)) }
        addShingles(from: first)
        ends.append(tokens.count)
    }

    /// The scalar that begins at an index, which is moved behind it; a separator for what is none.
    private static func scalar(in bytes: UnsafeBufferPointer<UInt8>, at index: inout Int) -> UInt32 {
        let first = UInt32(bytes[index])
        index += 1
        let count = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0
        guard count > 0, index + count <= bytes.count else { return 0x20 }
        var value = first & (0x3F >> UInt32(count))
        for _ in 0..<count {
            let next = UInt32(bytes[index])
            guard next & 0xC0 == 0x80 else { return 0x20 }
            value = value << 6 | next & 0x3F
            index += 1
        }
        return value
    }

    /// The shingles of a field's tokens: each begins with one, and goes on until it weighs enough.
    private mutating func addShingles(from first: Int) {
        var (start, weight) = (first, 0)
        for end in first..<tokens.count {
            weight += tokens[end].weight
            while weight >= StoryText.shingleWeight {
                addShingle(start...end)
                weight -= tokens[start].weight
                start += 1
            }
        }
        // A field of one word is a shingle, too.
        if start == first, first < tokens.count { addShingle(first...(tokens.count - 1)) }
    }

    private mutating func addShingle(_ range: ClosedRange<Int>) {
        var hash = seed
        for index in range { hash = Mixing.folded(hash, tokens[index].hash) }
        shingles.append(hash)
    }
}

/// Fast mixing of words; what is mixed begins with a secret, so that nobody outside can look for collisions.
enum Mixing {
    /// The two halves of the product of two words over each other, as wyhash does it.
    @inline(__always)
    static func folded(_ state: UInt64, _ value: UInt64) -> UInt64 {
        let product = (state ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: value ^ 0xe703_7ed1_a0b4_28db)
        return product.high ^ product.low
    }

    /// A word of which each bit depends on each of the value (the end of MurmurHash3).
    @inline(__always)
    static func scattered(_ value: UInt64) -> UInt64 {
        var value = value
        value ^= value >> 33
        value &*= 0xff51_afd7_ed55_8ccd
        value ^= value >> 33
        value &*= 0xc4ce_b9fe_1a85_ec53
        return value ^ value >> 33
    }
}
