import Notation
import Records

extension HTMLFragment {
    /// More words and equals signs than an honest tag has: libxml2 compares each attribute of a tag with all before
    /// it, and takes a minute for 80,000.
    private static let wordLimit = 2000

    /// The text without the rest of tags that have too many attributes, and without tags that nest too deep.
    static func bounded(_ html: String) -> String {
        var html = html
        let cuts = html.withUTF8 { Self.cuts(in: $0) }
        guard !cuts.isEmpty else { return html }
        return html.withUTF8 { bytes -> String in
            var output = OutputBuffer(reserving: bytes.count)
            var start = 0
            for cut in cuts {
                output.append(bytes.part(start..<cut.range.lowerBound))
                if cut.separatesWords { output.append(.space) }
                start = cut.range.upperBound
            }
            output.append(bytes.part(start..<bytes.count))
            return String(output.bytes)
        }
    }

    private struct Cut {
        let range: Range<Int>
        /// It was the tag of an element that does not stand in a line.
        var separatesWords = false
    }

    private static func cuts(in bytes: Bytes) -> [Cut] {
        var cuts: [Cut] = []
        var nesting = NestingBound()
        var i = 0
        while let open = bytes.position(of: .lessThan, from: i) {
            i = open + 1
            let isEnd = i < bytes.count && bytes[i] == .slash
            if isEnd { i += 1 }
            guard i < bytes.count, bytes[i].isLetter else { continue }
            let start = i
            while i < bytes.count, bytes[i].isLetter || bytes[i].isDigit { i += 1 }
            let name = bytes.part(start..<i)
            let cut: Range<Int>?
            let isLeftOut: Bool
            if isEnd {
                cut = nil
                i = bytes.position(of: .greaterThan, from: i) ?? bytes.count
                isLeftOut = nesting.leavesOut(end: name)
            } else {
                cut = readTag(bytes, &i)
                isLeftOut = bytes[i - 1] != .slash && nesting.leavesOut(start: name)
            }
            if isLeftOut {
                let isInline = HTMLElements.textRole(PackedWord.of(name), written: name).contains(.inline)
                cuts.append(Cut(range: open..<min(i + 1, bytes.count), separatesWords: !isInline))
            } else if let cut {
                cuts.append(Cut(range: cut))
            }
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
