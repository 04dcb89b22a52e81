/// Decodes plain and quoted scalars: folding, doubled quotes, escapes.
struct FlowScalarDecoder {
    private let bytes: [UInt8]
    private let style: YAMLScalar.Style
    private let end: Int
    private var offset: Int
    private var result = DecodedScalar()

    init(_ bytes: [UInt8], _ range: Range<Int>, _ style: YAMLScalar.Style) {
        self.bytes = bytes
        self.style = style
        // The quotes at both ends are not part of the text.
        let quotes = style == .plain ? 0 : 1
        offset = range.lowerBound + quotes
        end = max(range.upperBound - quotes, range.lowerBound)
    }

    mutating func decode() -> DecodedScalar {
        while offset < end {
            if SourceByte.isBlank(bytes[offset]) || LineBreak.at(offset, bytes, end) != nil {
                whiteSpace()
            } else if style == .singleQuoted, bytes[offset] == UInt8(ascii: "'") {
                result.append([UInt8(ascii: "'")], for: offset..<(offset + 2))
                offset += 2
            } else if style == .doubleQuoted, bytes[offset] == UInt8(ascii: "\\") {
                escape()
            } else {
                result.append(bytes[offset], at: offset)
                offset += 1
            }
        }
        return result
    }

    /// Blanks stay as they are, unless a line break is among them: then all of it folds.
    private mutating func whiteSpace() {
        let start = offset
        while offset < end, SourceByte.isBlank(bytes[offset]) { offset += 1 }
        guard LineBreak.at(offset, bytes, end) != nil else {
            for position in start..<offset { result.append(bytes[position], at: position) }
            return
        }
        fold(from: start, isEscaped: false)
    }

    /// One line break is a space, or nothing when it is escaped; of several, all but the first stay.
    private mutating func fold(from start: Int, isEscaped: Bool) {
        var breaks: [(range: Range<Int>, value: [UInt8])] = []
        while offset < end {
            if let found = LineBreak.at(offset, bytes, end) {
                breaks.append((offset..<(offset + found.length), found.value))
                offset += found.length
            } else if SourceByte.isBlank(bytes[offset]) {
                offset += 1
            } else {
                break
            }
        }
        guard let first = breaks.first else { return }
        if first.value != [0x0A], !isEscaped { result.append(first.value, for: first.range) }
        for more in breaks.dropFirst() { result.append(more.value, for: more.range) }
        if breaks.count == 1, first.value == [0x0A], !isEscaped { result.append([0x20], for: start..<offset) }
    }

    private mutating func escape() {
        let start = offset
        guard offset + 1 < end else {
            offset = end
            return
        }
        offset += 1
        if LineBreak.at(offset, bytes, end) != nil { return fold(from: start, isEscaped: true) }
        let code = bytes[offset]
        offset += 1
        if let digits = Self.digits[code] { return number(digits, from: start) }
        if let value = Self.escapes[code] { result.append(value.utf8, for: start..<offset) }
    }

    private mutating func number(_ digits: Int, from start: Int) {
        let stop = min(offset + digits, end)
        let text = String(decoding: bytes[offset..<stop], as: UTF8.self)
        offset = stop
        guard let scalar = UInt32(text, radix: 16).flatMap(Unicode.Scalar.init) else { return }
        result.append(String(scalar).utf8, for: start..<stop)
    }

    private static let digits: [UInt8: Int] = [
        UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8
    ]

    private static let escapes: [UInt8: String] = [
        UInt8(ascii: "0"): "\0", UInt8(ascii: "a"): "\u{7}", UInt8(ascii: "b"): "\u{8}",
        UInt8(ascii: "t"): "\t",
        0x09: "\t", UInt8(ascii: "n"): "\n", UInt8(ascii: "v"): "\u{B}", UInt8(ascii: "f"): "\u{C}",
        UInt8(ascii: "r"): "\r", UInt8(ascii: "e"): "\u{1B}", UInt8(ascii: " "): " ",
        UInt8(ascii: "\""): "\"",
        UInt8(ascii: "/"): "/", UInt8(ascii: "\\"): "\\", UInt8(ascii: "N"): "\u{85}",
        UInt8(ascii: "_"): "\u{A0}",
        UInt8(ascii: "L"): "\u{2028}", UInt8(ascii: "P"): "\u{2029}"
    ]
}
