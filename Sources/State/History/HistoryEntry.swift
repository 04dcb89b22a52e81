import Streaming

/// A key by its value; keys stand in segments in this order.
struct HistoryKey: Hashable, Comparable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init(_ key: DedupKey) { self.init(high: key.high, low: key.low) }

    static func < (one: HistoryKey, other: HistoryKey) -> Bool {
        one.high != other.high ? one.high < other.high : one.low < other.low
    }
}

/// All that a segment says of a key. Of the segments that have a key, only what the newest says counts.
struct HistoryEntry: Equatable {
    let key: HistoryKey
    /// When it was last seen, in seconds of the history's clock.
    var time: Int64
    /// The number of the reading of a document that showed it last; 0 where it came from no document.
    var reading: Int64
    /// It is known no more, whatever older segments say.
    var isRemoved = false

    var seen: DedupKey.Seen { DedupKey.Seen(time: time, reading: reading) }
}
