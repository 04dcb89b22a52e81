import CRE2
import Glibc

/// UTF-8 bytes that live elsewhere: in a chunk, in a program's constants or in a frame's arena.
///
/// Safe because a text is only reached through a ``Value``, and whoever evaluates keeps the record, the program and the
/// frame alive until the last use of the result.
package struct Text {
    package let start: UnsafePointer<UInt8>
    package let count: Int

    package init(start: UnsafePointer<UInt8>, count: Int) {
        self.start = start
        self.count = count
    }

    package init(_ buffer: UnsafeBufferPointer<UInt8>) {
        // The address of an empty text is never read.
        start = buffer.baseAddress ?? UnsafePointer(bitPattern: 8).unsafelyUnwrapped
        count = buffer.count
    }

    /// The bytes.
    package var utf8: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    /// A copy as a Swift string; invalid UTF-8 (in bytes values) is repaired.
    package var string: String { String(decoding: utf8, as: UTF8.self) }

    var isEmpty: Bool { count == 0 }

    subscript(position: Int) -> UInt8 { start[position] }

    subscript(range: Range<Int>) -> Text { Text(start: start + range.lowerBound, count: range.count) }
}

extension Text {
    static func == (left: Text, right: Text) -> Bool {
        left.count == right.count && memcmp(left.start, right.start, left.count) == 0
    }

    /// Less than zero, zero or more as the bytes compare; for valid UTF-8 that is the order of code points.
    func compare(_ other: Text) -> Int {
        let order = memcmp(start, other.start, min(count, other.count))
        return order == 0 ? count - other.count : Int(order)
    }

    func hasPrefix(_ prefix: Text) -> Bool {
        prefix.count <= count && memcmp(start, prefix.start, prefix.count) == 0
    }

    func hasSuffix(_ suffix: Text) -> Bool {
        suffix.count <= count && memcmp(start + (count - suffix.count), suffix.start, suffix.count) == 0
    }

    func contains(_ needle: Text) -> Bool { firstIndex(of: needle, from: 0) != nil }

    /// The byte offset of the first occurrence at or behind `from`.
    func firstIndex(of needle: Text, from: Int) -> Int? {
        guard needle.count > 0 else { return from <= count ? from : nil }
        guard from + needle.count <= count else { return nil }
        guard let found = cre2_find(start + from, count - from, needle.start, needle.count) else {
            return nil
        }
        return found - UnsafeRawPointer(start)
    }

    /// The byte offset of the last occurrence that begins at or before `through`.
    func lastIndex(of needle: Text, through: Int) -> Int? {
        var position = min(through, count - needle.count)
        while position >= 0 {
            if memcmp(start + position, needle.start, needle.count) == 0 { return position }
            position -= 1
        }
        return nil
    }

    /// The number of Unicode scalars.
    var scalarCount: Int {
        var continuations: UInt64 = 0
        var position = 0
        let bytes = UnsafeRawPointer(start)
        let ones: UInt64 = 0x0101_0101_0101_0101
        while count &- position >= 8 {
            // Each byte of the sum counts to 255 before they are added up.
            let end = position &+ 8 &* min((count &- position) / 8, 255)
            var sums: UInt64 = 0
            while position < end {
                let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                sums &+= (word &>> 7) & (~word &>> 6) & ones
                position &+= 8
            }
            // Pairs first, as the sum of eight may not fit into a byte.
            let pairs: UInt64 = 0x00FF_00FF_00FF_00FF
            continuations &+= (((sums & pairs) &+ (sums &>> 8 & pairs)) &* 0x0001_0001_0001_0001) &>> 48
        }
        while position < count {
            if start[position] & 0xC0 == 0x80 { continuations &+= 1 }
            position &+= 1
        }
        return count &- Int(truncatingIfNeeded: continuations)
    }

    /// The byte offset of the scalar with this number; the end when it is just behind the last one.
    func byteOffset(ofScalar number: Int) -> Int? {
        guard number >= 0 else { return nil }
        var remaining = number
        var position = 0
        while remaining > 0 {
            guard position < count else { return nil }
            position += 1
            while position < count, start[position] & 0xC0 == 0x80 { position += 1 }
            remaining -= 1
        }
        return position
    }

    /// Whether all bytes are ASCII, so that offsets in bytes and scalars agree.
    var isASCII: Bool {
        var bits: UInt8 = 0
        for position in 0..<count { bits |= start[position] }
        return bits < 0x80
    }

    var isValidUTF8: Bool { String(validating: utf8, as: UTF8.self) != nil }
}
