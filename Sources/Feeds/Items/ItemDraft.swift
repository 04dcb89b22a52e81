import Notation
import Records

/// A finished item: which of an entry's texts, and of those made from them, are its fields.
///
/// The texts stand in the ``ResourceDraft`` of the entry, whose extension elements are the item's too. Made once
/// and used for one item after the other.
struct ItemDraft: ~Copyable {
    struct Content {
        var type: TextType
        var text: StoredText?
        /// That of ``text``.
        var spacing = HTMLText.Spacing.any
        var html: StoredText?
        var language: StoredText?
        /// What relative addresses in ``html`` are relative to; nil when there are none.
        var base: StoredText?
    }

    /// Where an id is from.
    enum IDOrigin {
        case document, link
        /// It is a hash of all that the item says, so that no other item has it.
        case hash
    }

    struct Enclosure {
        var url: StoredText
        var type: StoredText?
        var length: Int64?
    }

    var id = StoredText(start: 0, count: 0)
    var idOrigin = IDOrigin.document
    var url: StoredText?
    var title: StoredText?
    var summary: StoredText?
    var content: Content?
    var authors: [PersonDraft] = []
    var author: StoredText?
    var tags: [StoredText] = []
    var published: Timestamp?
    var updated: Timestamp?
    var score: Int64?
    var comments: Int64?
    var enclosures: [Enclosure] = []
    var language: StoredText?
    /// Made when the item is written if it is nil.
    var contentHash: StoredText?
    /// Where texts are made before they are stored.
    var scratch = OutputBuffer()
}
