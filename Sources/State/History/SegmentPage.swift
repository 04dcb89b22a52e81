/// A page of a segment: some of its entries in their order, with a column for each of their parts.
///
///     offset   bytes
///     0        2          number of entries, n
///     2        1          bytes of a time, w: 0, 1, 2, 4 or 8
///     3        1          columns that are there: 1 readings, 2 removals
///     4        8          the earliest time
///     12       8 × n      high words of the keys
///              8 × n      low words
///              w × n      times, counted from the earliest
///              8 × n      readings, where they are there
///              ⌈n ÷ 8⌉    a bit for each entry: whether it is a removal, where they are there
///
/// All numbers are big-endian. A key whose neighbours were seen in the same minutes takes 17 bytes.
struct SegmentPage {
    /// Bytes of a page, at most: with what SQLite adds, one page of its file, so that no page needs a second one.
    static let size = 4048
    fileprivate static let headSize = 12
    fileprivate static let readings: UInt8 = 1
    fileprivate static let removals: UInt8 = 2

    let count: Int
    private let bytes: UnsafeRawBufferPointer
    private let timeWidth: Int
    private let earliest: Int64
    /// Where the columns begin; 0 for one that is not there.
    private let times: Int
    private let readings: Int
    private let removals: Int

    /// Nil where the bytes are no page.
    ///
    /// - Parameter bytes: they must stay for as long as the page is used.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= SegmentPage.headSize else { return nil }
        let count = Int(UInt16(bigEndian: bytes.loadUnaligned(as: UInt16.self)))
        let (timeWidth, columns) = (Int(bytes[2]), bytes[3])
        guard count > 0, [0, 1, 2, 4, 8].contains(timeWidth),
            columns & ~(SegmentPage.readings | SegmentPage.removals) == 0
        else { return nil }
        var end = SegmentPage.headSize + count * (16 + timeWidth)
        times = SegmentPage.headSize + count * 16
        readings = columns & SegmentPage.readings != 0 ? end : 0
        if readings != 0 { end += count * 8 }
        removals = columns & SegmentPage.removals != 0 ? end : 0
        if removals != 0 { end += (count + 7) / 8 }
        guard bytes.count == end else { return nil }
        earliest = Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: Int64.self))
        self.count = count
        self.bytes = bytes
        self.timeWidth = timeWidth
    }

    /// What the page says of a key; nil where it is not there.
    func entry(for key: HistoryKey) -> HistoryEntry? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self.key(at: middle) < key { low = middle + 1 } else { high = middle }
        }
        guard low < count, self.key(at: low) == key else { return nil }
        return entry(at: low)
    }

    func entry(at index: Int) -> HistoryEntry {
        HistoryEntry(
            key: key(at: index), time: earliest &+ Int64(bitPattern: timeOffset(at: index)),
            reading: readings == 0 ? 0 : Int64(bitPattern: word(at: readings + index * 8)),
            isRemoved: removals != 0 && bytes[removals + index / 8] & 1 << UInt8(index % 8) != 0)
    }

    func key(at index: Int) -> HistoryKey {
        let high = SegmentPage.headSize + index * 8
        return HistoryKey(high: word(at: high), low: word(at: high + count * 8))
    }

    private func word(at offset: Int) -> UInt64 {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private func timeOffset(at index: Int) -> UInt64 {
        let offset = times + index * timeWidth
        switch timeWidth {
        case 0: return 0
        case 1: return UInt64(bytes[offset])
        case 2: return UInt64(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
        case 4: return UInt64(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        default: return word(at: offset)
        }
    }
}

/// Collects the entries of a page.
struct SegmentPageBuilder {
    private(set) var entries: [HistoryEntry] = []
    private(set) var earliest: Int64 = .max
    private(set) var latest: Int64 = .min
    private(set) var hasReadings = false
    private(set) var hasRemovals = false

    init() { entries.reserveCapacity(SegmentPage.size / 16) }

    /// Adds an entry behind those that are there.
    ///
    /// - Returns: false where there is no room for it.
    mutating func add(_ entry: HistoryEntry) -> Bool {
        let (earliest, latest) = (min(earliest, entry.time), max(latest, entry.time))
        let hasReadings = hasReadings || entry.reading != 0
        let hasRemovals = hasRemovals || entry.isRemoved
        let count = entries.count + 1
        let width = SegmentPageBuilder.width(earliest, latest)
        let size =
            SegmentPage.headSize + count * (16 + width + (hasReadings ? 8 : 0))
            + (hasRemovals ? (count + 7) / 8 : 0)
        if size > SegmentPage.size { return false }
        entries.append(entry)
        (self.earliest, self.latest) = (earliest, latest)
        (self.hasReadings, self.hasRemovals) = (hasReadings, hasRemovals)
        return true
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        (earliest, latest) = (.max, .min)
        (hasReadings, hasRemovals) = (false, false)
    }

    /// The page, written over what is in a buffer.
    func write(to bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        let width = SegmentPageBuilder.width(earliest, latest)
        bytes.append(bigEndian: UInt16(entries.count))
        bytes.append(UInt8(width))
        bytes.append((hasReadings ? SegmentPage.readings : 0) | (hasRemovals ? SegmentPage.removals : 0))
        bytes.append(bigEndian: earliest)
        for entry in entries { bytes.append(bigEndian: entry.key.high) }
        for entry in entries { bytes.append(bigEndian: entry.key.low) }
        for entry in entries {
            let offset = UInt64(bitPattern: entry.time &- earliest)
            switch width {
            case 0: break
            case 1: bytes.append(UInt8(truncatingIfNeeded: offset))
            case 2: bytes.append(bigEndian: UInt16(truncatingIfNeeded: offset))
            case 4: bytes.append(bigEndian: UInt32(truncatingIfNeeded: offset))
            default: bytes.append(bigEndian: offset)
            }
        }
        if hasReadings { for entry in entries { bytes.append(bigEndian: entry.reading) } }
        if hasRemovals {
            for start in stride(from: 0, to: entries.count, by: 8) {
                var bits: UInt8 = 0
                for (bit, entry) in entries[start..<min(start + 8, entries.count)].enumerated() {
                    if entry.isRemoved { bits |= 1 << UInt8(bit) }
                }
                bytes.append(bits)
            }
        }
    }

    /// Bytes that tell times of a page apart.
    private static func width(_ earliest: Int64, _ latest: Int64) -> Int {
        switch UInt64(bitPattern: latest &- earliest) {
        case 0: 0
        case ..<(1 << 8): 1
        case ..<(1 << 16): 2
        case ..<(1 << 32): 4
        default: 8
        }
    }
}

extension [UInt8] {
    /// Appends the bytes of a number, the most significant first.
    mutating func append(bigEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
