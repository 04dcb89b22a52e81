/// How a time is written, by a pattern of fields of fixed width: `yyyy-MM-dd`, `yyyy/MM`, `HH'h'mm`.
///
/// The letters are those of Unicode's date field symbols (UTS #35) that give digits only, so that a text has one form in
/// all languages: `yyyy` year, `MM` month, `dd` day, `HH` hour, `mm` minute, `ss` second, `DDD` day of the year, and of
/// the ISO week `YYYY` its year and `ww` its number. What stands between `'` stands for itself, `''` is one of them, and so
/// does everything that is no letter.
package struct DateFormat: Sendable, Hashable {
    private enum Field: String, CaseIterable {
        case year = "yyyy"
        case month = "MM"
        case day = "dd"
        case hour = "HH"
        case minute = "mm"
        case second = "ss"
        case dayOfYear = "DDD"
        case weekYear = "YYYY"
        case week = "ww"

        var width: Int { rawValue.utf8.count }
    }

    private enum Part: Hashable {
        case text(String)
        case field(Field)
    }

    /// What is wrong with a pattern.
    package enum Problem: Error, Hashable {
        case empty
        case openQuote
        /// Letters that stand for nothing.
        case unknown(String)
    }

    private let parts: [Part]
    /// The pattern as it was written.
    package let pattern: String

    /// What patterns can have, for messages.
    package static let fields = Field.allCases.map(\.rawValue)

    package init(_ pattern: String) throws(Problem) {
        var parts: [Part] = []
        var rest = Substring(pattern)
        while let first = rest.first {
            if first == "'" {
                let inner = rest.dropFirst()
                guard let close = inner.firstIndex(of: "'") else { throw .openQuote }
                let text = inner[..<close]
                parts.append(.text(text.isEmpty ? "'" : String(text)))
                rest = inner[inner.index(after: close)...]
            } else if first.isASCII, first.isLetter {
                let letters = rest.prefix { $0 == first }
                guard let field = Field(rawValue: String(letters)) else { throw .unknown(String(letters)) }
                parts.append(.field(field))
                rest = rest.dropFirst(letters.count)
            } else {
                parts.append(.text(String(first)))
                rest = rest.dropFirst()
            }
        }
        if parts.isEmpty { throw .empty }
        self.parts = parts
        self.pattern = pattern
    }

    /// What a text of this form is, with `0` for every digit.
    package var form: String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .field(let field): String(repeating: "0", count: field.width)
            }
        }.joined()
    }

    /// - Parameter time: in the zone that is meant.
    package func text(_ time: CivilTime) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .field(let field): String(DateFormat.value(field, time), width: field.width)
            }
        }.joined()
    }

    private static func value(_ field: Field, _ time: CivilTime) -> Int64 {
        switch field {
        case .year: time.year
        case .month: time.month
        case .day: time.day
        case .hour: time.hour
        case .minute: time.minute
        case .second: time.second
        case .dayOfYear: time.dayOfYear + 1
        case .weekYear: time.isoWeek.year
        case .week: time.isoWeek.week
        }
    }
}
