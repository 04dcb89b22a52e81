import TestSupport
import Testing

@testable import Streaming

@Suite("SipHash-2-4 with 128 bits")
struct SipHashTests {
    /// The published vectors: key 00…0f, the input 00, 01, … of the given length. The last is longer than the
    /// published ones and was calculated with a separate implementation.
    static let vectors: [(length: Int, hash: String)] = [
        (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
        (2, "8177228da4a45dc7fca38bdef60affe4"), (3, "9c70b60c5267a94e5f33b6b02985ed51"),
        (7, "a1f1ebbed8dbc153c0b84aa61ff08239"), (8, "3b62a9ba6258f5610f83e264f31497b4"),
        (9, "264499060ad9baabc47f8b02bb6d71ed"), (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
        (16, "6ee2a4ca67b054bbfd3315bf85230577"), (17, "473d06e8738db89854c066c47ae47740"),
        (31, "2939b0183223fafc1723de4f52c43d35"), (32, "7c3956ca5eeafc3e363e9d556546eb68"),
        (63, "5150d1772f50834a503e069a973fbd7c"), (300, "ce005a406d14b36d5386b5f7a7e1b311")
    ]

    private let key = SipHashKey(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)

    private func hex(_ hash: consuming SipHash128) -> String {
        let (high, low) = hash.finish()
        return [low, high].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("gives the published results", arguments: vectors)
    func published(length: Int, expected: String) {
        var hash = SipHash128(key: key)
        (0..<length).map { UInt8($0 % 256) }.withUnsafeBufferPointer { hash.update($0) }
        #expect(hex(hash) == expected)
    }

    @Test("gives the same however the input is divided", arguments: vectors)
    func divided(length: Int, expected: String) {
        var generator = SeededGenerator(seed: length)
        let bytes = (0..<length).map { UInt8($0 % 256) }
        for _ in 0..<20 {
            var hash = SipHash128(key: key)
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 0...min(20, rest.count), using: &generator)
                if count == 0, let byte = rest.popFirst() {
                    hash.update(byte)
                } else {
                    Array(rest.prefix(count)).withUnsafeBufferPointer { hash.update($0) }
                    rest.removeFirst(count)
                }
            }
            #expect(hex(hash) == expected)
        }
    }

    @Test("depends on both halves of the key")
    func keyed() {
        let hashes = [key, SipHashKey(key.first, key.second ^ 1), SipHashKey(key.first ^ 1, key.second)].map {
            hex(SipHash128(key: $0))
        }
        #expect(Set(hashes).count == 3)
    }
}
