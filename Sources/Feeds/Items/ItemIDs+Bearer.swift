import Notation

/// By what an item is known beside its id, each a hash; 0 stands for what it has not.
struct ItemPrint: Equatable {
    var link: UInt32 = 0
    var title: UInt32 = 0
    /// When it came out, without the two lowest bits.
    var date: UInt32 = 0
    /// Title, text and enclosures.
    var detail: UInt32 = 0
}

/// The item that bears an id as it is.
struct Bearer {
    /// A hash; 0 stands for a free place.
    var id: UInt64 = 0
    var print = ItemPrint()
    /// Items with other links have the same id, so that only the link tells which is the bearer.
    var linkIsShared = false
    /// Items with the same link have it, so that only what they say tells.
    var detailIsShared = false
    /// The bearer stands in this document.
    var isHere = false

    var isShared: Bool { linkIsShared || detailIsShared }

    /// Whether an item with the same id is the bearer, maybe changed; if not, the id is shared from now on.
    mutating func accepts(_ other: ItemPrint, _ origin: ItemDraft.IDOrigin, isAtom: Bool) -> Bool {
        let titleDiffers = Self.differ(print.title, other.title)
        let dateDiffers = Self.differ(print.date, other.date)
        if print.link != other.link {
            // Alone in its document, an item whose link has changed has moved, unless it is called otherwise too.
            if linkIsShared || isHere || titleDiffers {
                linkIsShared = true
                return false
            }
        } else if print != other {
            // An Atom document may show an entry as it was before (RFC 4287, 4.1.1).
            let isRevision = isAtom && origin == .document && !titleDiffers && !dateDiffers
            let isAnother =
                isHere ? !isRevision : detailIsShared || origin == .link && titleDiffers && dateDiffers
            if isAnother {
                detailIsShared = true
                return false
            }
        }
        print = other
        isHere = true
        return true
    }

    private static func differ(_ a: UInt32, _ b: UInt32) -> Bool { a != b && a != 0 && b != 0 }
}

/// Who bears the ids of a feed, for the next time that the feed is read.
package struct ItemIDMemory: Sendable, Equatable {
    /// How many bearers are kept.
    static let limit = 256
    /// Items of a document of which all are kept.
    static let shortDocument = 10

    /// The hashes depend on it.
    let seed: UInt64
    private let words: [UInt64]

    init(seed: UInt64, bearers: some Sequence<Bearer>) {
        self.seed = seed
        words = bearers.flatMap { bearer in
            let flags: UInt32 = (bearer.linkIsShared ? 1 : 0) | (bearer.detailIsShared ? 2 : 0)
            // A date leaves two bits free.
            return [
                bearer.id, UInt64(bearer.print.link) << 32 | UInt64(bearer.print.title),
                UInt64(bearer.print.detail) << 32 | UInt64(bearer.print.date | flags)
            ]
        }
    }

    var bearers: [Bearer] {
        stride(from: 0, to: words.count - words.count % 3, by: 3).map { i in
            let print = ItemPrint(
                link: UInt32(truncatingIfNeeded: words[i + 1] >> 32),
                title: UInt32(truncatingIfNeeded: words[i + 1]),
                date: UInt32(truncatingIfNeeded: words[i + 2]) & ~3,
                detail: UInt32(truncatingIfNeeded: words[i + 2] >> 32))
            return Bearer(
                id: words[i], print: print, linkIsShared: words[i + 2] & 1 != 0,
                detailIsShared: words[i + 2] & 2 != 0)
        }
    }
}

/// As JSON, with the words in Base64: each feed of a list has such a text in memory.
extension ItemIDMemory: Codable {
    private enum CodingKeys: CodingKey {
        case seed, words
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        seed = try container.decode(UInt64.self, forKey: .seed)
        // Earlier versions have written a list of numbers.
        guard let text = try? container.decode(String.self, forKey: .words) else {
            words = try container.decode([UInt64].self, forKey: .words)
            return
        }
        guard let bytes = Base64.decode(text), bytes.count % 8 == 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: .words, in: container, debugDescription: "these are no words of 8 bytes")
        }
        words = stride(from: 0, to: bytes.count, by: 8).map { start in
            bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(seed, forKey: .seed)
        let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
        try container.encode(Base64.encode(bytes), forKey: .words)
    }
}
