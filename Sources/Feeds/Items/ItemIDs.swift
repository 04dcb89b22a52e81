import Records

/// Keeps the ids of one document apart.
///
/// A table of its own, because a `Dictionary` would hash the hashes once more and long documents have more items than
/// fit into the processor's caches.
struct ItemIDs {
    /// Hashes of an id and of the address that came with it; an id of 0 stands for a free place.
    private struct Entry {
        var id: UInt64 = 0
        var address: UInt64 = 0
    }

    /// The number of ids that are remembered.
    private static let limit = 1_000_000

    private var count = 0
    /// A power of two of places, at least a quarter of them free; an id stands at the place that its lowest bits give or
    /// in the run after it.
    private var entries = [Entry](repeating: Entry(), count: 64)

    /// Gives an item another id when an earlier one with another address has the same.
    mutating func makeDistinct(_ item: inout ItemDraft, in texts: inout ByteStorage) {
        let id = max(1, Self.hash(texts.bytes(item.id)))
        let address = item.url.map { texts.areEqual($0, item.id) ? id : Self.hash(texts.bytes($0)) } ?? 0
        let place = place(of: id)
        if entries[place].id == id {
            if entries[place].address != address { Self.lengthenID(of: &item, in: &texts) }
        } else if count < Self.limit {
            entries[place] = Entry(id: id, address: address)
            count += 1
            if 4 * count > 3 * entries.count { grow() }
        }
    }

    /// Where the id stands, or would stand.
    private func place(of id: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: id) & (entries.count - 1)
        while entries[place].id != id, entries[place].id != 0 { place = (place + 1) & (entries.count - 1) }
        return place
    }

    private mutating func grow() {
        let old = entries
        entries = [Entry](repeating: Entry(), count: 2 * old.count)
        for entry in old where entry.id != 0 { entries[place(of: entry.id)] = entry }
    }

    /// Puts a scope in front of an id that means nothing outside its feed: a number, a hash, no URI.
    static func prefix(_ item: inout ItemDraft, with scope: String, in texts: inout ByteStorage) {
        guard !NaturalKey.isUniversal(texts.bytes(item.id)) else { return }
        item.id = texts.store(scope + "#" + texts.string(item.id))
    }

    private static func lengthenID(of item: inout ItemDraft, in texts: inout ByteStorage) {
        let suffix = item.url ?? ContentHash.of(&item, in: &texts)
        let longer = texts.string(item.id) + "#" + texts.string(suffix)
        item.id = texts.store(longer)
    }

    // MARK: Hashing

    /// Another one in each process, so that no document can be made to fill the table badly.
    private static let seed = UInt64(truncatingIfNeeded: Hasher().finalize())

    private static func hash(_ text: Bytes) -> UInt64 {
        let length = UInt64(truncatingIfNeeded: text.count)
        return folded(ByteLanes.fold(text, into: seed ^ length, folded) ^ seed)
    }

    /// Both halves of a product, so that each bit takes part in all others.
    @inline(__always) private static func folded(_ hash: UInt64) -> UInt64 {
        let product = (hash ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
