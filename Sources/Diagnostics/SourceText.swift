/// A text file in memory with an index of its lines. The bytes need not be valid UTF-8.
package struct SourceText: Sendable {
    /// The name as the user gave it; diagnostics begin with it.
    package let name: String
    package let bytes: [UInt8]
    /// The offset of each line's first byte; a byte-order mark is before the first line.
    private let lineStarts: [Int]
    /// How many Unicode scalars begin before every `step`-th byte, so that columns of huge lines cost little.
    private let scalarCounts: [Int]
    private static let step = 256

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        (lineStarts, scalarCounts) = Self.index(bytes)
    }

    package init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }

    /// The number of lines; a text that ends in a line break has an empty last line.
    package var lineCount: Int { lineStarts.count }

    /// The length of the UTF-8 byte-order mark, 3 or 0.
    package static func byteOrderMarkLength(_ bytes: [UInt8]) -> Int {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Line and column of a byte offset; offsets beyond the end are taken as the end.
    package func position(at offset: Int) -> SourcePosition {
        let offset = min(max(offset, lineStarts[0]), bytes.count)
        let line = lineIndex(at: offset)
        let column = 1 + scalars(before: offset) - scalars(before: lineStarts[line])
        return SourcePosition(line: line + 1, column: column, offset: offset)
    }

    package func range(_ start: Int, _ end: Int) -> SourceRange {
        SourceRange(position(at: start), position(at: end))
    }

    /// The byte offsets of a line's text, without its line break; `line` counts from 1.
    package func lineBounds(_ line: Int) -> Range<Int> {
        let index = min(max(line - 1, 0), lineStarts.count - 1)
        let start = lineStarts[index]
        var end = index + 1 < lineStarts.count ? lineStarts[index + 1] : bytes.count
        while end > start, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") {
            end -= 1
        }
        return start..<end
    }

    /// The text of some bytes; what is not UTF-8 becomes U+FFFD.
    package func text(_ bounds: Range<Int>) -> String {
        String(decoding: bytes[bounds.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }

    /// Whether the byte continues a UTF-8 sequence.
    package static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    private func scalars(before offset: Int) -> Int {
        let block = offset / Self.step
        return bytes[(block * Self.step)..<offset].reduce(scalarCounts[block]) {
            $0 + (Self.isContinuation($1) ? 0 : 1)
        }
    }

    private func lineIndex(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// The line starts and the scalar counts, in one pass.
    private static func index(_ bytes: [UInt8]) -> (lines: [Int], scalars: [Int]) {
        var starts = [byteOrderMarkLength(bytes)]
        var counts = [0]
        var count = 0
        var previous: UInt8 = 0
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if byte & 0xC0 != 0x80 { count += 1 }
            if offset % step == 0 { counts.append(count) }
            if byte == 0x0A {
                // The break of "\r\n" ends after the line feed.
                if previous == 0x0D { starts.removeLast() }
                starts.append(offset)
            } else if byte == 0x0D {
                starts.append(offset)
            }
            previous = byte
        }
        return (starts, counts)
    }
}
