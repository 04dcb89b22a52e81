/// The number of a reading of a document, not 0: 32 bits of the document, and 32 of the reading.
package enum ReadingNumber {
    /// - Parameters:
    ///   - document: a hash; two documents that have it in common are taken for one, and lose no more than that an
    ///     unchanged one does not renew what the other shows, too.
    ///   - reading: any number.
    package static func make(document: UInt64, reading: UInt64) -> Int64 {
        Int64(bitPattern: document << 32 | reading & 0xffff_ffff | 1)
    }

    /// Whether one replaces the other.
    package static func areOfOneDocument(_ one: Int64, _ other: Int64) -> Bool { one >> 32 == other >> 32 }
}

/// When a key was last seen, and the last readings of all documents that showed it: a story stands in the feed of its
/// author and in that of a collection, and each of them renews it for as long as it shows it.
struct KeySightings {
    private(set) var last: DedupKey.Seen
    /// Those of other documents than the last one's.
    private(set) var others: [Int64]

    init(_ seen: DedupKey.Seen, others: [Int64] = []) {
        last = seen
        self.others = others
    }

    /// Takes note of another sighting; one from before the last is nothing new.
    mutating func add(_ seen: DedupKey.Seen) {
        guard seen.time >= last.time else { return }
        last.time = seen.time
        guard seen.reading != 0, seen.reading != last.reading else { return }
        others.removeAll { ReadingNumber.areOfOneDocument($0, seen.reading) }
        if last.reading != 0, !ReadingNumber.areOfOneDocument(last.reading, seen.reading) {
            others.append(last.reading)
        }
        last.reading = seen.reading
    }
}
