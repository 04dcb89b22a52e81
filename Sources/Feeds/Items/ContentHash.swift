import Crypto
import Notation

/// The hash by which items with the same text are known, whatever feed they are in and whatever their markup.
package enum ContentHash {
    /// The length of a hash in hexadecimal.
    private static let length = 64

    /// SHA-256 in lower-case hexadecimal over the title, a line feed, and the plain text in one line (the summary without
    /// one) of an item whose texts are in `texts`, where the hash is stored too.
    static func of(_ item: inout ItemDraft, in texts: inout ByteStorage) -> StoredText {
        gather(&item, texts)
        return storeDigest(of: item.scratch.bytes(), in: &texts)
    }

    /// The hash by which an item is known that has neither an id nor a link: of title, text, date and enclosures.
    static func identity(of item: inout ItemDraft, in texts: inout ByteStorage) -> StoredText {
        gather(&item, texts)
        // Nothing is appended where nothing is said, so that such an item's id is the hash of its content.
        if let date = item.published { item.scratch.append("\n" + date.rfc3339) }
        for enclosure in item.enclosures {
            item.scratch.append(.newline)
            item.scratch.append(texts.bytes(enclosure.url))
        }
        return storeDigest(of: item.scratch.bytes(), in: &texts)
    }

    /// Leaves what a hash of the content is made of in the item's scratch.
    private static func gather(_ item: inout ItemDraft, _ texts: borrowing ByteStorage) {
        item.scratch.truncate(to: 0)
        if let title = item.title { item.scratch.append(texts.bytes(title)) }
        item.scratch.append(.newline)
        if let body = item.content?.text ?? item.summary {
            HTMLText.appendOneLine(texts.bytes(body), to: &item.scratch)
        }
    }

    private static func storeDigest(of bytes: Bytes, in texts: inout ByteStorage) -> StoredText {
        let digest = digest(bytes)
        let start = texts.count
        texts.appendUninitialized(length) { hexadecimal(digest, into: $0) }
        return StoredText(start: start, count: length)
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
        digest.withUnsafeBytes { bytes in
            for (i, byte) in bytes.enumerated() {
                digits[2 * i] = digit(byte >> 4)
                digits[2 * i + 1] = digit(byte & 15)
            }
            return 2 * bytes.count
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}
