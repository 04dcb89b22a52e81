import Glibc

/// The parsing of one block, line after line.
///
/// Safe because the text is followed by ``Chunk/padding`` zero bytes and outlives this value.
struct JSONLinesRun: ~Copyable {
    private let text: UnsafeBufferPointer<UInt8>
    private let base: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    private let recordLimit: Int
    private var parser: TapeParser
    private var cursor: UnsafePointer<UInt8>
    /// The next byte that is not UTF-8, `end` when there is none.
    private var invalid: UnsafePointer<UInt8>
    private var roots: [UInt32] = []
    private var rejected: [RejectedLine] = []
    private var lineCount = 0

    /// `text` is not empty memory, even when it has no bytes.
    init(text: UnsafeBufferPointer<UInt8>, lines: JSONLines, skipsMark: Bool) {
        self.text = text
        base = text.baseAddress.unsafelyUnwrapped
        end = base + text.count
        recordLimit = lines.recordLimit
        parser = TapeParser(
            base: base, count: text.count, maximumDepth: lines.maximumDepth, newlineIsSpace: false)
        cursor = base + (skipsMark && text.starts(with: byteOrderMark) ? byteOrderMark.count : 0)
        invalid = base + (UTF8Validation.firstInvalid(in: text) ?? text.count)
    }

    mutating func parseLines() {
        while cursor < end {
            lineCount += 1
            let lineStart = cursor
            let mark = parser.tape.count
            do throws(JSONError) {
                let start = parser.scanner.skipSpace(lineStart)
                if start[0] == 0x0A || start == end {
                    try check(from: lineStart, to: start)
                    cursor = min(start + 1, end)
                    continue
                }
                let isObject = start[0] == UInt8(ascii: "{")
                let after = parser.scanner.skipSpace(try parser.parseValue(at: start))
                guard after[0] == 0x0A || after == end else {
                    throw JSONError(.trailingContent, at: after - base)
                }
                try check(from: lineStart, to: after)
                guard isObject else { throw JSONError(.notAnObject, at: start - base) }
                roots.append(UInt32(truncatingIfNeeded: mark))
                cursor = min(after + 1, end)
            } catch {
                parser.tape.count = mark
                reject(error, lineStart: lineStart)
            }
        }
    }

    /// Refuses an accepted line that is too long or not UTF-8.
    @inline(__always)
    private func check(
        from lineStart: UnsafePointer<UInt8>, to lineEnd: UnsafePointer<UInt8>
    ) throws(JSONError) {
        if invalid < lineEnd { throw JSONError(.invalidUTF8, at: invalid - base) }
        if lineEnd - lineStart > recordLimit {
            throw JSONError(.tooLarge(limit: recordLimit), at: lineStart + recordLimit - base)
        }
    }

    private mutating func reject(_ error: JSONError, lineStart: UnsafePointer<UInt8>) {
        let lineEnd =
            memchr(lineStart, 0x0A, end - lineStart).map {
                UnsafePointer($0.assumingMemoryBound(to: UInt8.self))
            } ?? end
        let line = UnsafeBufferPointer(start: lineStart, count: lineEnd - lineStart)
        if line.count > recordLimit {
            appendOverlong(RejectedLine.excerpt(ofOverlong: line, limit: recordLimit))
        } else {
            let isInvalid = invalid < lineEnd && invalid - base <= error.offset
            let place = (isInvalid ? invalid : min(base + error.offset, lineEnd)) - lineStart
            rejected.append(
                RejectedLine(
                    line: lineCount, column: place + 1, error: isInvalid ? .invalidUTF8 : error.kind,
                    excerpt: RejectedLine.excerpt(of: line, at: place)))
        }
        cursor = min(lineEnd + 1, end)
        if invalid < cursor {
            invalid = base + (UTF8Validation.firstInvalid(in: text, from: cursor - base) ?? text.count)
        }
    }

    /// Adds a line whose bytes were skipped before they came here.
    mutating func rejectOverlong(_ line: OverlongLine) {
        lineCount += 1
        appendOverlong(line.excerpt)
    }

    private mutating func appendOverlong(_ excerpt: String) {
        rejected.append(
            RejectedLine(
                line: lineCount, column: recordLimit + 1, error: .tooLarge(limit: recordLimit),
                excerpt: excerpt))
    }

    consuming func finish() -> (
        roots: [UInt32], rejected: [RejectedLine], lineCount: Int,
        tape: (words: UnsafeMutablePointer<UInt64>, count: Int)
    ) {
        let (roots, rejected, lineCount) = (roots, rejected, lineCount)
        return (roots, rejected, lineCount, parser.takeTape().release())
    }
}
