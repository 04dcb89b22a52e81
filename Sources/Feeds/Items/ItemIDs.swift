import CSIMD
import Notation
import Records

/// Keeps the ids of a feed's items apart, and the same from one document of the feed to the next.
///
/// A guid or a link that a feed gives to several items stands alone for the first item that ever had it. The others get
/// their link appended or, where that is the same too, a hash of what they say. An item that changes keeps its id as
/// long as its guid, or its link, is its own.
///
/// A table of its own, because a `Dictionary` would hash the hashes once more and long documents have more items than
/// fit into the processor's caches.
struct ItemIDs {
    /// The number of ids that are remembered.
    private static let limit = 1_000_000

    private let seed: UInt64
    private var count = 0
    /// A power of two of places, at least a quarter of them free; an id stands at the place that its lowest bits give or
    /// in the run after it.
    private var bearers = [Bearer](repeating: Bearer(), count: 64)

    /// - Parameter memory: what the document of the feed before this one has left.
    init(_ memory: ItemIDMemory? = nil) {
        seed = memory?.seed ?? Self.processSeed
        for bearer in memory?.bearers ?? [] where bearer.id != 0 { claim(bearer, at: place(of: bearer.id)) }
    }

    /// Gives an item another id when an earlier item that is not the same has its own.
    mutating func makeDistinct(_ item: inout ItemDraft, isAtom: Bool, in texts: inout TextStore) {
        guard item.idOrigin != .hash else { return }
        let own = item.id
        let hash = id(texts.bytes(own))
        prepare(hash)
        let print = print(of: &item, hash, in: &texts)
        guard let rival = rival(print, hash, item.idOrigin, isAtom: isAtom) else { return }
        if let url = item.url, !url.isEmpty, rival.print.link != print.link {
            item.id = longer(own, with: url, in: &texts)
            if bears(print, id(texts.bytes(item.id)), linkTells: !rival.detailIsShared, isAtom: isAtom) {
                return
            }
        }
        item.id = longer(own, with: ContentHash.identity(of: &item, in: &texts), in: &texts)
    }

    private func longer(_ id: StoredText, with suffix: StoredText, in texts: inout TextStore) -> StoredText {
        let longer = texts.string(id) + "#" + texts.string(suffix)
        return texts.store(longer)
    }

    /// Who bears an id instead of the item with this print; nil when that is the item itself.
    private mutating func rival(
        _ print: ItemPrint, _ id: UInt64, _ origin: ItemDraft.IDOrigin, isAtom: Bool
    ) -> Bearer? {
        let place = place(of: id)
        guard bearers[place].id == id else {
            if count < Self.limit { claim(Bearer(id: id, print: print, isHere: true), at: place) }
            return nil
        }
        return bearers[place].accepts(print, origin, isAtom: isAtom) ? nil : bearers[place]
    }

    /// Whether the item bears the id that its link makes of a shared one.
    ///
    /// - Parameter linkTells: no two items of the shared id are known to have one link.
    private mutating func bears(_ print: ItemPrint, _ id: UInt64, linkTells: Bool, isAtom: Bool) -> Bool {
        let place = place(of: id)
        guard bearers[place].id == id else {
            guard linkTells, count < Self.limit else { return linkTells }
            // The mark makes it one of those that are remembered.
            claim(Bearer(id: id, print: print, linkIsShared: true, isHere: true), at: place)
            return true
        }
        guard linkTells || bearers[place].print == print else { return false }
        return bearers[place].accepts(print, .link, isAtom: isAtom)
    }

    private mutating func claim(_ bearer: Bearer, at place: Int) {
        if bearers[place].id == 0 { count += 1 }
        bearers[place] = bearer
        if 4 * count > 3 * bearers.count { grow() }
    }

    /// Lets what is known of the id be fetched while its item is hashed: it is in none of the processor's caches when
    /// there are many.
    private func prepare(_ id: UInt64) {
        let home = home(of: id)
        bearers.withUnsafeBufferPointer { csimd_prefetch($0.baseAddress?.advanced(by: home)) }
    }

    /// Where the id stands unless another was there first.
    private func home(of id: UInt64) -> Int { Int(truncatingIfNeeded: id) & (bearers.count - 1) }

    /// Where the id stands, or would stand.
    private func place(of id: UInt64) -> Int {
        var place = home(of: id)
        while bearers[place].id != id, bearers[place].id != 0 { place = (place + 1) & (bearers.count - 1) }
        return place
    }

    private mutating func grow() {
        let old = bearers
        bearers = [Bearer](repeating: Bearer(), count: 2 * old.count)
        for bearer in old where bearer.id != 0 { bearers[place(of: bearer.id)] = bearer }
    }

    /// What the next document of the feed has to know; nil when that is nothing.
    ///
    /// Ids that have turned out to be shared, and all of a document with few items: one that has only the newest story
    /// shows with the next that the story's guid is everybody's.
    var memory: ItemIDMemory? {
        let all = bearers.filter { $0.id != 0 }
        let isShort = all.count { $0.isHere } <= ItemIDMemory.shortDocument
        var kept = all.filter { $0.isShared || isShort && $0.isHere }
        // Where there is no room for all, those count that the document still has.
        if kept.count > ItemIDMemory.limit { kept.sort { $0.isHere && !$1.isHere } }
        guard !kept.isEmpty else { return nil }
        return ItemIDMemory(seed: seed, bearers: kept.prefix(ItemIDMemory.limit))
    }

    /// Whether a guid or a text stands for none.
    static func isPlaceholder(_ text: Bytes) -> Bool {
        text.count <= 9 && placeholders.contains { text.equalsIgnoringCase($0) }
    }

    private static let placeholders: [StaticString] = [
        "n/a", "null", "none", "nil", "undefined", "nan", "-", "#"
    ]

    // MARK: Hashing

    /// - Parameter id: the hash of the item's own id, which often is its link.
    private func print(of item: inout ItemDraft, _ id: UInt64, in texts: inout TextStore) -> ItemPrint {
        var print = ItemPrint()
        if let url = item.url {
            print.link = short(texts.areEqual(url, item.id) ? id : hash(texts.bytes(url)))
        }
        if let title = item.title { print.title = short(hash(texts.bytes(title))) }
        if let date = item.published {
            // The two lowest bits are wanted elsewhere.
            print.date = max(4, UInt32(truncatingIfNeeded: folded(UInt64(bitPattern: date.seconds))) & ~3)
        }
        let content = item.contentHash ?? ContentHash.of(&item, in: &texts)
        item.contentHash = content
        var detail = hash(texts.bytes(content))
        for enclosure in item.enclosures { detail = folded(detail ^ hash(texts.bytes(enclosure.url))) }
        print.detail = UInt32(truncatingIfNeeded: detail)
        return print
    }

    /// Another one in each process, so that no document can be made to fill the table badly.
    private static let processSeed = UInt64(truncatingIfNeeded: Hasher().finalize())

    private func short(_ hash: UInt64) -> UInt32 { max(1, UInt32(truncatingIfNeeded: hash)) }

    /// The hash of an id.
    private func id(_ text: Bytes) -> UInt64 { max(1, hash(text)) }

    private func hash(_ text: Bytes) -> UInt64 {
        let length = UInt64(truncatingIfNeeded: text.count)
        return folded(ByteLanes.fold(text, into: seed ^ length, folded) ^ seed)
    }

    /// Both halves of a product, so that each bit takes part in all others.
    @inline(__always) private func folded(_ hash: UInt64) -> UInt64 {
        let product = (hash ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
