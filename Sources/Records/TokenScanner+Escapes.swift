import CSIMD
import Notation

/// Strings with escapes.
extension TokenScanner {
    /// The closing quote of a string of which the content before `start` is checked.
    @inline(never)
    func endOfEscapedString(from start: Cursor) throws(JSONError) -> Cursor {
        var cursor = start + csimd_escaped_run(start)
        // Where there are no vectors, or to find the place of a fault.
        while cursor[0] != UInt8(ascii: "\"") {
            cursor += csimd_plain_run(cursor)
            guard cursor[0] != UInt8(ascii: "\"") else { break }
            repeat { cursor = try skipEscape(at: cursor) } while cursor[0] == UInt8(ascii: "\\")
        }
        return cursor
    }

    @inline(__always)
    private func skipEscape(at backslash: Cursor) throws(JSONError) -> Cursor {
        guard backslash[0] == UInt8(ascii: "\\") else {
            throw malformed(.controlCharacter(backslash[0]), at: backslash)
        }
        if backslash[1] == UInt8(ascii: "u") {
            guard areHexDigits(backslash + 2) else { throw invalidHexDigit(after: backslash + 2) }
            return backslash + 6
        }
        guard isShortEscape(backslash[1]) else { throw malformed(.invalidEscape, at: backslash + 1) }
        return backslash + 2
    }

    /// Whether a letter, with a backslash before it, is an escape.
    @inline(__always)
    private func isShortEscape(_ letter: UInt8) -> Bool {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            true
        default: false
        }
    }

    /// Whether four hexadecimal digits stand at a place: all are checked at once, a byte's answer in its top bit.
    @inline(__always)
    private func areHexDigits(_ place: Cursor) -> Bool {
        let four = UnsafeRawPointer(place).loadUnaligned(as: UInt32.self)
        let folded = four | 0x2020_2020
        // No sum below carries into the next byte, as long as no byte is above 0x7F.
        let digits = (four &+ repeated(0x80 - 0x30)) & ~(four &+ repeated(0x80 - 0x3A))
        let letters = (folded &+ repeated(0x80 - 0x61)) & ~(folded &+ repeated(0x80 - 0x67))
        return ((digits | letters) & ~four) & repeated(0x80) == repeated(0x80)
    }

    @inline(__always)
    private func repeated(_ byte: UInt32) -> UInt32 { byte &* 0x0101_0101 }

    private func invalidHexDigit(after start: Cursor) -> JSONError {
        var place = start
        while place[0].hexValue != nil { place += 1 }
        return malformed(.invalidEscape, at: place)
    }
}
