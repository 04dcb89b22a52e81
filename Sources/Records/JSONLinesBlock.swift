/// A run of whole lines, cut out of a file.
package struct JSONLinesBlock: ~Copyable, Sendable {
    private var bytes: OutputBuffer
    /// Bytes of the file before the block.
    package let offset: Int
    /// Bytes of the file that the block covers, an overlong line after its bytes included.
    package let byteCount: Int
    /// A line above the record limit, which came after the block's bytes and was not kept.
    let overlong: OverlongLine?
    /// Whether its last line, the only one, ends with the input and not with a line end.
    package let isUnended: Bool

    init(
        bytes: consuming OutputBuffer, offset: Int, byteCount: Int, overlong: OverlongLine?,
        isUnended: Bool = false
    ) {
        self.bytes = bytes
        self.offset = offset
        self.byteCount = byteCount
        self.overlong = overlong
        self.isUnended = isUnended
    }

    /// A block of text in memory, which begins at the start of a file.
    package init(copying text: UnsafeBufferPointer<UInt8>) {
        var bytes = OutputBuffer(reserving: text.count)
        bytes.append(text)
        self.init(bytes: bytes, offset: 0, byteCount: text.count, overlong: nil)
    }

    /// A block of text in memory, which begins at the start of a file.
    package init(copying text: String) {
        var bytes = OutputBuffer()
        bytes.append(text)
        let count = bytes.count
        self.init(bytes: bytes, offset: 0, byteCount: count, overlong: nil)
    }

    consuming func takeBytes() -> OutputBuffer { bytes }
}

/// What is known of a line whose bytes were skipped.
struct OverlongLine: Hashable, Sendable {
    let excerpt: String
}
