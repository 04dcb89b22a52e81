/// Which values a label has: so many of their own, the rest together. A system that keeps metrics pays for each.
package struct LabelBook: Sendable {
    /// What stands for those that have none of their own.
    package static let rest = "other"
    private static let longest = 128

    private let known: Set<String>

    /// - Parameter values: those that come first have a label of their own.
    package init(_ values: [String], most: Int) {
        var known: Set<String> = []
        for value in values where known.count < most { known.insert(LabelBook.cut(value)) }
        self.known = known
    }

    package func label(_ value: String) -> String {
        let value = LabelBook.cut(value)
        return known.contains(value) ? value : LabelBook.rest
    }

    private static func cut(_ value: String) -> String {
        value.unicodeScalars.count <= longest
            ? value : String(String.UnicodeScalarView(value.unicodeScalars.prefix(longest - 1))) + "…"
    }
}
