import CSIMD
import Crypto
import Records
import TestSupport
import Testing

@testable import Feeds

/// What is done in fewer steps than would be plain, beside the plain way.
@Suite("Fast paths of reading feeds")
struct FastPathTests {
    @Test(
        "SHA-256 by the processor is that of the library",
        arguments: [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])
    func hash(length: Int) {
        let text = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var digest = [UInt8](repeating: 0, count: 32)
        guard csimd_sha256(text, length, &digest) != 0 else { return }
        #expect(digest == Array(SHA256.hash(data: text)))
    }

    @Test("the hash of a text is written in digits")
    func digits() {
        #expect(
            ContentHash.of(text: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("bytes are folded as one after the other would be", arguments: 0..<40)
    func folding(length: Int) {
        let text = (0..<length).map { UInt8(truncatingIfNeeded: 200 + $0 &* 7) }
        func mix(_ hash: UInt64) -> UInt64 { (hash ^ hash >> 29) &* 0x9E37_79B9_7F4A_7C15 }
        var expected: UInt64 = 7
        for start in stride(from: 0, through: length - 8, by: 8) {
            expected = mix(expected ^ text[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) })
        }
        expected = mix(expected ^ text[(length / 8 * 8)...].reduce(0) { $0 << 8 | UInt64($1) })
        #expect(text.withUnsafeBufferPointer { ByteLanes.fold($0, into: 7, mix) } == expected)
    }

    @Test("a tag reads the same whole and in pieces", arguments: 0..<500)
    func tags(seed: Int) {
        var random = SeededGenerator(seed: seed)
        let parts = [
            "a", "Url", "xml:lang", "data-x", "é", "=", "=\"", "=\"v\"", "=\"a &amp; b\"", "='v'", "\"", "'",
            " ", "\n", "/", ">", "/>", "<", "&lt;", "&nope;", "&", "</a>", "<b ", "=\"line\nbreak\""
        ]
        var text = "<a"
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            text += parts.randomElement(using: &random) ?? ""
        }
        text += ">rest"
        // A tag that is there whole may be read by the short way, one that comes byte by byte never is.
        #expect(Self.tags(text, pieceSize: text.utf8.count) == Self.tags(text, pieceSize: 1), "\(text)")
    }

    /// The start tags of a text with their attributes, and what was mended.
    private static func tags(_ text: String, pieceSize: Int) -> [String] {
        var tokenizer = XMLTokenizer()
        tokenizer.attributeLimit = 4
        var gathered = OutputBuffer()
        var found: [String] = []
        func read() {
            while let token = tokenizer.next(into: &gathered) {
                var tag = "\(token) \(String(tokenizer.nameBytes))"
                guard token == .startTag else {
                    found.append(tag)
                    continue
                }
                for attribute in tokenizer.attributes {
                    let name = String(tokenizer.buffer.bytes(attribute.name))
                    tag += " \(name)=\(String(tokenizer.value(of: attribute)))"
                }
                found.append(tokenizer.isEmptyElement ? tag + " /" : tag)
            }
        }
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieceSize) {
            Array(bytes[start..<min(bytes.count, start + pieceSize)])
                .withUnsafeBufferPointer { piece in tokenizer.push { $0.append(piece) } }
            read()
        }
        tokenizer.finish()
        read()
        let problems = tokenizer.problems.all.map { "\($0.kind)" }
        return found + [String(gathered.bytes)] + problems
    }

    @Test("attributes are found by their name in any case, and by nothing like it")
    func attributes() {
        var tokenizer = XMLTokenizer()
        var text = OutputBuffer()
        tokenizer.push {
            $0.append("<a HREF=\"1\" xhref=\"2\" isPermaLink=\"3\" ispermalin_=\"4\" rel=\"5\">")
        }
        let token = tokenizer.next(into: &text)
        let wanted: [StaticString] = ["href", "ispermalink", "rel", "ref", "url"]
        var found: [String?] = []
        for name in wanted { found.append(tokenizer.attribute(name).map { String($0) }) }
        #expect(token == .startTag)
        #expect(found == ["1", "3", "5", nil, nil])
    }

    /// Names of other lengths whose last bytes differ by what tells the lengths apart.
    @Test(
        "a longer name is not taken for a short one",
        arguments: ["ayml:base=\"1\"", "\(String(repeating: "n", count: 256))xml:base=\"1\""])
    func lengths(attribute: String) {
        var tokenizer = XMLTokenizer()
        var text = OutputBuffer()
        tokenizer.push { $0.append("<a \(attribute) filesize=\"2\">") }
        #expect(tokenizer.next(into: &text) == .startTag)
        #expect(tokenizer.attribute("xml:base") == nil)
        #expect(tokenizer.attribute("filesize").map { String($0) } == "2")
    }
}
