package import Notation

/// Dates as feeds write them.
package enum FeedDate {
    /// Reads a date in any of the forms that feeds have: RFC 822, ISO 8601, asctime, and what people write by
    /// hand.
    ///
    /// Without a zone it is UTC. Nil when it is no date, or one that does not exist.
    package static func parse(_ text: String) -> Timestamp? {
        var text = text
        return text.withUTF8 { parse(utf8: $0) }
    }

    /// The same for UTF-8 bytes.
    package static func parse(utf8 text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        let text = text.trimmed
        guard !text.isEmpty, text.count <= 128 else { return nil }
        if let fields = DateScanner.mail(text) { return fields.worded }
        if let fields = DateScanner.internet(text) { return fields.instant }
        guard text.contains(where: { $0 >= 0x80 }) else { return scan(text) }
        let plain = withPlainSpaces(text)
        return plain.withUnsafeBufferPointer { scan($0.trimmed) }
    }

    private static func scan(_ text: Bytes) -> Timestamp? {
        var numeric = DateScanner(text)
        if let fields = numeric.iso() { return fields.instant }
        var worded = DateScanner(text)
        return worded.worded()?.worded
    }

    /// The text with spaces for those of other kinds, without marks of direction, and with a hyphen for a minus sign.
    private static func withPlainSpaces(_ text: Bytes) -> [UInt8] {
        var plain: [UInt8] = []
        for scalar in String(text).unicodeScalars {
            switch scalar.value {
            case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF: break
            case 0x2212: plain.append(UInt8(ascii: "-"))
            case _ where scalar.isSpace: plain.append(.space)
            default: plain.append(contentsOf: String(scalar).utf8)
            }
        }
        return plain
    }
}
