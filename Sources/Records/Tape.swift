/// What a word of the tape stands for.
package enum NodeKind: UInt8, Sendable {
    case null, `false`, `true`
    /// A number without fraction and exponent; its text stays in the chunk's bytes.
    case integer
    /// A number with a fraction or an exponent; its text stays in the chunk's bytes.
    case decimal
    /// A string whose text needs no unescaping.
    case string
    /// A string that holds at least one backslash escape.
    case escapedString
    case array, object
}

/// One 64-bit word of a tape.
///
/// Bits 0–31 hold the byte offset in the chunk (of the first byte of the text; of strings the first byte after
/// the quote), bits 32–59 the length (bytes of the text between the quotes, or of a number; of a container
/// the number of its elements or members), bits 60–63 the ``NodeKind``.
///
/// An array or object is followed by a second word: bits 0–31 are the tape index after its last word, bits
/// 32–63 its length in bytes with both brackets. Then come its elements; an object alternates keys and values.
package struct TapeWord: Equatable, Sendable {
    package let bits: UInt64

    /// The largest length that a word can hold: 256 MiB - 1.
    package static let maximumLength = (1 << 28) - 1

    @inlinable package init(bits: UInt64) { self.bits = bits }

    @inlinable package init(_ kind: NodeKind, length: Int, offset: Int) {
        bits =
            UInt64(kind.rawValue) << 60 | UInt64(truncatingIfNeeded: length) << 32
            | UInt64(UInt32(truncatingIfNeeded: offset))
    }

    /// The second word of a container.
    @inlinable package init(next: Int, byteCount: Int) {
        bits = UInt64(UInt32(truncatingIfNeeded: byteCount)) << 32 | UInt64(UInt32(truncatingIfNeeded: next))
    }

    /// The same value so many bytes further on in the text.
    @inline(__always)
    func moved(by bytes: Int) -> TapeWord {
        // The sum stays within the 32 bits of the offset, whatever the sign of `bytes`.
        TapeWord(bits: bits &+ UInt64(bitPattern: Int64(bytes)))
    }

    @inlinable package var kind: NodeKind {
        // Safe because only the initialisers above write the top four bits, from a NodeKind.
        unsafeBitCast(UInt8(truncatingIfNeeded: bits >> 60), to: NodeKind.self)
    }
    @inlinable package var length: Int { Int(truncatingIfNeeded: bits >> 32) & TapeWord.maximumLength }
    @inlinable package var offset: Int { Int(truncatingIfNeeded: bits & 0xFFFF_FFFF) }
    @inlinable package var next: Int { offset }
    @inlinable package var byteCount: Int { Int(truncatingIfNeeded: bits >> 32) }
}
