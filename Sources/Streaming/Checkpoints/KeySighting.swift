/// When a key was seen in the records of one source, and how often: what a `dedup` with `sightings` keeps beside its
/// history. Times are seconds since 1970.
package struct KeySighting: Hashable, Sendable {
    /// What it is a sighting of.
    package struct Place: Hashable, Sendable {
        package let high: UInt64
        package let low: UInt64
        /// The source's name.
        package let source: String

        package init(high: UInt64, low: UInt64, source: String) {
            self.high = high
            self.low = low
            self.source = source
        }
    }

    package let place: Place
    package var first: Int64
    package var last: Int64
    package var count: Int64
    /// From when on it may be forgotten.
    package var until: Int64

    package init(_ place: Place, first: Int64, last: Int64, count: Int64 = 1, until: Int64) {
        self.place = place
        self.first = first
        self.last = last
        self.count = count
        self.until = until
    }

    /// Takes note of others of the same place.
    package mutating func add(_ other: KeySighting) {
        first = min(first, other.first)
        last = max(last, other.last)
        count += other.count
        until = max(until, other.until)
    }
}

/// Sightings in memory, one for each place.
struct SightingBook {
    private var entries: [KeySighting.Place: KeySighting] = [:]
    /// Entries at which it is time to look for those that may be forgotten.
    private var limit = 1024

    var all: [KeySighting] { Array(entries.values) }

    mutating func add(_ sightings: [KeySighting], now: Int64? = nil) {
        for sighting in sightings {
            if entries[sighting.place]?.add(sighting) == nil { entries[sighting.place] = sighting }
        }
        guard let now, entries.count > limit else { return }
        entries = entries.filter { $0.value.until >= now }
        limit = max(1024, 2 * entries.count)
    }

    func sightings(of keys: Set<KeyIdentity>) -> [KeySighting] {
        entries.values.filter { keys.contains(KeyIdentity(high: $0.place.high, low: $0.place.low)) }
    }
}
