import TestSupport
import Testing

@testable import Fetching

@Suite struct ContentDecoderTests {
    private static let text = Array((0..<5000).map { "line \($0) of a feed\n" }.joined().utf8)

    /// Pushes input in runs of `step` bytes, the way a network cuts it.
    private func decode(_ bytes: [UInt8], _ codings: String..., step: Int = 1000) throws -> [UInt8] {
        var decoder = try ContentDecoder(codings: codings)
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            decoder.push(Array(bytes[start..<min(start + step, bytes.count)]))
            while let piece = try decoder.pull() {
                #expect(!piece.isEmpty && piece.count <= max(DecodedPiece.capacity, step))
                output += piece
            }
        }
        output += try decoder.finish() ?? []
        return output
    }

    @Test(arguments: [1, 2, 3, 7, 100, 100_000])
    func gzipDecodesHoweverItIsCut(step: Int) throws {
        #expect(try decode(Deflated.gzip(Self.text), "gzip", step: step) == Self.text)
    }

    @Test(arguments: [Deflated.Format.zlib, .raw], [1, 5, 4096])
    func deflateDecodesWithAndWithoutItsHeader(format: Deflated.Format, step: Int) throws {
        #expect(try decode(Deflated.compress(Self.text, format), "deflate", step: step) == Self.text)
    }

    @Test(arguments: [1, 3, 1000])
    func brotliDecodes(step: Int) throws {
        let expected = (0..<5000).map { "line \($0 % 10) of a feed\n" }.joined()
        #expect(try decode(Self.brotli, "br", step: step) == Array(expected.utf8))
        #expect(throws: FetchError.decoding(coding: "br", .truncated)) {
            try decode(Self.brotli.dropLast(3), "br", step: step)
        }
    }

    /// 5000 lines as the reference encoder packs them at its highest level.
    private static let brotli: [UInt8] = [
        0x5B, 0x07, 0x4C, 0x81, 0xDF, 0x91, 0x60, 0xE3, 0x24, 0xB7, 0x6B, 0x20, 0x7D, 0x56, 0x83, 0x28, 0x98,
        0xBD, 0xD5,
        0xC1, 0x21, 0xEA, 0x4E, 0xD7, 0x30, 0x29, 0xCB, 0xC8, 0x40, 0x90, 0x21, 0xE7, 0xDA, 0xAE, 0x18, 0xB0,
        0x06, 0x0E,
        0x25, 0x08, 0x29, 0x64, 0xD2, 0x76, 0xF0, 0x39, 0xCF, 0x21, 0x29, 0x9A, 0xC1, 0x64, 0xB1, 0x39, 0xB9,
        0xC7, 0x18,
        0x0A, 0x58
    ]

    @Test func membersOfGzipFollowEachOther() throws {
        let bytes = Deflated.gzip(Array("one ".utf8)) + Deflated.gzip([]) + Deflated.gzip(Array("two".utf8))
        for step in [1, 10, 1000] { #expect(try decode(bytes, "gzip", step: step) == Array("one two".utf8)) }
    }

    @Test(arguments: [Deflated.Format.gzip, .zlib], [1, 2, 1000])
    func whatIsCompressedWithoutSayingSoDecodesToo(format: Deflated.Format, step: Int) throws {
        let packed = Deflated.compress(Self.text, format)
        #expect(try decode(packed, step: step) == Self.text)
        #expect(try decode(packed, "identity", step: step) == Self.text)
        #expect(try decode(Deflated.gzip(packed), "gzip", step: step) == Self.text)
    }

    @Test(arguments: ["", "x", "x^2", "{}", "\u{1F}", "\u{78}\u{2}"], [1, 1000])
    func textStaysAsItIs(text: String, step: Int) throws {
        #expect(try decode(Array(text.utf8), step: step) == Array(text.utf8))
    }

    @Test func junkAfterTheLastMemberIsIgnored() throws {
        let bytes = Deflated.gzip(Self.text) + Array("\0\0\0junk".utf8)
        #expect(try decode(bytes, "x-gzip") == Self.text)
    }

    @Test func codingsAreUndoneInReverse() throws {
        let bytes = Deflated.gzip(Deflated.compress(Self.text, .zlib))
        #expect(try decode(bytes, "deflate", "gzip") == Self.text)
    }

    @Test func aBodyThatIsNoGzipPassesAsItIs() throws {
        #expect(try decode(Self.text, "gzip", step: 1) == Self.text)
    }

    @Test func `gzip that is announced as deflate is decoded all the same`() throws {
        for step in [1, 7, 4096] {
            #expect(try decode(Deflated.gzip(Self.text), "deflate", step: step) == Self.text)
        }
    }

    @Test(arguments: ["gzip", "deflate", "br", "identity"])
    func noBodyIsFineWhateverItsCoding(coding: String) throws {
        #expect(try decode([], coding) == [])
    }

    @Test(arguments: ["identity", "none", "UTF-8", ""])
    func namesThatAreNoCodingsMeanNothing(name: String) throws {
        #expect(try decode(Self.text, name) == Self.text)
    }

    @Test(arguments: ["zstd", "compress", "dcz"])
    func codingsThatWeDoNotKnowAreRefused(name: String) {
        #expect(throws: FetchError.decoding(coding: name, .unsupported)) { try decode([1], name) }
    }

    @Test func chainsOfCodingsAreBounded() {
        #expect(throws: FetchError.self) { try decode([1], "gzip", "gzip", "gzip", "gzip") }
    }

    @Test(arguments: ["gzip", "deflate"])
    func whatCameBeforeTheEndIsGivenBeforeTheError(coding: String) throws {
        let whole = coding == "gzip" ? Deflated.gzip(Self.text) : Deflated.compress(Self.text, .zlib)
        var decoder = try ContentDecoder(codings: [coding])
        decoder.push(Array(whole.dropLast(whole.count / 2)))
        var output: [UInt8] = []
        while let piece = try decoder.pull() { output += piece }
        #expect(output.count > 1000 && Self.text.starts(with: output))
        #expect(throws: FetchError.decoding(coding: coding, .truncated)) { _ = try decoder.finish() }
    }

    @Test func damageIsFoundAndWhatCameBeforeItKept() throws {
        var bytes = Deflated.gzip(Self.text)
        // The checksum stands in the last eight bytes.
        bytes[bytes.count - 8] ^= 0xFF
        var decoder = try ContentDecoder(codings: ["gzip"])
        decoder.push(bytes)
        var output: [UInt8] = []
        #expect(throws: FetchError.decoding(coding: "gzip", .corrupt)) {
            while let piece = try decoder.pull() { output += piece }
        }
        #expect(output == Self.text)
    }

    @Test func aBombComesInSmallPieces() throws {
        let bomb = Deflated.gzip([UInt8](repeating: 0, count: 20_000_000))
        var decoder = try ContentDecoder(codings: ["gzip"])
        decoder.push(bomb)
        var count = 0
        while let piece = try decoder.pull(), count < 1_000_000 {
            #expect(piece.count <= DecodedPiece.capacity)
            count += piece.count
        }
        #expect(bomb.count < 30_000)
    }

    /// What a coding yields for the next one is work as much as what comes out at the end.
    @Test func whatPassesBetweenCodingsIsBounded() throws {
        let empty = Deflated.gzip([])
        let members = Array(repeatElement(empty, count: 20_000).joined())
        let twice = Deflated.gzip(members)
        #expect(twice.count < 10_000)
        var decoder = try ContentDecoder(codings: ["gzip", "gzip"], limit: members.count / 2)
        decoder.push(twice)
        #expect(throws: FetchError.tooLarge(limit: members.count / 2)) {
            while try decoder.pull() != nil {}
        }
        #expect(try decode(twice, "gzip", "gzip") == [])
    }

    @Test func manySmallMembersComeInLargePieces() throws {
        let members = (0..<10_000).flatMap { Deflated.gzip([UInt8(truncatingIfNeeded: $0)]) }
        var decoder = try ContentDecoder(codings: ["gzip"])
        decoder.push(members)
        #expect(try decoder.pull()?.count == 10_000)
        #expect(try decoder.pull() == nil)
    }

    /// Damaged bodies under every coding: an error or some output, never a trap and never without end.
    @Test func anyBody() throws {
        let text = Array(Self.text.prefix(500))
        let corpus = [
            Deflated.gzip(text), Deflated.gzip(text) + Deflated.gzip([]), Deflated.compress(text, .zlib),
            Deflated.compress(text, .raw), Deflated.gzip(Deflated.gzip(text)), [0x1F, 0x8B, 8]
        ]
        try Fuzzer("bodies", corpus: corpus).run { input in
            let codings = ["gzip", "deflate", "br"].shuffled(using: &input.random).prefix(
                input.chance(2) ? 1 : 2)
            var decoder = try ContentDecoder(codings: Array(codings), limit: 1 << 20)
            var count = 0
            do throws(FetchError) {
                let bytes = input.bytes()
                for piece in input.pieces(of: bytes, atMost: 100) {
                    decoder.push(piece)
                    while let output = try decoder.pull(), count < 1 << 20 { count += output.count }
                }
                _ = try decoder.finish()
            } catch {}
        }
    }
}
