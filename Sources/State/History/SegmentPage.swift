/// A page of a segment: some of its entries in their order, with a column for each of their parts.
///
///     offset   bytes
///     0        2          number of entries, n
///     2        1          bytes of a time, w: 0, 1, 2, 4 or 8
///     3        1          columns that are there: 1 readings, 2 removals; 4 a short page
///     4        8          the earliest time
///     12       8 × n      high words of the keys
///              8 × n      low words
///              w × n      times, counted from the earliest
///              8 × n      readings, where they are there
///              ⌈n ÷ 8⌉    a bit for each entry: whether it is a removal, where they are there
///
/// All numbers are big-endian. A key whose neighbours were seen in the same minutes takes 17 bytes.
///
/// A short page, of keys whose high words end in eight zeros, has ten bytes more in its head, and less for each entry:
///
///     12       1          bytes of a high word, h: at most 7
///     13       1          zeros that times end in, z
///     14       8          the first high word
///     22       h × n      high words, less the first and without their zeros
///              8 × n      low words
///              w × n      times, counted from the earliest in units of two to the power of z
struct SegmentPage {
    /// Bytes of a page, at most: with what SQLite adds, one page of its file, so that no page needs a second one.
    static let size = 4048
    fileprivate static let headSize = 12
    fileprivate static let readings: UInt8 = 1
    fileprivate static let removals: UInt8 = 2
    fileprivate static let short: UInt8 = 4
    fileprivate static let shortHeadSize = 22

    let count: Int
    private let bytes: UnsafeRawBufferPointer
    private let timeWidth: Int
    private let timeShift: UInt64
    private let earliest: Int64
    /// Bytes of a high word; 8 where it stands there whole.
    private let highWidth: Int
    private let firstHigh: UInt64
    private let highs: Int
    private let lows: Int
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
            columns & ~(SegmentPage.readings | SegmentPage.removals | SegmentPage.short) == 0
        else { return nil }
        if columns & SegmentPage.short == 0 {
            (highs, highWidth, timeShift, firstHigh) = (SegmentPage.headSize, 8, 0, 0)
        } else {
            guard bytes.count >= SegmentPage.shortHeadSize, bytes[12] <= 7, bytes[13] < 64 else { return nil }
            (highs, highWidth, timeShift) = (SegmentPage.shortHeadSize, Int(bytes[12]), UInt64(bytes[13]))
            firstHigh = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 14, as: UInt64.self))
        }
        lows = highs + count * highWidth
        times = lows + count * 8
        var end = times + count * timeWidth
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
            key: key(at: index), time: earliest &+ Int64(bitPattern: timeOffset(at: index) << timeShift),
            reading: readings == 0 ? 0 : Int64(bitPattern: word(at: readings + index * 8)),
            isRemoved: removals != 0 && bytes[removals + index / 8] & 1 << UInt8(index % 8) != 0)
    }

    func key(at index: Int) -> HistoryKey {
        HistoryKey(high: high(at: index), low: word(at: lows + index * 8))
    }

    private func high(at index: Int) -> UInt64 {
        if highWidth == 8 { return word(at: highs + index * 8) }
        var offset: UInt64 = 0
        for byte in (highs + index * highWidth)..<(highs + (index + 1) * highWidth) {
            offset = offset << 8 | UInt64(bytes[byte])
        }
        return firstHigh &+ offset << UInt64(StoryKey.unused)
    }

    /// The first entry whose key's high word is not below one; ``count`` where there is none.
    func firstIndex(notBelow high: UInt64) -> Int {
        var (low, end) = (0, count)
        while low < end {
            let middle = (low + end) / 2
            if self.high(at: middle) < high { low = middle + 1 } else { end = middle }
        }
        return low
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
    /// For keys whose high words end in ``StoryKey/unused`` zeros.
    private let isShort: Bool
    /// The bits in which times differ.
    private var timeBits: UInt64 = 0

    init(isShort: Bool = false) {
        self.isShort = isShort
        entries.reserveCapacity(SegmentPage.size / (isShort ? 8 : 16))
    }

    /// Adds an entry behind those that are there.
    ///
    /// - Returns: false where there is no room for it.
    mutating func add(_ entry: HistoryEntry) -> Bool {
        let (earliest, latest) = (min(earliest, entry.time), max(latest, entry.time))
        let hasReadings = hasReadings || entry.reading != 0
        let hasRemovals = hasRemovals || entry.isRemoved
        let count = entries.count + 1
        let timeBits = timeBits | UInt64(bitPattern: entry.time &- (entries.first?.time ?? entry.time))
        let width = SegmentPageBuilder.width(earliest, latest, shift: shift(timeBits))
        let high = isShort ? highWidth(through: entry.key) : 8
        let size =
            (isShort ? SegmentPage.shortHeadSize : SegmentPage.headSize) + count
            * (high + 8 + width + (hasReadings ? 8 : 0))
            + (hasRemovals ? (count + 7) / 8 : 0)
        if size > SegmentPage.size { return false }
        entries.append(entry)
        self.timeBits = timeBits
        (self.earliest, self.latest) = (earliest, latest)
        (self.hasReadings, self.hasRemovals) = (hasReadings, hasRemovals)
        return true
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        (earliest, latest) = (.max, .min)
        (hasReadings, hasRemovals) = (false, false)
        timeBits = 0
    }

    /// Bytes that tell the high words of a page apart.
    private func highWidth(through last: HistoryKey) -> Int {
        let offset = (last.high &- (entries.first ?? HistoryEntry(key: last, time: 0, reading: 0)).key.high)
        return (64 - (offset >> UInt64(StoryKey.unused)).leadingZeroBitCount + 7) / 8
    }

    /// Zeros that all times of a page end in, counted from the earliest.
    private func shift(_ timeBits: UInt64) -> Int {
        isShort && timeBits != 0 ? timeBits.trailingZeroBitCount : 0
    }

    /// The page, written over what is in a buffer.
    func write(to bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        let shift = shift(timeBits)
        let width = SegmentPageBuilder.width(earliest, latest, shift: shift)
        bytes.append(bigEndian: UInt16(entries.count))
        bytes.append(UInt8(width))
        bytes.append(
            (hasReadings ? SegmentPage.readings : 0) | (hasRemovals ? SegmentPage.removals : 0)
                | (isShort ? SegmentPage.short : 0))
        bytes.append(bigEndian: earliest)
        if isShort {
            writeShortHighs(shift, to: &bytes)
        } else {
            for entry in entries { bytes.append(bigEndian: entry.key.high) }
        }
        for entry in entries { bytes.append(bigEndian: entry.key.low) }
        for entry in entries {
            let offset = UInt64(bitPattern: entry.time &- earliest) >> UInt64(shift)
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

    private func writeShortHighs(_ timeShift: Int, to bytes: inout [UInt8]) {
        let width = highWidth(through: entries[entries.count - 1].key)
        bytes.append(UInt8(width))
        bytes.append(UInt8(timeShift))
        bytes.append(bigEndian: entries[0].key.high)
        for entry in entries {
            let offset = (entry.key.high &- entries[0].key.high) >> UInt64(StoryKey.unused)
            for byte in (0..<width).reversed() {
                bytes.append(UInt8(truncatingIfNeeded: offset >> UInt64(byte * 8)))
            }
        }
    }

    /// Bytes that tell times of a page apart.
    private static func width(_ earliest: Int64, _ latest: Int64, shift: Int) -> Int {
        switch UInt64(bitPattern: latest &- earliest) >> UInt64(shift) {
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
