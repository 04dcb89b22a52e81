extension Value {
    /// Entries in the order of their creation, with an index by key from a handful on.
    ///
    /// Safe because the storage lies in the arena that also holds the values, and is never written after it was built.
    package struct Map {
        struct Entry {
            let key: Value
            let value: Value
        }

        struct Header {
            let entries: UnsafeMutablePointer<Entry>
            var count: Int
            /// Open addressing; 0 is empty, n stands for entry n - 1. Nil for small maps.
            let slots: UnsafeMutablePointer<Int32>?
            let mask: Int
        }

        let header: UnsafeMutablePointer<Header>

        /// The number of entries.
        package var count: Int { header.pointee.count }
        func key(_ position: Int) -> Value { header.pointee.entries[position].key }
        func value(_ position: Int) -> Value { header.pointee.entries[position].value }
    }
}

extension Value.Map {
    private static let smallCount = 8

    /// An empty map with room for `capacity` entries.
    static func empty(capacity: Int, in arena: inout Arena) -> Value.Map {
        var slots: UnsafeMutablePointer<Int32>?
        var mask = 0
        if capacity > smallCount {
            var size = 16
            while size < capacity * 2 { size *= 2 }
            let table = arena.allocate(Int32.self, count: size)
            table.initialize(repeating: 0, count: size)
            slots = table
            mask = size - 1
        }
        let entries = arena.allocate(Entry.self, count: capacity)
        let header = arena.allocate(Header.self, count: 1)
        header.initialize(to: Header(entries: entries, count: 0, slots: slots, mask: mask))
        return Value.Map(header: header)
    }

    /// Appends an entry; false when the key is there already. The caller keeps to the capacity.
    func insert(_ key: Value, _ value: Value) -> Bool {
        if let slots = header.pointee.slots {
            let slot = slot(of: key, in: slots)
            guard slots[slot] == 0 else { return false }
            slots[slot] = Int32(header.pointee.count + 1)
        } else if position(of: key) != nil {
            return false
        }
        (header.pointee.entries + count).initialize(to: Entry(key: key, value: value))
        header.pointee.count += 1
        return true
    }

    /// Puts another value under a key that is there.
    func replace(_ key: Value, _ value: Value) {
        guard let position = position(of: key) else { return }
        header.pointee.entries[position] = Entry(key: key, value: value)
    }

    func lookUp(_ key: Value) -> Value? { position(of: key).map(value) }

    private func position(of key: Value) -> Int? {
        if let slots = header.pointee.slots {
            let entry = slots[slot(of: key, in: slots)]
            return entry == 0 ? nil : Int(entry) - 1
        }
        for position in 0..<count where self.key(position).equalsAsKey(key) { return position }
        return nil
    }

    /// The slot of the key, or the empty one where it belongs.
    private func slot(of key: Value, in slots: UnsafeMutablePointer<Int32>) -> Int {
        var slot = key.hashOfKey & header.pointee.mask
        while slots[slot] != 0, !self.key(Int(slots[slot]) - 1).equalsAsKey(key) {
            slot = (slot + 1) & header.pointee.mask
        }
        return slot
    }
}

extension Value {
    /// Whether the value may be a key of a map literal.
    var isKey: Bool {
        switch self {
        case .bool, .int, .uint, .text: true
        default: false
        }
    }

    /// Equality among keys; whole doubles find ints, other kinds never match.
    func equalsAsKey(_ other: Value) -> Bool {
        switch (self, other) {
        case (.text(let left), .text(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.uint(let left), .uint(let right)): left == right
        case (.bool(let left), .bool(let right)): left == right
        case (.text, _), (_, .text), (.bool, _), (_, .bool): false
        default: Value.compareNumbers(self, other) == .equal
        }
    }

    /// The same for all keys that are equal.
    var hashOfKey: Int {
        switch self {
        case .bool(let flag): return flag ? 1 : 2
        case .int(let int): return Value.mix(UInt64(bitPattern: int))
        case .uint(let uint): return Value.mix(uint)
        case .double(let double):
            if let int = Int64(exactly: double) { return Value.mix(UInt64(bitPattern: int)) }
            if let uint = UInt64(exactly: double) { return Value.mix(uint) }
            return Value.mix(double.bitPattern)
        case .text(let text):
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(text.utf8))
            return hasher.finalize()
        default: return 0
        }
    }

    /// Another one in each process, so that no numbers can be chosen that fill a table badly.
    private static let seed = UInt64(truncatingIfNeeded: Hasher().finalize())

    /// Both halves of a product, so that each bit takes part in all others.
    private static func mix(_ bits: UInt64) -> Int {
        let product = (bits ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }
}
