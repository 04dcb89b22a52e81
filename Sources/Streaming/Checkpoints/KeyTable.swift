/// The value of a key of the history; never all zeros.
struct KeyIdentity: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        // One of 2^128 keys is taken for its neighbour, so that no slot of a table needs a mark of its own.
        self.low = high == 0 && low == 0 ? 1 : low
    }

    init(_ key: DedupKey) { self.init(high: key.high, low: key.low) }

    /// The key is the result of a keyed hash: any part of it is as good as hashing it again.
    func hash(into hasher: inout Hasher) { hasher.combine(low) }
}

/// Values by keys, in little memory: the slots of an array, of which seven to nine of ten are in use.
///
/// Open addressing with linear probing over slots that are in the order of the keys' low words, so that a search for a key
/// that is not there soon comes upon one behind it. Many small tables instead of one, told apart by the high words: each
/// grows on its own, so that growing neither takes long nor needs twice the memory.
struct KeyTable<Value: Sendable>: Sendable {
    private var shards: [KeyTableShard<Value>]
    private let shardBits: UInt64
    private(set) var count = 0

    /// - Parameters:
    ///   - shardBits: two to the power of it tables; at least 1.
    ///   - placeholder: what stands in slots that are not in use.
    init(shardBits: Int, placeholder: Value) {
        self.shardBits = UInt64(shardBits)
        shards = Array(repeating: KeyTableShard(placeholder: placeholder), count: 1 << shardBits)
    }

    var isEmpty: Bool { count == 0 }
    var shardCount: Int { shards.count }
    /// Slots, whether in use or not.
    var slotCount: Int { shards.reduce(0) { $0 + $1.slotCount } }

    /// Keys in one of the tables.
    func count(ofShard index: Int) -> Int { shards[index].count }

    subscript(key: KeyIdentity) -> Value? { shards[shard(of: key)][key] }

    mutating func set(_ key: KeyIdentity, to value: Value) {
        if shards[shard(of: key)].set(key, to: value) { count += 1 }
    }

    mutating func remove(_ key: KeyIdentity) {
        if shards[shard(of: key)].remove(key) { count -= 1 }
    }

    /// Calls `body` with all keys and values, in an order that depends on them alone.
    func forEach(_ body: (KeyIdentity, Value) -> Void) { for shard in shards { shard.forEach(body) } }

    /// Lets `body` change all values, and keeps those for which it answers true.
    mutating func filter(_ body: (KeyIdentity, inout Value) -> Bool) {
        for index in shards.indices { filter(shard: index, body) }
    }

    /// Lets `body` change the values of one of the tables, and keeps those for which it answers true.
    mutating func filter(shard index: Int, _ body: (KeyIdentity, inout Value) -> Bool) {
        count -= shards[index].filter(body)
    }

    private func shard(of key: KeyIdentity) -> Int { Int(key.high >> (64 - shardBits)) }
}

private struct KeyTableShard<Value: Sendable>: Sendable {
    /// Not in use where the key is zero.
    private struct Slot {
        var high: UInt64
        var low: UInt64
        var value: Value

        var isFree: Bool { high == 0 && low == 0 }
        var key: KeyIdentity { KeyIdentity(high: high, low: low) }
    }

    /// Slots behind those that keys have their place in, for the last of them.
    private static var reserve: Int { 16 }
    private static var least: Int { 8 }

    private(set) var count = 0
    /// Slots that keys have their place in; there are some more behind them.
    private var capacity = 0
    private var slots: [Slot] = []
    private let free: Slot

    init(placeholder: Value) { free = Slot(high: 0, low: 0, value: placeholder) }

    var slotCount: Int { slots.count }

    subscript(key: KeyIdentity) -> Value? {
        let (index, isThere) = find(key.high, key.low)
        return isThere ? slots[index].value : nil
    }

    /// - Returns: whether the key is new.
    mutating func set(_ key: KeyIdentity, to value: Value) -> Bool {
        if count * 8 >= capacity * 7 { resize(to: capacity + max(KeyTableShard.least, capacity / 4)) }
        while true {
            let (index, isThere) = find(key.high, key.low)
            if isThere {
                slots[index].value = value
                return false
            }
            if let end = slots[index...].firstIndex(where: \.isFree) {
                var place = end
                while place > index {
                    slots[place] = slots[place - 1]
                    place -= 1
                }
                slots[index] = Slot(high: key.high, low: key.low, value: value)
                count += 1
                return true
            }
            resize(to: capacity + max(KeyTableShard.least, capacity / 4))
        }
    }

    /// - Returns: whether it was there.
    mutating func remove(_ key: KeyIdentity) -> Bool {
        var (index, isThere) = find(key.high, key.low)
        if !isThere { return false }
        while index + 1 < slots.count, !slots[index + 1].isFree, place(of: slots[index + 1].low) <= index {
            slots[index] = slots[index + 1]
            index += 1
        }
        slots[index] = free
        count -= 1
        return true
    }

    func forEach(_ body: (KeyIdentity, Value) -> Void) {
        for slot in slots where !slot.isFree { body(slot.key, slot.value) }
    }

    /// - Returns: how many are gone.
    mutating func filter(_ body: (KeyIdentity, inout Value) -> Bool) -> Int {
        let before = count
        var next = 0
        for index in slots.indices where !slots[index].isFree {
            if !body(slots[index].key, &slots[index].value) {
                slots[index] = free
                count -= 1
                continue
            }
            // Never behind where it stands.
            let place = max(place(of: slots[index].low), next)
            if place != index {
                slots[place] = slots[index]
                slots[index] = free
            }
            next = place + 1
        }
        if count * 2 < capacity, capacity > KeyTableShard.least * 2 { resize(to: count * 5 / 4) }
        return before - count
    }

    /// Where a key is, or where it belongs.
    private func find(_ high: UInt64, _ low: UInt64) -> (index: Int, isThere: Bool) {
        slots.withUnsafeBufferPointer { slots in
            var index = place(of: low)
            while index < slots.count {
                let slot = slots[index]
                if slot.low >= low || slot.isFree {
                    if slot.low != low || slot.isFree { return (index, false) }
                    if slot.high == high { return (index, true) }
                }
                index += 1
            }
            return (index, false)
        }
    }

    private func place(of low: UInt64) -> Int { Int(low.multipliedFullWidth(by: UInt64(capacity)).high) }

    private mutating func resize(to newCapacity: Int) {
        let old = exchange(&slots, with: [])
        capacity = newCapacity
        slots.reserveCapacity(capacity + KeyTableShard.reserve)
        for slot in old where !slot.isFree {
            while slots.count < place(of: slot.low) { slots.append(free) }
            slots.append(slot)
        }
        while slots.count < capacity + KeyTableShard.reserve { slots.append(free) }
    }
}
