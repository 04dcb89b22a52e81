import State

/// Finds what a sink noted in a file that others have changed since.
///
/// Only behind the place where it was noted: what stands there has come since the last checkpoint, whatever it holds.
/// The same bytes in front of it may be from before.
struct RangeSearch {
    /// Bytes in which a write is looked for that does not stand where it was noted.
    private static let limit = 64 << 20
    /// Lines that somebody may have put into the middle of a write.
    private static let lineLimit = 64
    /// Searches in vain after which a file counts as another one.
    private static let patience = 8

    let content: FileContent
    /// How far the last write was from its place, which is how far the next one is likely to be.
    private var shift = 0
    private var vain = 0

    init(_ content: FileContent) { self.content = content }

    /// Where the bytes of a write stand now, in rising order; nothing where they are no more.
    ///
    /// - Parameter isLast: whether the process may have died before it had written all.
    mutating func places(of range: WrittenRange, isLast: Bool) throws -> [Range<Int>] {
        for shift in Set([0, shift]) where try isWhole(range, at: range.from + shift) {
            return [range.from + shift..<range.end + shift]
        }
        let bytes = try content.bytes(from: range.from, count: range.length + WrittenRange.headSize)
        let own = bytes.withUnsafeBytes { range.ownCount(in: $0) }
        if own > 0 {
            let front = range.from..<range.from + own
            guard own < range.length, let rest = try rest(of: range, behind: own) else { return [front] }
            shift = rest.lowerBound - front.upperBound
            return [front, rest]
        }
        guard vain < RangeSearch.patience, let place = try search(range) else {
            vain += isLast ? 0 : 1
            return []
        }
        shift = place - range.from
        return [place..<place + range.length]
    }

    /// What is left of writes in a file whose first lines have been taken off: all of them end where the file ends, as far
    /// up as bytes are missing.
    ///
    /// - Parameter ranges: one behind the other, as they were noted last.
    /// - Returns: nil where the file is not what was noted without its beginning.
    static func withoutBeginning(
        _ ranges: [WrittenRange], in content: FileContent
    ) throws -> [Range<Int>]? {
        let search = RangeSearch(content)
        guard let end = ranges.last?.end else { return nil }
        let cut = end - (try content.size())
        let whole = ranges.filter { $0.from >= cut }
        guard cut > 0, !whole.isEmpty else { return nil }
        for range in whole where try !search.isWhole(range, at: range.from - cut) { return nil }
        // Of the one in front of those, the end is left.
        return ranges.filter { $0.end > cut }.map { max(0, $0.from - cut)..<$0.end - cut }
    }

    private func isWhole(_ range: WrittenRange, at place: Int) throws -> Bool {
        let bytes = try content.bytes(from: place, count: range.length)
        return bytes.withUnsafeBytes { $0.count == range.length && FileHash.hash($0) == range.hash }
    }

    /// Where a write goes on behind lines that were put into its middle.
    private func rest(of range: WrittenRange, behind own: Int) throws -> Range<Int>? {
        let bytes = try content.bytes(from: range.from, count: RangeSearch.limit)
        let count = range.length - own
        var place = own
        for _ in 0..<RangeSearch.lineLimit {
            guard let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")), bytes.count - end > count
            else {
                return nil
            }
            place = end + 1
            let whole = Array(bytes[..<own]) + bytes[place..<place + count]
            if whole.withUnsafeBytes({ FileHash.hash($0) }) == range.hash {
                return range.from + place..<range.from + place + count
            }
        }
        return nil
    }

    private func search(_ range: WrittenRange) throws -> Int? {
        guard let first = range.head.first else { return nil }
        let bytes = try content.bytes(from: range.from, count: RangeSearch.limit)
        return bytes.withUnsafeBytes { bytes in
            var place = 0
            while bytes.count - place >= range.length {
                guard let next = bytes[place...].firstIndex(of: first), bytes.count - next >= range.length
                else { return nil }
                let candidate = UnsafeRawBufferPointer(rebasing: bytes[next..<next + range.length])
                if candidate.starts(with: range.head), FileHash.hash(candidate) == range.hash {
                    return range.from + next
                }
                place = next + 1
            }
            return nil
        }
    }
}
