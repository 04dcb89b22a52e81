/// Fields for which an extension may have stood in.
struct BorrowedFields: OptionSet {
    let rawValue: UInt8

    static let title = BorrowedFields(rawValue: 1)
    static let published = BorrowedFields(rawValue: 2)
    static let updated = BorrowedFields(rawValue: 4)

    mutating func set(_ field: BorrowedFields, to isBorrowed: Bool) {
        if isBorrowed { insert(field) } else { remove(field) }
    }
}

/// How surely an address is that of the page which is described.
enum LinkWorth: UInt8, Comparable {
    /// It stands in an attribute, as in Atom.
    case attribute
    /// It is the text of RSS's own element.
    case own

    static func < (a: LinkWorth, b: LinkWorth) -> Bool { a.rawValue < b.rawValue }
}

/// Dates are chosen by what they are worth, in whatever order they come.
extension ResourceDraft {
    mutating func take(published value: Bytes, isBorrowed: Bool) {
        guard isBetter(value, isBorrowed, than: published, .published) else { return }
        published = texts.store(value)
        borrowed.set(.published, to: isBorrowed)
    }

    mutating func take(updated value: Bytes, isBorrowed: Bool) {
        guard isBetter(value, isBorrowed, than: updated, .updated) else { return }
        updated = texts.store(value)
        borrowed.set(.updated, to: isBorrowed)
    }

    /// Whether a value replaces the one there is: a date what is none, and the format's own what is borrowed.
    private func isBetter(
        _ value: Bytes, _ isBorrowed: Bool, than old: StoredText?, _ field: BorrowedFields
    ) -> Bool {
        guard !value.isEmpty else { return false }
        guard let old, FeedDate.parse(utf8: texts.bytes(old)) != nil else { return true }
        return (!isBorrowed || borrowed.contains(field)) && FeedDate.parse(utf8: value) != nil
    }
}
