import Notation
import Records

extension HTMLFragment {
    /// More words and equals signs than an honest tag has: libxml2 compares each attribute of a tag with all before
    /// it, and takes a minute for 80,000.
    private static let wordLimit = 2000

    /// The text without the rest of tags that have too many attributes.
    static func limitingAttributes(_ html: String) -> String {
        var html = html
        let cuts = html.withUTF8 { Self.cuts(in: $0) }
        guard !cuts.isEmpty else { return html }
        return html.withUTF8 { bytes -> String in
            var output = OutputBuffer(reserving: bytes.count)
            var start = 0
            for cut in cuts {
                output.append(bytes.part(start..<cut.lowerBound))
                start = cut.upperBound
            }
            output.append(bytes.part(start..<bytes.count))
            return String(output.bytes)
        }
    }

    private static func cuts(in bytes: Bytes) -> [Range<Int>] {
        var cuts: [Range<Int>] = []
        var i = 0
        while let open = bytes.position(of: .lessThan, from: i) {
            i = open + 1
            guard i < bytes.count, bytes[i].isLetter else { continue }
            if let cut = readTag(bytes, &i) { cuts.append(cut) }
        }
        return cuts
    }

    /// Moves to the end of a tag, and answers what has to go from it. Words in quotes count too, for the parser does not
    /// take each quote for one; a quote that is never closed hides the rest, as it does from the parser.
    private static func readTag(_ bytes: Bytes, _ i: inout Int) -> Range<Int>? {
        var quote: UInt8 = 0
        var words = 0
        var start: Int?
        var boundary: Int?
        var last: UInt8 = 0
        while i < bytes.count {
            let byte = bytes[i]
            if quote == 0, byte == .greaterThan { break }
            if quote == 0, byte.isSpace { boundary = i }
            if byte.isSpace || byte == UInt8(ascii: "=") {
                words += 1
                if words == wordLimit { start = boundary ?? i }
            }
            if byte == quote {
                quote = 0
            } else if quote == 0, byte == .quote || byte == .apostrophe, last == UInt8(ascii: "=") {
                quote = byte
            }
            if !byte.isSpace { last = byte }
            i += 1
        }
        return start.map { $0..<i }
    }
}
