import Streaming

/// Which segments are to be merged.
enum SegmentMerge {
    /// So many segments of about one size are merged.
    private static let fanIn = 4
    /// More segments are not looked up for long.
    private static let most = 24

    /// How many of the newest are to be merged, by the numbers of keys in those that may be, the newest first; 0 for none.
    ///
    /// Sizes are told apart by powers of four. Where four of one size have come together, they are merged with all that is
    /// newer and smaller, so that a key is written again once for each size.
    static func due(_ keys: [Int]) -> Int {
        let sizes = keys.map(size)
        for size in Set(sizes).sorted() {
            let newest = sizes.prefix { $0 <= size }
            if newest.count(where: { $0 == size }) >= fanIn { return newest.count }
        }
        return keys.count > most ? keys.count : 0
    }

    private static func size(of keys: Int) -> Int {
        var (size, rest) = (0, keys / 256)
        while rest > 0 {
            rest /= 4
            size += 1
        }
        return size
    }

    /// One list of all entries, in order; what the first list says of a key counts, and not what a later one says.
    static func merged(_ lists: [[HistoryEntry]]) -> [HistoryEntry] {
        if lists.count == 1 { return lists[0] }
        var merged: [HistoryEntry] = []
        merged.reserveCapacity(lists.reduce(0) { $0 + $1.count })
        var heads = Array(repeating: 0, count: lists.count)
        while true {
            var newest = -1
            var least = HistoryKey(high: .max, low: .max)
            for index in lists.indices where heads[index] < lists[index].count {
                let key = lists[index][heads[index]].key
                if newest < 0 || key < least { (newest, least) = (index, key) }
            }
            if newest < 0 { return merged }
            merged.append(lists[newest][heads[newest]])
            for index in newest..<lists.count where heads[index] < lists[index].count {
                if lists[index][heads[index]].key == least { heads[index] += 1 }
            }
        }
    }
}

// MARK: - Merging

extension History {
    /// Begins the merges that are due, and goes on with those that are under way, the smallest first.
    ///
    /// - Parameter budget: keys that are looked at, at most; up to a range more.
    /// - Returns: how many were looked at; fewer than `budget` when no more is to be done.
    mutating func merge(budget: Int) throws -> Int {
        var looked = 0
        while looked < budget {
            try beginMerge()
            guard let next = smallestMerge() else { break }
            looked += try advance(next, budget: budget - looked)
        }
        return looked
    }

    private mutating func beginMerge() throws {
        // What has become whole in this transaction is taken up by a later one.
        let free = catalog.wholeRows.prefix { $0.target == nil && catalog.isLoaded($0.id) }
        let count = SegmentMerge.due(free.map(\.keys))
        if count > 0 { try beginMerge(of: Array(free.prefix(count))) }
    }

    /// - Parameter rows: neighbours, the newest first.
    mutating func beginMerge(of rows: [SegmentRow]) throws {
        let keys = rows.reduce(0) { $0 + $1.keys }
        let output = SegmentRow(
            catalog.family, id: catalog.newNumber().id, place: rows[0].place, state: .written,
            rangeBits: SegmentRow.rangeBits(for: keys))
        for var row in rows {
            row.target = output.id
            try put(row)
        }
        try put(output)
    }

    private func smallestMerge() -> SegmentRow? {
        func keys(_ row: SegmentRow) -> Int {
            row.id == SegmentCatalog.earlierHistory
                ? .max : catalog.inputs(of: row.id).reduce(0) { $0 + $1.row.keys }
        }
        return catalog.rows.filter { $0.state == .written }.min { keys($0) < keys($1) }
    }

    private mutating func advance(_ row: SegmentRow, budget: Int) throws -> Int {
        let before = row.pages + row.ranges
        var writer = try SegmentWriter(row, connection)
        let inputs = catalog.inputs(of: row.id)
        let earlier = row.id == SegmentCatalog.earlierHistory ? EarlierHistory(connection) : nil
        // What is forgotten hides what older segments say of the same key, until there are none.
        let oldest = catalog.wholeRows.last?.id
        let isOldest = earlier != nil || !catalog.readsEarlierHistory && inputs.last?.row.id == oldest
        let lookup = try HistoryLookup(connection, catalog)
        let pages = try SegmentPages(connection, catalog.family)
        var looked = 0
        while !writer.isWhole, looked < budget {
            let range = writer.nextRange
            var lists: [[HistoryEntry]] = []
            for input in inputs {
                var entries: [HistoryEntry] = []
                try input.append(from: range.lowerBound, through: range.upperBound, to: &entries, pages)
                lists.append(entries)
            }
            if let earlier { lists.append(try earlier.entries(in: range)) }
            // A range without keys takes its time, too.
            looked += max(16, lists.reduce(0) { $0 + $1.count })
            var entries = SegmentMerge.merged(lists)
            if isOldest { try letGo(of: &entries, lookup) }
            try writer.write(entries[...])
        }
        try put(writer.row)
        changedPages += writer.row.pages + writer.row.ranges - before
        if writer.isWhole { try end(writer.row, inputs: inputs) }
        return looked
    }

    private mutating func end(_ output: SegmentRow, inputs: [Segment]) throws {
        for input in inputs { if let row = catalog.row(input.row.id) { try replace(row) } }
        var output = output
        output.state = output.keys == 0 ? .replaced : .whole
        try put(output)
    }

    /// Takes out what is forgotten. What a document has renewed was seen then: the reading may be forgotten before the key.
    private func letGo(of entries: inout [HistoryEntry], _ lookup: HistoryLookup) throws {
        let shared = SharedKeys(connection)
        var kept = 0
        for index in entries.indices {
            if entries[index].isRemoved { continue }
            guard let seen = try lookup.renewed(entries[index]) else {
                if lookup.hasShared, entries[index].reading != 0 { try shared.remove(entries[index].key) }
                continue
            }
            entries[kept] = entries[index]
            entries[kept].time = seen.time
            kept += 1
        }
        entries.removeLast(entries.count - kept)
    }
}
