import Glibc
import Records

/// What stands, or is about to stand, in a file: enough to tell it from what others wrote, whole or broken off.
struct WrittenRange: Hashable, Sendable {
    /// Bytes that are kept as they are; what lies behind them is known by its hashes.
    static let headSize = 4096
    private static let pageSize = 4096

    let from: Int
    let length: Int
    /// Of all its bytes.
    let hash: UInt64
    /// Its first bytes.
    let head: [UInt8]
    /// Behind the head, a hash of all up to each place where a write may have been broken off: after each line, and at
    /// each border of the file's pages, for the kernel writes page by page.
    let checks: [UInt32]

    init(from: Int, length: Int, hash: UInt64, head: [UInt8], checks: [UInt32]) {
        self.from = from
        self.length = length
        self.hash = hash
        self.head = head
        self.checks = checks
    }

    init(from: Int, bytes: UnsafeRawBufferPointer) {
        let head = bytes.prefix(WrittenRange.headSize)
        var checks: [UInt32] = []
        WrittenRange.forEachStop(in: bytes, from: from) { _, hash in
            checks.append(UInt32(truncatingIfNeeded: hash))
            return true
        }
        self.init(
            from: from, length: bytes.count, hash: FileHash.hash(bytes), head: Array(head), checks: checks)
    }

    var end: Int { from + length }

    /// How many of the bytes are its own: all, none, or those that a write which was broken off has left.
    ///
    /// - Parameters:
    ///   - bytes: what stands in the file from ``from`` on, at least as many bytes as the range has or up to the file's
    ///     end. With some more, a line of others that follows can be told from the rest of one of ours.
    func ownCount(in bytes: UnsafeRawBufferPointer) -> Int {
        let noted = UnsafeRawBufferPointer(rebasing: bytes.prefix(length))
        if noted.count == length, FileHash.hash(noted) == hash { return length }
        let own = brokenOffCount(in: noted, andBehind: bytes)
        // Somebody has ended the line that was broken off.
        let isEnded = own > 0 && own < bytes.count && bytes[own - 1] != newline && bytes[own] == newline
        return isEnded ? own + 1 : own
    }

    private func brokenOffCount(
        in bytes: UnsafeRawBufferPointer, andBehind all: UnsafeRawBufferPointer
    ) -> Int {
        let common = zip(head, bytes).prefix { $0 == $1 }.count
        let isAtEnd = bytes.count < length
        if common == bytes.count, isAtEnd { return common }
        guard common == head.count, length > head.count else {
            return beforeOthers(all, common: common)
        }
        var own = head.count
        var next = checks.makeIterator()
        WrittenRange.forEachStop(in: bytes, from: from) { stop, hash in
            guard next.next() == UInt32(truncatingIfNeeded: hash) else { return false }
            own = stop
            return true
        }
        // Behind a place that is known to be its own stands the beginning of one of its lines, unless there is a whole
        // one.
        let rest = bytes[own...]
        return isAtEnd && !rest.contains(newline) ? bytes.count : own
    }

    /// How many bytes a write that was broken off has left in front of a line that somebody appended to them.
    private func beforeOthers(_ bytes: UnsafeRawBufferPointer, common: Int) -> Int {
        let wholeLines = bytes[..<common].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let rest = bytes[wholeLines...]
        let line = rest.prefix { $0 != newline }
        // A line that is whole as it stands is theirs from its beginning, however like ours it begins.
        guard common > wholeLines, !WrittenRange.isObject(line) else { return wholeLines }
        if common == line.endIndex { return common }
        let place = (wholeLines + 1...common).reversed().first { place in
            place < line.endIndex && WrittenRange.isObject(bytes[place..<line.endIndex])
        }
        return place ?? wholeLines
    }

    private static func isObject(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}") else { return false }
        return (try? JSON(parsing: Array(bytes))) != nil
    }

    /// Calls `body` with each place behind the head where a write may have been broken off, and the hash up to it, until
    /// it answers false.
    private static func forEachStop(
        in bytes: UnsafeRawBufferPointer, from: Int, _ body: (Int, UInt64) -> Bool
    ) {
        var start = headSize
        var hash: UInt64 = 0
        while start < bytes.count {
            let page = start + pageSize - (from + start) % pageSize
            let limit = min(page, bytes.count)
            let line = lineEnd(in: bytes, start..<limit).map { $0 + 1 }
            let stop = line ?? limit
            // The end of what stands here is a stop only where a line or a page ends.
            if line == nil, limit < page { return }
            hash = FileHash.hash(UnsafeRawBufferPointer(rebasing: bytes[start..<stop]), seed: hash)
            guard body(stop, hash) else { return }
            start = stop
        }
    }

    /// The first line end in a part: with `memchr`, as all that is written goes through here.
    private static func lineEnd(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
        let part = UnsafeRawBufferPointer(rebasing: bytes[range])
        guard let start = part.baseAddress, let found = memchr(start, Int32(newline), part.count) else {
            return nil
        }
        return range.lowerBound + (UnsafeRawPointer(found) - start)
    }
}

private let newline = UInt8(ascii: "\n")
