package import Diagnostics

/// Where the characters of a scalar's value stand in the file.
///
/// The scalar is decoded again from the file with the offsets kept; if that does not give the value that libyaml
/// read, every place is the scalar's start, which is never wrong but less exact.
package struct ScalarPositionMap: Sendable {
    /// A stretch of the value that stands in the file as it is, or comes from one place (an escape, a fold).
    private let runs: [DecodedScalar.Run]
    private let range: Range<Int>
    private let escapes: [Int]
    private let length: Int

    /// The map of a scalar at `range` of `source`.
    package init(_ scalar: YAMLScalar, range: SourceRange, in source: SourceText) {
        self.range = range.start.offset..<max(range.end.offset, range.start.offset)
        escapes = scalar.escapes
        var value = Array(scalar.text.utf8)
        // What is mapped is the value before `$${` became `${`.
        for offset in scalar.escapes.reversed() {
            value.insert(UInt8(ascii: "$"), at: min(offset, value.count))
        }
        length = value.count
        let decoded = DecodedScalar.decode(source.bytes, self.range, style: scalar.style, expecting: value)
        runs = decoded?.runs ?? []
    }

    /// The offset in the file of the character at a UTF-8 offset of the value.
    package func sourceOffset(of offset: Int) -> Int {
        let offset = unescaped(offset)
        guard offset < length else { return end }
        guard let run = run(at: offset) else { return range.lowerBound }
        return run.isLiteral ? run.source + offset - run.value : run.source
    }

    /// The offset in the file behind the character that ends at a UTF-8 offset of the value.
    package func sourceOffset(ofEnd offset: Int) -> Int {
        let offset = unescaped(offset)
        guard offset > 0, let run = run(at: offset - 1) else { return sourceOffset(of: offset) }
        return run.isLiteral ? run.source + offset - run.value : run.sourceEnd
    }

    private func unescaped(_ offset: Int) -> Int { offset + escapes.count { $0 < offset } }

    /// Behind the last character of the value.
    private var end: Int { runs.last?.sourceEnd ?? range.upperBound }

    private func run(at offset: Int) -> DecodedScalar.Run? {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].value <= offset { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? runs[low - 1] : nil
    }
}
