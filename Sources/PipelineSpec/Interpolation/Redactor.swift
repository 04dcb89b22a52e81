import Notation

/// The values that came from `${…}`, so that whatever is shown or kept can leave them out.
///
/// A value is found in every spelling that it takes on its way: as it is, in other case (host names), percent-encoded,
/// escaped as in JSON, with `+` for blanks, without its line breaks, and within Base64 (`user:password`).
package struct Redactor: Sendable {
    /// What stands where a value stood.
    package static let mark = "<redacted>"

    private let secrets: [SpelledSecret]
    /// For each byte, whether one of them can begin with it: most of a text is passed over by that.
    private let firstBytes: [Bool]

    /// Values shorter than 4 bytes are not kept: `1` or `no` would make every text unreadable.
    package init(_ values: some Sequence<String>) {
        let long = Set(values.filter { $0.utf8.count >= 4 })
        let secrets = long.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }.compactMap(SpelledSecret.init)
        self.secrets = secrets
        firstBytes = (0...Int(UInt8.max)).map { byte in secrets.contains { $0.firstBytes[byte] } }
    }

    package var isEmpty: Bool { secrets.isEmpty }

    /// Whether one of the values stands in a text, in any spelling.
    package func isMentioned(in text: String) -> Bool {
        if secrets.isEmpty { return false }
        let bytes = Array(text.utf8)
        for start in bytes.indices where firstBytes[Int(bytes[start])] {
            for secret in secrets where secret.place(in: bytes, at: start) != nil { return true }
        }
        return false
    }

    /// The text with every value replaced by `<redacted>`.
    package func redact(_ text: String) -> String {
        if secrets.isEmpty { return text }
        var bytes = Array(text.utf8)
        var isChanged = false
        for secret in secrets where secret.remove(from: &bytes) { isChanged = true }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : text
    }
}

/// One value, with what it needs to be found in any spelling. An object, so that going through several copies nothing.
private final class SpelledSecret: Sendable {
    /// In lower case, without line breaks, which addresses lose.
    private let folded: [Unicode.Scalar]
    /// For each byte, whether one of ``encoded`` begins with it.
    private let firstDigits: [Bool]
    /// What stands in the Base64 of any text that holds the value: one for each place that it can begin at.
    private let encoded: [[UInt8]]
    /// For each byte, whether the value can begin with it in some spelling.
    let firstBytes: [Bool]

    /// Nil for nothing but line breaks.
    init?(_ value: String) {
        let folded = value.unicodeScalars.filter { !$0.isLineBreak }.map(\.lowerCased)
        guard let first = folded.first else { return nil }
        let encoded = Base64Core.all(of: Array(value.utf8))
        self.folded = folded
        self.encoded = encoded
        let firstDigits = (0...UInt8.max).map { byte in encoded.contains { $0[0] == byte } }
        self.firstDigits = firstDigits
        firstBytes = (0...UInt8.max).map { byte in
            SpelledSecret.isFirst(byte, of: first) || firstDigits[Int(byte)]
        }
    }

    private static func isFirst(_ byte: UInt8, of first: Unicode.Scalar) -> Bool {
        switch byte {
        case UInt8(ascii: "%"), UInt8(ascii: "\\"): true
        case UInt8(ascii: "+") where first == " ": true
        // Letters beyond ASCII may have another first byte in another case.
        case 0x80...: first.value >= 0x80
        default: Unicode.Scalar(byte).lowerCased == first
        }
    }

    /// A place where the value stands.
    struct Place {
        let start: Int
        let end: Int
        let isInBase64: Bool
    }

    /// The first place from an offset on.
    func next(in bytes: [UInt8], from offset: Int) -> Place? {
        for start in offset..<bytes.count {
            if let place = place(in: bytes, at: start) { return place }
        }
        return nil
    }

    /// The place at an offset, where the value stands there.
    func place(in bytes: [UInt8], at start: Int) -> Place? {
        guard firstBytes[Int(bytes[start])] else { return nil }
        if let end = end(in: bytes, at: start) { return Place(start: start, end: end, isInBase64: false) }
        return endOfBase64(in: bytes, at: start).map { Place(start: start, end: $0, isInBase64: true) }
    }

    /// - Returns: whether it was there.
    func remove(from bytes: inout [UInt8]) -> Bool {
        var result: [UInt8] = []
        var kept = 0
        while let place = next(in: bytes, from: kept) {
            var start = place.start
            if place.isInBase64 {
                // The rest of a Base64 text would give the beginning and the end of the value away.
                while start > kept, Base64Core.isDigit(bytes[start - 1]) { start -= 1 }
            }
            result += bytes[kept..<start]
            result += Redactor.mark.utf8
            kept = place.end
        }
        if kept == 0 { return false }
        bytes = result + bytes[kept...]
        return true
    }

    /// Where the value that begins at an offset ends; nil where it does not begin there.
    private func end(in bytes: [UInt8], at start: Int) -> Int? {
        let (index, place) = plainEnd(in: bytes, at: start)
        guard let place else { return nil }
        if index == folded.count { return place }
        // A `%` can be itself or the beginning of another character, so more than one place may be reached.
        var reached: Set<Int> = [place]
        for (index, wanted) in zip(index..., folded[index...]) {
            var next: Set<Int> = []
            var open = Array(reached)
            while let place = open.popLast() {
                for (scalar, end) in SpelledText.readings(of: bytes, at: place) {
                    if scalar.lowerCased == wanted { next.insert(end) }
                    if scalar.isLineBreak && index > 0 { open.append(end) }
                }
            }
            if next.isEmpty { return nil }
            reached = next
        }
        return reached.max()
    }

    /// Compares as long as the text can be read in one way only, which is where most places differ from the value.
    ///
    /// - Returns: how much of the value stands there, and the place behind it; nil where something else does.
    private func plainEnd(in bytes: [UInt8], at start: Int) -> (index: Int, place: Int?) {
        var index = 0
        var place = start
        while index < folded.count, place < bytes.count {
            let byte = bytes[place]
            if byte >= 0x80 || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\")
                || byte == UInt8(ascii: "+")
            {
                break
            }
            let scalar = Unicode.Scalar(byte)
            if scalar.lowerCased == folded[index] {
                index += 1
            } else if !scalar.isLineBreak || index == 0 {
                return (index, nil)
            }
            place += 1
        }
        return (index, place)
    }

    private static func stands(_ core: [UInt8], in bytes: [UInt8], at start: Int) -> Bool {
        guard bytes.count - start >= core.count else { return false }
        for offset in core.indices where bytes[start + offset] != core[offset] { return false }
        return true
    }

    private func endOfBase64(in bytes: [UInt8], at start: Int) -> Int? {
        guard firstDigits[Int(bytes[start])] else { return nil }
        for core in encoded where SpelledSecret.stands(core, in: bytes, at: start) {
            return bytes[start...].firstIndex { !Base64Core.isDigit($0) && $0 != UInt8(ascii: "=") }
                ?? bytes.count
        }
        return nil
    }
}

extension Unicode.Scalar {
    fileprivate var isLineBreak: Bool { self == "\n" || self == "\r" }

    fileprivate var lowerCased: Unicode.Scalar {
        if isASCII { return ("A"..."Z").contains(self) ? Unicode.Scalar(UInt8(value) | 0x20) : self }
        return properties.lowercaseMapping.unicodeScalars.first ?? self
    }
}
