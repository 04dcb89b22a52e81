import CSIMD

/// A run of whole lines, cut out of a file.
package struct JSONLinesBlock: ~Copyable, Sendable {
    private var bytes: OutputBuffer
    /// Bytes of the file before the block.
    package let offset: Int
    /// Bytes of the file that the block covers, an overlong line after its bytes included.
    package let byteCount: Int
    /// A line above the record limit, which came after the block's bytes and was not kept.
    let overlong: OverlongLine?

    init(bytes: consuming OutputBuffer, offset: Int, byteCount: Int, overlong: OverlongLine?) {
        self.bytes = bytes
        self.offset = offset
        self.byteCount = byteCount
        self.overlong = overlong
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

/// Cuts a stream of bytes into blocks of whole lines. It does no I/O: bytes are given, blocks are taken.
///
/// Memory is at most the block size, or the record limit where one line is longer than a block. A line above the
/// record limit is skipped as it comes.
package struct JSONLinesReader: ~Copyable, Sendable {
    private enum State {
        /// The buffer begins at a line start; so many of its bytes hold no line end.
        case collecting(searched: Int)
        /// Inside a line above the limit: its bytes so far, all of which are forgotten.
        case skipping(byteCount: Int, excerpt: String)
    }

    package static let defaultBlockSize = 256 << 10

    private let blockSize: Int
    private let recordLimit: Int
    private var buffer: OutputBuffer
    private var state = State.collecting(searched: 0)
    /// Bytes of the file before the buffer's first, or before the skipped line.
    private var offset: Int
    private var isFinished = false

    /// Begins at a line start, `offset` bytes into the file.
    package init(
        offset: Int = 0, blockSize: Int = JSONLinesReader.defaultBlockSize,
        recordLimit: Int = JSONLines.defaultRecordLimit
    ) {
        self.offset = offset
        self.blockSize = max(64, blockSize)
        self.recordLimit = min(recordLimit, TapeWord.maximumLength)
        buffer = OutputBuffer(reserving: self.blockSize)
    }

    /// Lets `read` fill free space, as `read(2)` does; answers its result. Take blocks until there is none before
    /// the next call.
    package mutating func fill<E: Error>(
        _ read: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        try buffer.append(space: max(1, blockSize - buffer.count), read)
    }

    /// Copies bytes in. Take blocks until there is none before the next call.
    package mutating func push(_ bytes: UnsafeBufferPointer<UInt8>) { buffer.append(bytes) }

    /// The last bytes were given: a line without its end counts too.
    package mutating func finish() { isFinished = true }

    /// The whole lines so far, nil when there are none.
    package mutating func next() -> JSONLinesBlock? {
        switch state {
        case .collecting(let searched): cut(searched: searched)
        case .skipping(let byteCount, let excerpt): skip(byteCount: byteCount, excerpt: excerpt)
        }
    }

    private mutating func cut(searched: Int) -> JSONLinesBlock? {
        let wholeLines = lengthOfWholeLines(searched: searched)
        if wholeLines > 0 { return take(wholeLines) }
        if isFinished {
            return buffer.count > 0 && buffer.count <= recordLimit ? take(buffer.count) : overlongAtEnd()
        }
        if buffer.count > recordLimit { startSkipping() } else { state = .collecting(searched: buffer.count) }
        return nil
    }

    /// The bytes up to the last line end, 0 when there is none.
    private func lengthOfWholeLines(searched: Int) -> Int {
        guard let start = buffer.bytes.baseAddress else { return 0 }
        let length = csimd_after_last_line_feed(start + searched, buffer.count - searched)
        return length == 0 ? 0 : searched + length
    }

    /// Hands out the first bytes; what follows moves into new memory, or the few first ones do.
    private mutating func take(_ count: Int) -> JSONLinesBlock {
        var other: OutputBuffer
        let rest = UnsafeBufferPointer(rebasing: buffer.bytes[count...])
        if count < buffer.capacity / 4 {
            other = OutputBuffer(reserving: count)
            other.append(UnsafeBufferPointer(rebasing: buffer.bytes[..<count]))
            buffer.removeFirst(count)
        } else {
            var next = OutputBuffer(reserving: max(blockSize, rest.count))
            next.append(rest)
            other = next
            swap(&other, &buffer)
            other.removeLast(rest.count)
        }
        state = .collecting(searched: buffer.count)
        defer { offset += count }
        return JSONLinesBlock(bytes: other, offset: offset, byteCount: count, overlong: nil)
    }

    private mutating func startSkipping() {
        state = .skipping(byteCount: buffer.count, excerpt: excerpt(of: buffer.bytes, at: 0))
        buffer = OutputBuffer(reserving: blockSize)
    }

    private mutating func skip(byteCount: Int, excerpt: String) -> JSONLinesBlock? {
        if let lineEnd = buffer.bytes.firstIndex(of: 0x0A) {
            buffer.removeFirst(lineEnd + 1)
            return overlongBlock(byteCount: byteCount + lineEnd + 1, excerpt: excerpt)
        }
        let total = byteCount + buffer.count
        buffer.removeAll()
        if isFinished { return overlongBlock(byteCount: total, excerpt: excerpt) }
        state = .skipping(byteCount: total, excerpt: excerpt)
        return nil
    }

    /// The last line without its end, when it is above the limit.
    private mutating func overlongAtEnd() -> JSONLinesBlock? {
        guard buffer.count > recordLimit else { return nil }
        startSkipping()
        return next()
    }

    private mutating func overlongBlock(byteCount: Int, excerpt: String) -> JSONLinesBlock {
        state = .collecting(searched: 0)
        defer { offset += byteCount }
        return JSONLinesBlock(
            bytes: OutputBuffer(), offset: offset, byteCount: byteCount,
            overlong: OverlongLine(excerpt: excerpt))
    }
}
