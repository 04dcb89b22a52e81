import Crypto
import Notation
import Records

/// The hash by which items with the same text are known, whatever feed they are in and whatever their markup.
package enum ContentHash {
    /// The length of a hash in hexadecimal.
    private static let length = 64

    /// SHA-256 in lower-case hexadecimal over the title, a line feed, and the plain text in one line (the summary without
    /// one) of an item whose texts are in `texts`, where the hash is stored too.
    static func of(_ item: inout ItemDraft, in texts: inout TextStore) -> StoredText {
        gather(&item, texts)
        return storeDigest(of: item.scratch.bytes, in: &texts)
    }

    /// The hash by which an item is known that has neither an id nor a link: of title, text, date and enclosures.
    static func identity(of item: inout ItemDraft, in texts: inout TextStore) -> StoredText {
        gather(&item, texts)
        // Nothing is appended where nothing is said, so that such an item's id is the hash of its content.
        if let date = item.published { item.scratch.append("\n" + date.rfc3339) }
        for enclosure in item.enclosures {
            item.scratch.append(.newline)
            item.scratch.append(texts.bytes(enclosure.url))
        }
        return storeDigest(of: item.scratch.bytes, in: &texts)
    }

    /// Leaves what a hash of the content is made of in the item's scratch.
    private static func gather(_ item: inout ItemDraft, _ texts: borrowing TextStore) {
        item.scratch.removeAll()
        if let title = item.title { item.scratch.append(texts.bytes(title)) }
        item.scratch.append(.newline)
        if let content = item.content, let text = content.text {
            HTMLText.appendOneLine(texts.bytes(text), content.spacing, to: &item.scratch)
        } else if let summary = item.summary {
            item.scratch.append(texts.bytes(summary))
        }
    }

    private static func storeDigest(of bytes: Bytes, in texts: inout TextStore) -> StoredText {
        let digest = digest(bytes)
        return texts.store(length: length) { hexadecimal(digest, into: $0) }
    }

    /// SHA-256 of one text in lower-case hexadecimal.
    package static func of(text: String) -> String {
        var text = text
        return text.withUTF8 { of($0) }
    }

    private static func of(_ bytes: Bytes) -> String {
        let digest = digest(bytes)
        return String(unsafeUninitializedCapacity: length) { hexadecimal(digest, into: $0) }
    }

    /// In one call: each costs more than the hash of a short text.
    private static func digest(_ bytes: Bytes) -> SHA256.Digest {
        var hash = SHA256()
        hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
        return hash.finalize()
    }

    /// Writes the digits and answers how many there are.
    private static func hexadecimal(
        _ digest: SHA256.Digest, into digits: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        let output = UnsafeMutableRawBufferPointer(digits)
        digest.withUnsafeBytes { bytes in
            for i in stride(from: 0, to: bytes.count, by: 4) {
                let word = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: i, as: UInt32.self))
                output.storeBytes(of: eightDigits(word).bigEndian, toByteOffset: 2 * i, as: UInt64.self)
            }
        }
        return length
    }

    /// The digits of a word, the first in the highest byte.
    private static func eightDigits(_ word: UInt32) -> UInt64 {
        // Each half byte gets a byte of its own.
        var halves = UInt64(word)
        halves = (halves << 16 | halves) & 0x0000_FFFF_0000_FFFF
        halves = (halves << 8 | halves) & 0x00FF_00FF_00FF_00FF
        halves = (halves << 4 | halves) & 0x0F0F_0F0F_0F0F_0F0F
        // From 10 on there are letters, which do not stand behind the digits.
        let letters = (halves &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return halves &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }
}
