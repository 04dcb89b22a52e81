import Feeds
import Notation
import Records
import Streaming

/// The newest items that a feed shows.
struct FeedWindow {
    /// What decides which items are the newest.
    enum Order: Sendable {
        case published, updated, arrival
    }

    /// When an item came, against items that came with it.
    struct Arrival: Equatable {
        /// Nanoseconds since 1970.
        var received: Int64 = 0
        /// Rises from one run of records to the next.
        var turn: Int64 = 0
        /// The place within the run; the least is the newest.
        var place: Int64 = 0
    }

    struct Entry {
        var item: WrittenItem
        let arrival: Arrival
        /// Whether it has only the date of its arrival.
        let isUndated: Bool
        /// When what it says came, in nanoseconds since 1970.
        var changed: Int64
        /// What it is known by.
        let key: [UInt8]
        let size: Int

        init(_ item: WrittenItem, _ arrival: Arrival, isUndated: Bool, changed: Int64) {
            self.item = item
            self.arrival = arrival
            self.isUndated = isUndated
            self.changed = changed
            key = item.key
            size = item.size
        }
    }

    private let limit: Int
    /// Bytes that the items may have together.
    private let size: Int
    private let order: Order
    /// By ``WrittenItem/key``.
    private var entries: [[UInt8]: Entry] = [:]
    private var total = 0
    /// Whether something of it has changed since the flag was taken.
    private(set) var isChanged = false

    init(limit: Int, size: Int, order: Order) {
        self.limit = limit
        self.size = size
        self.order = order
    }

    var isEmpty: Bool { entries.isEmpty }
    var lastTurn: Int64 { entries.values.lazy.map(\.arrival.turn).max() ?? 0 }

    /// Takes an item; one whose id is there already takes its place.
    ///
    /// What an item was given when it came (its dates, its place) stays with it, so writing it again changes nothing. One
    /// that says something else, but not when it was changed, was changed when it came.
    mutating func put(_ item: WrittenItem, _ arrival: Arrival) {
        var new = Entry(item, arrival, isUndated: item.published == nil, changed: arrival.received)
        if let old = entries[new.key] {
            new = Entry(
                item, old.arrival, isUndated: old.isUndated, changed: max(arrival.received, old.changed))
            new.item.published = old.item.published
            if item.updated == nil {
                new.item.updated = old.item.updated
                if new.item == old.item { return }
                new.item.updated = max(
                    Timestamp(nanosecondsSince1970: arrival.received), old.item.updated ?? .distantPast)
            }
            if new.item == old.item { return }
            total -= old.size
        } else if new.isUndated {
            new.item.published = Timestamp(nanosecondsSince1970: arrival.received)
        }
        total += new.size
        entries[new.key] = new
        isChanged = true
        // Twice the limit, so that most items cost no sorting.
        if entries.count >= 2 * limit + 64 || total > 2 * size { trim() }
    }

    /// The items, the newest first.
    mutating func newest() -> [WrittenItem] {
        trim().map(\.item)
    }

    mutating func takeChange() -> Bool {
        defer { isChanged = false }
        return isChanged
    }

    /// Lets the oldest go that there is no room for.
    @discardableResult
    private mutating func trim() -> [Entry] {
        var sorted = entries.values.sorted { isNewer($0, than: $1) }
        var count = 0
        var bytes = 0
        while count < sorted.count, count < limit, count == 0 || bytes + sorted[count].size <= size {
            bytes += sorted[count].size
            count += 1
        }
        for entry in sorted[count...] { entries[entry.key] = nil }
        if count < sorted.count { isChanged = true }
        sorted.removeLast(sorted.count - count)
        total = bytes
        return sorted
    }

    private func isNewer(_ a: Entry, than b: Entry) -> Bool {
        let (first, second) = (time(of: a), time(of: b))
        if first != second { return first > second }
        if order == .arrival || a.isUndated && b.isUndated, a.arrival != b.arrival {
            if a.arrival.turn != b.arrival.turn { return a.arrival.turn > b.arrival.turn }
            return a.arrival.place < b.arrival.place
        }
        // Ids mostly grow; what matters is that the order does not depend on how the items came.
        let (one, other) = (a.item.id.utf8, b.item.id.utf8)
        if one.count != other.count { return one.count > other.count }
        return other.lexicographicallyPrecedes(one)
    }

    /// What comes from the future stands where it came, so that it does not stay on top.
    private func time(of entry: Entry) -> Timestamp {
        let received = Timestamp(nanosecondsSince1970: entry.arrival.received)
        switch order {
        case .published: return min(entry.item.published ?? received, received)
        case .updated:
            let changed = Timestamp(nanosecondsSince1970: entry.changed)
            return min(entry.item.lastChange ?? changed, changed)
        case .arrival: return received
        }
    }
}

extension Timestamp {
    fileprivate static let distantPast = Timestamp(nanosecondsSince1970: .min)
}

extension FeedWindow {
    /// The newest items with when they came: all that a start needs to go on.
    var stored: SinkPosition {
        var output = OutputBuffer()
        output.append(#"{"items":["#)
        for (place, entry) in entries.values.sorted(by: { isNewer($0, than: $1) }).enumerated() {
            if place > 0 { output.append(",") }
            output.append(
                .object(
                    JSONObject([
                        ("received", .int(entry.arrival.received)), ("turn", .int(entry.arrival.turn)),
                        ("place", .int(entry.arrival.place)), ("undated", .bool(entry.isUndated)),
                        ("changed", .int(entry.changed)),
                        ("item", entry.item.stored)
                    ])))
        }
        output.append("]}")
        return SinkPosition(json: String(decoding: output.bytes, as: UTF8.self))
    }

    /// Takes in what was stored.
    ///
    /// - Throws: ``UnreadableAnchor``.
    mutating func restore(_ position: SinkPosition) throws {
        let origin = Origin(source: "", received: 0)
        guard let (chunk, root) = try? JSONParser().parse(position.json, origin: origin),
            let items = chunk.node(at: root)["items"]
        else { throw UnreadableAnchor(json: position.json) }
        for node in items.elements {
            guard let stored = node["item"], let id = stored["id"]?.string,
                let received = node["received"]?.int,
                let turn = node["turn"]?.int, let place = node["place"]?.int,
                let item = WrittenItem(id: id, field: { stored[$0] })
            else { throw UnreadableAnchor(json: position.json) }
            let entry = Entry(
                item, Arrival(received: received, turn: turn, place: place),
                isUndated: node["undated"]?.bool ?? false, changed: node["changed"]?.int ?? received)
            entries[entry.key] = entry
            total += entry.size
        }
        withExtendedLifetime(chunk) {}
        trim()
    }
}
