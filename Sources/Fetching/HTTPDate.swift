package import FoundationEssentials
import Notation

/// Dates as HTTP writes them: IMF-fixdate, RFC 850 and asctime, and what servers make of them.
package enum HTTPDate {
    /// Reads a date.
    ///
    /// Names of days are ignored, zones other than UTC must be numeric, and a year of two digits means the one that
    /// is not more than 50 years after `now`.
    package static func parse(_ text: String, now: Date) -> Date? {
        var fields = Fields()
        let separators: Set<Character> = [" ", ",", "-", "\t"]
        for token in separatingZone(text).split(whereSeparator: separators.contains) {
            fields.read(token)
        }
        return fields.date(now: now)
    }

    /// Keeps the hyphen of a numeric zone from being taken for one of the separators of RFC 850.
    private static func separatingZone(_ text: String) -> String {
        guard let colon = text.lastIndex(of: ":"), let minus = text[colon...].lastIndex(of: "-") else {
            return text
        }
        return text.replacingCharacters(in: minus, with: " ~")
    }

    private struct Fields {
        var day: Int?
        var month: Int?
        var year: Int?
        var yearDigits = 0
        var seconds: Int?
        /// Seconds east of Greenwich; nil for one that cannot be.
        var zone: Int? = 0

        mutating func read(_ token: Substring) {
            if token.contains(":") {
                seconds = Fields.timeOfDay(token)
            } else if let sign = token.first, sign == "+" || sign == "~",
                token.dropFirst().allSatisfy({ ("0"..."9").contains($0) })
            {
                // No zone is further away.
                let offset = Int(token.dropFirst()).flatMap { (0...2400).contains($0) ? $0 : nil }
                zone = offset.map { ($0 / 100 * 3600 + $0 % 100 * 60) * (sign == "+" ? 1 : -1) }
            } else if let number = Int(token), number >= 0 {
                if day == nil && token.count <= 2 {
                    day = number
                } else if year == nil {
                    (year, yearDigits) = (number, token.count)
                }
            } else if month == nil {
                month = Fields.months.firstIndex(of: token.prefix(3).lowercased()).map { $0 + 1 }
            }
        }

        private static let months = [
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"
        ]

        private static func timeOfDay(_ token: Substring) -> Int? {
            let parts = token.split(separator: ":").map { Int($0) }
            guard parts.count == 2 || parts.count == 3, let hour = parts[0], let minute = parts[1],
                let second = parts.count == 3 ? parts[2] : 0,
                (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second)
            else { return nil }
            return hour * 3600 + minute * 60 + second
        }

        func date(now: Date) -> Date? {
            guard let day, let month, var year, let seconds, let zone, (1...31).contains(day), year < 10_000
            else {
                return nil
            }
            if yearDigits == 2 {
                year += 2000
                if HTTPDate.seconds(year: year, month: month, day: day) > Int(now.timeIntervalSince1970) + 50
                    * 31_556_952
                {
                    year -= 100
                }
            }
            let midnight = HTTPDate.seconds(year: year, month: month, day: day)
            return Date(timeIntervalSince1970: Double(midnight + seconds - zone))
        }
    }

    /// Midnight UTC of a day, in seconds since 1970.
    private static func seconds(year: Int, month: Int, day: Int) -> Int {
        Int(CivilTime.days(year: Int64(year), month: Int64(month), day: Int64(day))) * 86_400
    }
}

extension String {
    fileprivate func replacingCharacters(in index: Index, with replacement: String) -> String {
        self[..<index] + replacement + self[self.index(after: index)...]
    }
}
