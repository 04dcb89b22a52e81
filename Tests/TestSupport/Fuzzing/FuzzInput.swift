/// The input of one run, and chance for whatever else the run decides.
package struct FuzzInput {
    package let seed: UInt64
    package var random: SeededGenerator
    private let corpus: [[UInt8]]
    private let pieces: [[UInt8]]

    init(seed: UInt64, corpus: [[UInt8]], pieces: [[UInt8]]) {
        self.seed = seed
        self.corpus = corpus
        self.pieces = pieces
        random = SeededGenerator(seed: seed)
    }

    /// One of the inputs to begin with, damaged.
    package mutating func bytes() -> [UInt8] { damaged(corpus.randomElement(using: &random) ?? []) }

    /// The same as text, with U+FFFD for what is not UTF-8.
    package mutating func text() -> String { String(decoding: bytes(), as: UTF8.self) }

    /// A text that is not in the corpus, damaged in the same ways.
    package mutating func damaged(_ text: String) -> String {
        String(decoding: damaged(Array(text.utf8)), as: UTF8.self)
    }

    /// The bytes in random pieces.
    package mutating func pieces(of bytes: [UInt8], atMost size: Int) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...size, using: &random))
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }

    package mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    /// A number at the edge of what some type holds.
    package mutating func number() -> String { FuzzInput.numbers.randomElement(using: &random) ?? "" }

    private static let numbers = [
        "0", "-0", "1", "-1", "127", "128", "255", "256", "32767", "65535", "65536", "2147483647",
        "2147483648",
        "-2147483649", "4294967295", "4294967296", "9007199254740993", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "+9223372036854775807",
        "18446744073709551615", "18446744073709551616", "99999999999999999999999999", "1e999", "-1e999",
        "1e-999", "1e308", "1.7976931348623157e308", "5e-324", "0.1", "253402300799", "253402300800",
        "-62135596801", "150000", "0x7fffffffffffffff", "1e18", "9.3e18", "NaN", "Infinity",
        "00000000000000000001"
    ]
}

// MARK: Damage

extension FuzzInput {
    private mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        // Now and then the good input itself.
        for _ in 0..<Int.random(in: 0...6, using: &random) { damage(&bytes) }
        return bytes
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<14, using: &random) {
        case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2, 3: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
        case 4: bytes.insert(contentsOf: Array(number().utf8), at: place)
        case 5, 6: replaceNumber(after: place, in: &bytes)
        case 7: bytes.removeSubrange(place..<min(bytes.count, place + length(20)))
        case 8: bytes.removeSubrange(min(place, bytes.count)...)
        case 9: repeatPart(at: place, in: &bytes)
        case 10: nest(at: place, in: &bytes)
        case 11: splice(at: place, into: &bytes)
        case 12: swapParts(at: place, in: &bytes)
        default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        }
    }

    private mutating func length(_ most: Int) -> Int { Int.random(in: 1...most, using: &random) }

    /// The next run of digits becomes an interesting number.
    private mutating func replaceNumber(after place: Int, in bytes: inout [UInt8]) {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        guard let start = bytes[place...].firstIndex(where: isDigit) ?? bytes.firstIndex(where: isDigit)
        else {
            return
        }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: Array(number().utf8))
    }

    /// A part stands there twice, or very often.
    private mutating func repeatPart(at place: Int, in bytes: inout [UInt8]) {
        let part = Array(bytes[place..<min(bytes.count, place + length(40))])
        let times = chance(10) ? length(2000) : length(4)
        bytes.insert(contentsOf: repeatElement(part, count: times).joined(), at: place)
    }

    /// A part is put into many brackets of one kind, which may lack their ends.
    private mutating func nest(at place: Int, in bytes: inout [UInt8]) {
        let brackets = [
            ("[", "]"), ("{\"a\":", "}"), ("(", ")"), ("<a>", "</a>"), ("<div>", ""), ("'", "'"), ("- ", "")
        ]
        let (open, close) = brackets.randomElement(using: &random) ?? ("", "")
        let depth = chance(4) ? length(1000) : length(8)
        let end = min(bytes.count, place + length(30))
        bytes.insert(contentsOf: repeatElement(close.utf8, count: depth).joined(), at: end)
        bytes.insert(contentsOf: repeatElement(open.utf8, count: depth).joined(), at: place)
    }

    /// A part of another input.
    private mutating func splice(at place: Int, into bytes: inout [UInt8]) {
        guard let other = corpus.randomElement(using: &random), !other.isEmpty else { return }
        let start = Int.random(in: 0..<other.count, using: &random)
        bytes.insert(contentsOf: other[start..<min(other.count, start + length(60))], at: place)
    }

    private mutating func swapParts(at place: Int, in bytes: inout [UInt8]) {
        let end = min(bytes.count, place + length(30))
        let part = Array(bytes[place..<end])
        bytes.removeSubrange(place..<end)
        bytes.insert(contentsOf: part, at: Int.random(in: 0...bytes.count, using: &random))
    }
}
