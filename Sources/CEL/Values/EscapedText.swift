import Glibc
import Notation
import Records

/// Strings of a record that hold escapes, measured without unescaping them.
enum EscapedText {
    /// The number of Unicode scalars that a JSON string's text between its quotes stands for.
    static func scalarCount(_ raw: Text) -> Int {
        var count = raw.scalarCount
        var position = 0
        while let escape = next(in: raw, from: position) {
            let length = escapeLength(raw, at: escape)
            count -= length - 1
            position = escape + length
        }
        return count
    }

    private static func next(in raw: Text, from position: Int) -> Int? {
        guard let found = memchr(raw.start + position, Int32(UInt8(ascii: "\\")), raw.count - position) else {
            return nil
        }
        return UnsafeRawPointer(found) - UnsafeRawPointer(raw.start)
    }

    /// The bytes of the escapes that stand for one scalar: two, six, or twelve for a pair of surrogates.
    private static func escapeLength(_ raw: Text, at position: Int) -> Int {
        guard raw[position + 1] == UInt8(ascii: "u") else { return 2 }
        guard isSurrogate(raw, at: position, from: 8, through: 11), position + 12 <= raw.count,
            raw[position + 6] == UInt8(ascii: "\\"), raw[position + 7] == UInt8(ascii: "u"),
            isSurrogate(raw, at: position + 6, from: 12, through: 15)
        else { return 6 }
        return 12
    }

    /// Whether the escape's code is D800 to DFFF with its second digit in the range.
    private static func isSurrogate(
        _ raw: Text, at position: Int, from first: UInt8, through last: UInt8
    ) -> Bool {
        guard raw[position + 2] | 0x20 == UInt8(ascii: "d"), let digit = raw[position + 3].hexValue else {
            return false
        }
        return digit >= first && digit <= last
    }
}

extension Text {
    /// Whether there are more Unicode scalars than that, looking no further than necessary.
    func hasMoreScalars(than limit: Int) -> Bool {
        // A scalar has one to four bytes.
        if count <= limit { return false }
        if count / 4 > limit { return true }
        return scalarCount > limit
    }
}
