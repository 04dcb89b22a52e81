import CSIMD
import Glibc
import Notation

/// Borrowed UTF-8 bytes of somebody else's memory, used before that memory changes.
typealias Bytes = UnsafeBufferPointer<UInt8>

extension UInt8 {
    static let ampersand = UInt8(ascii: "&")
    static let lessThan = UInt8(ascii: "<")
    static let greaterThan = UInt8(ascii: ">")
    static let quote = UInt8(ascii: "\"")
    static let apostrophe = UInt8(ascii: "'")
    static let slash = UInt8(ascii: "/")
    static let newline = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")

    /// A byte that may begin an XML name; every non-ASCII byte may.
    @inline(__always) var startsName: Bool { isLetter || self == 0x5F || self == 0x3A || self >= 0x80 }
    /// A byte that may continue an XML name.
    @inline(__always) var continuesName: Bool { startsName || isDigit || self == 0x2D || self == 0x2E }
}

extension UnsafeBufferPointer<UInt8> {
    /// The position of the next `byte` at or after `start`.
    @inline(__always) func position(of byte: UInt8, from start: Int) -> Int? {
        guard start < count, let base = baseAddress,
            let found = memchr(base + start, Int32(byte), count - start)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// The position of the next `a` or `b` at or after `start`, the end when there is neither.
    @inline(__always) func position(of a: UInt8, or b: UInt8, from start: Int) -> Int {
        guard start < count, let base = baseAddress else { return count }
        return start + csimd_either(base + start, count - start, a, b)
    }

    /// The position after the letters and colons that begin at `start`.
    @inline(__always) func endOfName(from start: Int) -> Int {
        guard start < count, let base = baseAddress else { return start }
        return start + csimd_name_run(base + start, count - start)
    }

    /// The bytes of a range that lies inside.
    @inline(__always) func part(_ range: Range<Int>) -> Bytes { Bytes(rebasing: self[range]) }

    /// Without the white space at both ends.
    var trimmed: Bytes {
        var low = 0
        var high = count
        while low < high, self[low].isSpace { low += 1 }
        while high > low, self[high - 1].isSpace { high -= 1 }
        return part(low..<high)
    }

    /// The bytes of a literal.
    @inline(__always) init(of text: StaticString) {
        self.init(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    /// Whether the bytes are exactly `text`.
    @inline(__always) func equals(_ text: StaticString) -> Bool { equals(Bytes(of: text)) }

    /// Whether the bytes are the same as the others.
    @inline(__always) func equals(_ other: Bytes) -> Bool {
        guard count == other.count else { return false }
        guard let base = baseAddress, let otherBase = other.baseAddress else { return true }
        return memcmp(base, otherBase, count) == 0
    }

    /// Whether the bytes are `text` in any ASCII case; `text` is in lower case.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && hasPrefixIgnoringCase(text)
    }

    /// Whether the bytes are the same as the others but for the case of ASCII letters.
    func equalsIgnoringCase(_ other: Bytes) -> Bool {
        count == other.count
            && (equals(other) || indices.allSatisfy { self[$0].lowercased == other[$0].lowercased })
    }

    /// Whether the bytes begin with `text` in any ASCII case; `text` is in lower case.
    func hasPrefixIgnoringCase(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        for i in 0..<text.utf8CodeUnitCount where self[i].lowercased != text.utf8Start[i] { return false }
        return true
    }

    /// Whether there is a tab, a line break or another control character.
    @inline(__always) var hasControls: Bool { csimd_control_free_run(baseAddress, count) < count }

    /// How often `byte` occurs.
    func occurrences(of byte: UInt8) -> Int { csimd_occurrences(baseAddress, count, byte) }
}

extension String {
    /// The text of bytes, with U+FFFD for what is not UTF-8.
    @inline(__always) init(_ bytes: Bytes) { self.init(decoding: bytes, as: UTF8.self) }

    /// The text of bytes that have been through ``UTF8Cleaner``, cut only at ASCII characters, without
    /// looking at them again.
    @inline(__always) init(valid bytes: Bytes) {
        if #available(macOS 26, *) {
            // Safe because the cleaner lets only valid UTF-8 pass and its callers cut it only at ASCII
            // characters.
            self.init(copying: UTF8Span(unchecked: bytes.span))
        } else {
            self.init(bytes)
        }
    }

    /// ASCII letters in lower case, every other character as it is.
    var asciiLowercased: String {
        utf8.contains { $0 != $0.lowercased }
            ? String(decoding: utf8.map(\.lowercased), as: UTF8.self) : self
    }

    /// Without the white space at both ends.
    var trimmed: String {
        guard let first = utf8.first, let last = utf8.last, first.isSpace || last.isSpace else { return self }
        var text = self
        return text.withUTF8 { String($0.trimmed) }
    }
}
