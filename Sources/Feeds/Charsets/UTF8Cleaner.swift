import CSIMD
import Records

/// Passes UTF-8 on as text that a parser may trust: valid, without control characters, lines ending in `\n`.
///
/// Bytes that are no UTF-8 are read as windows-1252 one by one, as are U+0080–U+009F, which nobody means:
/// they come from windows-1252 text that was taken for Latin-1.
struct UTF8Cleaner {
    /// The last byte was a carriage return that has been passed on as a line end.
    private var endedInReturn = false
    /// Something other than clean UTF-8 was met.
    private(set) var repaired = false

    /// Appends the text of `bytes` and returns how many were used: all but a character cut at the end, which
    /// waits for the rest unless `isLast`.
    mutating func append(_ bytes: Bytes, to output: inout OutputBuffer, isLast: Bool) -> Int {
        var clean = 0  // bytes[clean..<i] are good and not yet appended
        var i = 0
        var nextBulk = 0
        if endedInReturn, let first = bytes.first {
            endedInReturn = false
            if first == .newline {
                clean = 1
                i = 1
            }
        }
        while true {
            if i >= nextBulk, let base = bytes.baseAddress {
                i += csimd_text_prefix(base + i, bytes.count - i)
                // What stopped it is within the next 67 bytes (64, and a character begun before them), which are looked at
                // one after the other.
                nextBulk = i + 67
            }
            i = Self.endOfPlainText(bytes, from: i)
            i = Self.endOfShortCharacters(bytes, from: i)
            guard i < bytes.count else { break }
            switch Self.sequence(bytes, at: i) {
            case .valid(let length):
                i += length
            case .incomplete where !isLast:
                output.append(bytes.part(clean..<i))
                return i
            case .incomplete, .invalid:
                output.append(bytes.part(clean..<i))
                i = replace(bytes, at: i, in: &output)
                clean = i
            }
        }
        output.append(bytes.part(clean..<bytes.count))
        return bytes.count
    }

    /// Appends what stands for the byte at `i`, or for the C1 control there, and returns the position after
    /// it.
    private mutating func replace(_ bytes: Bytes, at i: Int, in output: inout OutputBuffer) -> Int {
        let byte = bytes[i]
        if byte == 0x0D {
            output.append(.newline)
            guard i + 1 < bytes.count else {
                endedInReturn = true
                return i + 1
            }
            return bytes[i + 1] == .newline ? i + 2 : i + 1
        }
        repaired = true
        if byte < 0x20 { return i + 1 }
        if byte == 0xC2, i + 1 < bytes.count, (0x80...0x9F).contains(bytes[i + 1]) {
            output.append(Windows1252.scalar(bytes[i + 1]))
            return i + 2
        }
        output.append(Windows1252.scalar(byte))
        return i + 1
    }

    private enum Sequence {
        case valid(Int)
        case incomplete, invalid
    }

    /// Judges the byte at `i` and what belongs to it.
    private static func sequence(_ bytes: Bytes, at i: Int) -> Sequence {
        let lead = bytes[i]
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch lead {
        case 0x09, 0x0A, 0x20..<0x80: return .valid(1)
        case 0xC2: (length, low) = (2, 0xA0)
        case 0xC3...0xDF: length = 2
        case 0xE0: (length, low) = (3, 0xA0)
        case 0xED: (length, high) = (3, 0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, low) = (4, 0x90)
        case 0xF4: (length, high) = (4, 0x8F)
        case 0xF1...0xF3: length = 4
        default: return .invalid
        }
        guard i + 1 < bytes.count else { return .incomplete }
        guard bytes[i + 1] >= low, bytes[i + 1] <= high else { return .invalid }
        for k in 2..<max(2, length) {
            guard i + k < bytes.count else { return .incomplete }
            guard bytes[i + k] & 0xC0 == 0x80 else { return .invalid }
        }
        return .valid(length)
    }

    /// The position after the valid characters of two and three bytes that begin at `start`, of which most text
    /// is that is not ASCII, with single spaces and the like between them.
    @inline(__always) private static func endOfShortCharacters(_ bytes: Bytes, from start: Int) -> Int {
        var i = start
        while i + 3 < bytes.count {
            let isContinued = bytes[i + 1] & 0xC0 == 0x80
            switch bytes[i] {
            case 0xC3...0xDF where isContinued: i += 2
            case 0xE1...0xEC where isContinued && bytes[i + 2] & 0xC0 == 0x80: i += 3
            case 0x20..<0x80 where bytes[i + 1] >= 0x80: i += 1
            default: return i
            }
        }
        return i
    }

    /// The first position from `start` on that holds neither plain ASCII nor a tab or line feed.
    @inline(__always) private static func endOfPlainText(_ bytes: Bytes, from start: Int) -> Int {
        var i = start
        while i + 8 <= bytes.count {
            let word = ByteLanes.load(bytes, at: i)
            let special = ByteLanes.less(word, than: .space) | ByteLanes.high(word)
            guard special != 0 else {
                i += 8
                continue
            }
            i += ByteLanes.first(special)
            guard isPlain(bytes[i]) else { return i }
            i += 1
        }
        while i < bytes.count, isPlain(bytes[i]) { i += 1 }
        return i
    }

    @inline(__always) private static func isPlain(_ byte: UInt8) -> Bool {
        (byte >= .space && byte < 0x80) || byte == .newline || byte == 0x09
    }
}
