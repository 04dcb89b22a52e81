import CSIMD
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
        withDigest(bytes) { digest in
            texts.store(length: length) { hexadecimal(digest, into: $0) }
        }
    }

    /// SHA-256 of one text in lower-case hexadecimal.
    package static func of(text: String) -> String {
        var text = text
        return text.withUTF8 { of($0) }
    }

    private static func of(_ bytes: Bytes) -> String {
        withDigest(bytes) { digest in
            String(unsafeUninitializedCapacity: length) { hexadecimal(digest, into: $0) }
        }
    }

    /// By the processor's own instructions where it has them: the library's hash is an object, which costs more than the
    /// hash of a short text.
    @inline(__always)
    private static func withDigest<R>(_ bytes: Bytes, _ body: (Bytes) -> R) -> R {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: SHA256.Digest.byteCount) { digest in
            if csimd_sha256(bytes.baseAddress, bytes.count, digest.baseAddress) == 0 {
                var hash = SHA256()
                hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
                hash.finalize().withUnsafeBytes { UnsafeMutableRawBufferPointer(digest).copyMemory(from: $0) }
            }
            return body(Bytes(digest))
        }
    }

    /// Writes the digits and answers how many there are.
    private static func hexadecimal(
        _ digest: Bytes, into digits: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        csimd_hexadecimal(digest.baseAddress, digest.count, digits.baseAddress)
        return length
    }
}
