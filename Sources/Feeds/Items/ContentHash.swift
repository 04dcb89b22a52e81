import Crypto

/// The hash by which items with the same text are known, whatever feed they are in and whatever their markup.
package enum ContentHash {
    /// SHA-256 in lower-case hexadecimal over the title, a line feed, and the plain text (the summary without
    /// one).
    package static func of(_ item: FeedItem) -> String {
        var hash = SHA256()
        update(&hash, item.title)
        update(&hash, "\n")
        update(&hash, item.content?.text ?? item.summary)
        return hexadecimal(hash.finalize())
    }

    /// SHA-256 of one text in lower-case hexadecimal.
    package static func of(text: String) -> String {
        var hash = SHA256()
        update(&hash, text)
        return hexadecimal(hash.finalize())
    }

    private static func update(_ hash: inout SHA256, _ text: String?) {
        guard var text else { return }
        text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }

    private static func hexadecimal(_ digest: SHA256.Digest) -> String {
        digest.withUnsafeBytes { bytes in
            String(unsafeUninitializedCapacity: 64) { output in
                for (i, byte) in bytes.enumerated() {
                    output[2 * i] = digit(byte >> 4)
                    output[2 * i + 1] = digit(byte & 15)
                }
                return 2 * bytes.count
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}
