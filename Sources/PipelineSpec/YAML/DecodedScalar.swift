/// A scalar decoded from its source text, every byte with the place that it came from.
struct DecodedScalar {
    /// A stretch of the value.
    struct Run: Sendable {
        /// The offset in the value.
        let value: Int
        /// The offset in the file.
        let source: Int
        /// Behind the last byte in the file.
        var sourceEnd: Int
        /// Whether value and file have the same bytes here.
        let isLiteral: Bool
    }

    private(set) var value: [UInt8] = []
    private(set) var runs: [Run] = []

    /// Decodes a scalar; nil if the result is not `expected`.
    static func decode(
        _ bytes: [UInt8], _ range: Range<Int>, style: YAMLScalar.Style, expecting expected: [UInt8]
    ) -> DecodedScalar? {
        switch style {
        case .plain, .singleQuoted, .doubleQuoted:
            var decoder = FlowScalarDecoder(bytes, range, style)
            let decoded = decoder.decode()
            return decoded.value == expected ? decoded : nil
        case .literal, .folded:
            return BlockScalarDecoder.decode(bytes, range, isFolded: style == .folded, expecting: expected)
        }
    }

    /// Appends a byte that stands in the file as it is.
    mutating func append(_ byte: UInt8, at source: Int) {
        if let last = runs.last, last.isLiteral, last.source + value.count - last.value == source {
            runs[runs.count - 1].sourceEnd = source + 1
        } else {
            runs.append(Run(value: value.count, source: source, sourceEnd: source + 1, isLiteral: true))
        }
        value.append(byte)
    }

    /// Appends bytes that something else in the file stands for.
    mutating func append(_ bytes: some Sequence<UInt8>, for source: Range<Int>) {
        let bytes = Array(bytes)
        guard !bytes.isEmpty else { return }
        runs.append(
            Run(value: value.count, source: source.lowerBound, sourceEnd: source.upperBound, isLiteral: false)
        )
        value += bytes
    }

    /// Takes line breaks away from the end, down to a length.
    mutating func truncate(to length: Int) {
        value.removeLast(value.count - length)
        while let last = runs.last, last.value >= length { runs.removeLast() }
        guard let last = runs.last, last.isLiteral else { return }
        runs[runs.count - 1].sourceEnd = last.source + length - last.value
    }
}

/// Line breaks as libyaml normalises them.
enum LineBreak {
    /// The bytes that the break at `offset` takes in the file, and those that it becomes; nil if there is none.
    static func at(_ offset: Int, _ bytes: [UInt8], _ end: Int) -> (length: Int, value: [UInt8])? {
        guard offset < end else { return nil }
        switch bytes[offset] {
        case 0x0D where offset + 1 < end && bytes[offset + 1] == 0x0A: return (2, [0x0A])
        case 0x0D, 0x0A: return (1, [0x0A])
        case 0xC2 where offset + 1 < end && bytes[offset + 1] == 0x85: return (2, [0x0A])
        case 0xE2 where offset + 2 < end && bytes[offset + 1] == 0x80 && bytes[offset + 2] & 0xFE == 0xA8:
            return (3, Array(bytes[offset..<(offset + 3)]))
        default: return nil
        }
    }
}
