import Glibc

/// Where the records of a chunk come from.
package final class Origin: Sendable {
    /// The name of the source.
    package let source: String
    /// The number of the source in its pipeline.
    package let slot: Int
    /// When the chunk was received, in nanoseconds since 1970.
    package let received: Int64
    /// The number of the reading of a document that showed it; 0 where it is from no document.
    package let reading: Int64
    /// The records are feed items, whose title, summary and `content.text` were made plain text where they were read.
    package let hasPlainTexts: Bool

    package init(
        source: String, slot: Int = 0, received: Int64, reading: Int64 = 0, hasPlainTexts: Bool = false
    ) {
        self.source = source
        self.slot = slot
        self.received = received
        self.reading = reading
        self.hasPlainTexts = hasPlainTexts
    }
}

/// An immutable run of JSON texts with their tape.
///
/// The bytes are valid UTF-8 and each root's text is valid JSON, so a record that nobody changed is written by
/// copying them. ``padding`` readable zero bytes follow the last one, so that readers may load whole vectors.
///
/// Safe because nothing is written after `init` and the memory lives until `deinit`.
package final class Chunk: @unchecked Sendable {
    /// Readable bytes beyond the end of the text.
    package static let padding = 64

    package let origin: Origin
    package let bytes: UnsafePointer<UInt8>
    package let byteCount: Int
    package let tape: UnsafePointer<UInt64>
    package let tapeCount: Int

    /// Takes over two allocations made with `malloc`; `bytes` has ``padding`` zero bytes after `byteCount`.
    package init(
        origin: Origin, adoptingBytes bytes: UnsafePointer<UInt8>, byteCount: Int,
        adoptingTape tape: UnsafePointer<UInt64>, tapeCount: Int
    ) {
        self.origin = origin
        self.bytes = bytes
        self.byteCount = byteCount
        self.tape = tape
        self.tapeCount = tapeCount
    }

    deinit {
        free(UnsafeMutableRawPointer(mutating: bytes))
        free(UnsafeMutableRawPointer(mutating: tape))
    }

    /// The node at a tape index; it must not outlive the chunk.
    @inlinable package func node(at index: UInt32) -> Node {
        Node(bytes: bytes, tape: tape, index: index)
    }
}
