import CSIMD
import Glibc

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

    /// Large enough that handing a block on costs little beside parsing it, and with its tape below what the memory is mapped
    /// for anew each time.
    package static let defaultBlockSize = 512 << 10

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
        self.recordLimit = min(recordLimit, JSONLines.maximumRecordLimit)
        buffer = OutputBuffer(reserving: self.blockSize)
    }

    /// Lets `read` write into free space and answers what it answers: how many bytes it wrote, 0 at the end. It throws
    /// when it fails. Take blocks until there is none before the next call.
    package mutating func fill<E: Error>(
        _ read: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        try buffer.append(space: max(1, blockSize - buffer.count), read)
    }

    /// Copies bytes in, at most 64 MiB at a time. Take blocks until there is none before the next call.
    package mutating func push(_ bytes: UnsafeBufferPointer<UInt8>) { buffer.append(bytes) }

    /// Memory for bytes that wait for their line to end.
    package var heldByteCount: Int { buffer.capacity }

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
            return buffer.count > 0 && buffer.count <= limit
                ? take(buffer.count, isUnended: true) : overlongAtEnd()
        }
        if buffer.count > limit { startSkipping() } else { state = .collecting(searched: buffer.count) }
        return nil
    }

    /// A byte order mark, which is no part of the first line.
    private var markLength: Int {
        offset == 0 && buffer.bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    }

    /// The longest line that may stand at the beginning of the buffer.
    private var limit: Int { recordLimit + markLength }

    /// The bytes up to the last line end, 0 when there is none.
    private func lengthOfWholeLines(searched: Int) -> Int {
        guard let start = buffer.bytes.baseAddress else { return 0 }
        let length = csimd_after_last_line_feed(start + searched, buffer.count - searched)
        return length == 0 ? 0 : searched + length
    }

    private func firstLineEnd() -> Int? {
        guard let start = buffer.bytes.baseAddress, let found = memchr(start, 0x0A, buffer.count) else {
            return nil
        }
        return UnsafeRawPointer(found) - UnsafeRawPointer(start)
    }

    /// Hands out the first bytes. Of them and the rest, the smaller part is what moves into new memory.
    private mutating func take(_ count: Int, isUnended: Bool = false) -> JSONLinesBlock {
        let rest = UnsafeBufferPointer(rebasing: buffer.bytes[count...])
        let isFew = count < buffer.capacity / 4
        var taken = OutputBuffer(reserving: isFew ? count : max(blockSize, rest.count))
        if isFew {
            taken.append(UnsafeBufferPointer(rebasing: buffer.bytes[..<count]))
            buffer.removeFirst(count)
        } else {
            taken.append(rest)
            swap(&taken, &buffer)
            taken.removeLast(buffer.count)
        }
        state = .collecting(searched: buffer.count)
        defer { offset &+= count }
        return JSONLinesBlock(
            bytes: taken, offset: offset, byteCount: count, overlong: nil, isUnended: isUnended)
    }

    private mutating func startSkipping() {
        let line = UnsafeBufferPointer(rebasing: buffer.bytes[markLength...])
        state = .skipping(
            byteCount: buffer.count, excerpt: RejectedLine.excerpt(ofOverlong: line, limit: recordLimit))
        buffer = OutputBuffer(reserving: blockSize)
    }

    private mutating func skip(byteCount: Int, excerpt: String) -> JSONLinesBlock? {
        if let lineEnd = firstLineEnd() {
            buffer.removeFirst(lineEnd + 1)
            return overlongBlock(byteCount: byteCount + lineEnd + 1, excerpt: excerpt)
        }
        let total = byteCount + buffer.count
        buffer.removeAll()
        if isFinished { return overlongBlock(byteCount: total, excerpt: excerpt, isUnended: true) }
        state = .skipping(byteCount: total, excerpt: excerpt)
        return nil
    }

    /// The last line without its end, when it is above the limit.
    private mutating func overlongAtEnd() -> JSONLinesBlock? {
        guard buffer.count > limit else { return nil }
        startSkipping()
        return next()
    }

    private mutating func overlongBlock(
        byteCount: Int, excerpt: String, isUnended: Bool = false
    ) -> JSONLinesBlock {
        state = .collecting(searched: 0)
        defer { offset &+= byteCount }
        return JSONLinesBlock(
            bytes: OutputBuffer(), offset: offset, byteCount: byteCount,
            overlong: OverlongLine(excerpt: excerpt), isUnended: isUnended)
    }
}
