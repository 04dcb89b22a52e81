/// A line that was not a record.
package struct RejectedLine: Hashable, Sendable {
    /// The line's number, from 1; inside a ``ParsedBlock`` counted from the block's first line.
    package var line: Int
    /// The byte of the line at which the error was noticed, from 1.
    package let column: Int
    package let error: JSONError.Kind
    /// Some text around the place, or the beginning of a line that is too long: at most ``maximumExcerpt`` bytes of it,
    /// control characters and invalid bytes replaced by U+FFFD.
    package let excerpt: String

    package static let maximumExcerpt = 60
}

extension RejectedLine: CustomStringConvertible {
    package var description: String { "line \(line), byte \(column): \(error): \(excerpt)" }
}

extension RejectedLine {
    /// Some text of a line around a place, fit for a message.
    static func excerpt(
        of line: UnsafeBufferPointer<UInt8>, at place: Int, atMost length: Int = maximumExcerpt
    ) -> String {
        let first = max(0, min(place - length / 2, line.count - length))
        let start = boundary(in: line, at: first)
        let end = boundary(in: line, at: min(line.count, first + length))
        let text = String(decoding: UnsafeBufferPointer(rebasing: line[start..<end]), as: UTF8.self)
        let printable = text.unicodeScalars.map { isControl($0) ? "\u{FFFD}" : $0 }
        return String(String.UnicodeScalarView(printable))
    }

    /// The beginning of a line above the limit: the same text, however much more of the line is known.
    static func excerpt(ofOverlong line: UnsafeBufferPointer<UInt8>, limit: Int) -> String {
        excerpt(of: line, at: 0, atMost: min(limit, maximumExcerpt))
    }

    /// The start of the UTF-8 sequence that a position falls into, unless it is far from well-formed.
    private static func boundary(in line: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
        guard position < line.count else { return line.count }
        return (0...3).map { position - $0 }.first { $0 >= 0 && line[$0] & 0xC0 != 0x80 } ?? position
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}
