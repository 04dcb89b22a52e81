/// Decodes literal and folded block scalars.
struct BlockScalarDecoder {
    private typealias Break = (range: Range<Int>, value: [UInt8])

    private let bytes: [UInt8]
    private let end: Int
    private let indent: Int
    private let isFolded: Bool
    private var offset: Int
    private var result = DecodedScalar()

    /// Decodes the scalar; nil if no indentation gives `expected`.
    static func decode(
        _ bytes: [UInt8], _ range: Range<Int>, isFolded: Bool, expecting expected: [UInt8]
    ) -> DecodedScalar? {
        let text = firstLine(bytes, range)
        // An indentation indicator counts from the parent's indentation, which the scalar alone does not show:
        // the value tells which of the possible ones it is.
        for indent in candidates(bytes, text..<range.upperBound) {
            var decoder = BlockScalarDecoder(
                bytes: bytes, end: range.upperBound, indent: indent, isFolded: isFolded, offset: text)
            if let decoded = decoder.decode(expecting: expected) { return decoded }
        }
        return nil
    }

    private init(bytes: [UInt8], end: Int, indent: Int, isFolded: Bool, offset: Int) {
        self.bytes = bytes
        self.end = end
        self.indent = indent
        self.isFolded = isFolded
        self.offset = offset
    }

    /// Behind the line of `|` or `>` with its indicators and comment.
    private static func firstLine(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        var offset = range.lowerBound
        while offset < range.upperBound {
            if let found = LineBreak.at(offset, bytes, range.upperBound) { return offset + found.length }
            offset += 1
        }
        return offset
    }

    /// The first text line's indentation, then all that are less.
    private static func candidates(_ bytes: [UInt8], _ range: Range<Int>) -> [Int] {
        var spaces = 0
        var offset = range.lowerBound
        while offset < range.upperBound {
            if let found = LineBreak.at(offset, bytes, range.upperBound) {
                offset += found.length
                spaces = 0
            } else if bytes[offset] == 0x20 {
                spaces += 1
                offset += 1
            } else {
                break
            }
        }
        return Array((0...min(spaces, 1024)).reversed())
    }

    private mutating func decode(expecting expected: [UInt8]) -> DecodedScalar? {
        var leading: Break?
        var trailing = emptyLines()
        var wasBlank = false
        var checked = 0
        while offset < end {
            let isBlank = SourceByte.isBlank(bytes[offset])
            if let leading {
                join(leading, trailing, keepsBreak: !isFolded || wasBlank || isBlank)
            } else {
                keep(trailing)
            }
            wasBlank = isBlank
            leading = line()
            trailing = emptyLines()
            // A wrong indentation shows in the first line, so that trying several costs little.
            guard agrees(expected, from: checked) else { return nil }
            checked = result.value.count
        }
        if let leading { result.append(leading.value, for: leading.range) }
        keep(trailing)
        // Chomping only takes line breaks away from the end.
        guard result.value.starts(with: expected),
            result.value[expected.count...].allSatisfy(SourceByte.isBreak)
        else { return nil }
        result.truncate(to: expected.count)
        return result
    }

    private func agrees(_ expected: [UInt8], from start: Int) -> Bool {
        result.value.count <= expected.count
            && result.value[start...].elementsEqual(expected[start..<result.value.count])
    }

    private mutating func join(_ leading: Break, _ trailing: [Break], keepsBreak: Bool) {
        if keepsBreak || leading.value != [0x0A] {
            result.append(leading.value, for: leading.range)
        } else if trailing.isEmpty {
            result.append([0x20], for: leading.range)
        }
        keep(trailing)
    }

    private mutating func keep(_ breaks: [Break]) {
        for one in breaks { result.append(one.value, for: one.range) }
    }

    /// The rest of the line; its break is the result.
    private mutating func line() -> Break? {
        while offset < end {
            if let found = LineBreak.at(offset, bytes, end) {
                defer { offset += found.length }
                return (offset..<(offset + found.length), found.value)
            }
            result.append(bytes[offset], at: offset)
            offset += 1
        }
        return nil
    }

    /// Skips the next line's indentation and the lines that have nothing else.
    private mutating func emptyLines() -> [Break] {
        var breaks: [Break] = []
        while offset < end {
            var column = 0
            while column < indent, offset < end, bytes[offset] == 0x20 {
                offset += 1
                column += 1
            }
            guard let found = LineBreak.at(offset, bytes, end) else { break }
            breaks.append((offset..<(offset + found.length), found.value))
            offset += found.length
        }
        return breaks
    }
}
