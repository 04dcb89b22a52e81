import Streaming

/// A band of a story as a key of segments: `high` has the band and the last 24 bits of the sketch, and ends in eight zeros;
/// `low` has the first 64 bits of the sketch. So the stories of one band stand side by side, and a look at them says how
/// similar they are.
enum StoryKey {
    /// Bits at the end of `high` that are zero.
    static let unused = 8

    static func make(band: UInt32, _ sketch: StorySketch) -> HistoryKey {
        HistoryKey(high: UInt64(band) << 32 | UInt64(sketch.second) << UInt64(unused), low: sketch.first)
    }

    static func band(of key: HistoryKey) -> UInt32 { UInt32(key.high >> 32) }

    static func sketch(of key: HistoryKey) -> StorySketch {
        StorySketch(first: key.low, second: UInt32(truncatingIfNeeded: key.high >> UInt64(unused)))
    }

    /// What a filter knows all stories of a band by.
    @inline(__always)
    static func filtered(band: UInt32) -> HistoryKey {
        var hash = UInt64(band) &+ 0x9e37_79b9_7f4a_7c15
        hash = (hash ^ hash >> 30) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ hash >> 27) &* 0x94d0_49bb_1331_11eb
        hash ^= hash >> 31
        return HistoryKey(high: hash, low: hash &* 0x9fb2_1c65_1e98_df25)
    }
}

/// Finds stories by their bands.
struct StoryLookup {
    /// Of more stories under one band, which is then a phrase that all texts have, so many of each segment are looked at.
    private static let mostUnderBand = 1024

    private let pages: SegmentPages
    private let segments: [Segment]
    private let cutoff: Int64

    init(_ connection: Connection, _ catalog: SegmentCatalog) throws {
        pages = try SegmentPages(connection, .stories)
        segments = catalog.whole
        cutoff = catalog.cutoff
    }

    /// The stories that have one of a query's bands and agree with its sketch, each once.
    func stories(similarTo queries: [StoryQuery]) throws -> [[StorySketch]] {
        var found: [[StorySketch]] = Array(repeating: [], count: queries.count)
        // In the order of the pages, so that what is read for one is there for the next.
        var probes: [(band: UInt32, query: Int)] = []
        for (index, query) in queries.enumerated() {
            for band in query.bands { probes.append((band, index)) }
        }
        probes.sort { $0.band < $1.band }
        for segment in segments {
            for probe in probes where segment.mayHold(band: probe.band) {
                try look(for: probe.band, of: queries[probe.query], in: segment) { sketch in
                    if !found[probe.query].contains(sketch) { found[probe.query].append(sketch) }
                }
            }
        }
        return found
    }

    private func look(
        for band: UInt32, of query: StoryQuery, in segment: Segment, _ found: (StorySketch) -> Void
    ) throws {
        let first = UInt64(band) << 32
        let last = first | 0xffff_ffff
        var left = StoryLookup.mostUnderBand
        for page in segment.pages(from: first, through: last) where left > 0 {
            try pages.with(page, of: segment.row) { page in
                for index in page.firstIndex(notBelow: first)..<page.count where left > 0 {
                    let key = page.key(at: index)
                    if key.high > last { break }
                    left -= 1
                    let sketch = StoryKey.sketch(of: key)
                    if sketch.agreement(with: query.sketch) >= query.leastAgreement,
                        page.entry(at: index).time >= cutoff
                    {
                        found(sketch)
                    }
                }
            }
        }
    }
}
