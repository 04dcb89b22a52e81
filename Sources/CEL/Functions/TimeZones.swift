import Diagnostics
import Foundation
import Notation
import Records

/// Time zones as expressions name them.
package enum TimeZones {
    /// Seconds east of UTC at an instant; nil for an unknown zone. Names are IANA's or `±HH:MM`.
    package static func offset(of name: String, at seconds: Int64) -> Int64? {
        if name == "UTC" || name == "Z" || name.isEmpty { return 0 }
        if let fixed = fixedOffset(Array(name.utf8)) { return fixed }
        return NamedZones.offset(of: name, at: seconds)
    }

    /// The name that a misspelt one most likely meant.
    package static func closest(to name: String) -> String? {
        closestMatch(to: name, among: TimeZone.knownTimeZoneIdentifiers)
    }

    /// `+HH:MM`, `-HH:MM` or `HH:MM`.
    private static func fixedOffset(_ name: [UInt8]) -> Int64? {
        let isNegative = name.first == UInt8(ascii: "-")
        let digits = isNegative || name.first == UInt8(ascii: "+") ? Array(name.dropFirst()) : name
        guard digits.count == 5, digits[2] == UInt8(ascii: ":") else { return nil }
        return digits.withUnsafeBufferPointer { digits in
            guard let hours = digits.twoDigits(at: 0), let minutes = digits.twoDigits(at: 3), hours < 24,
                minutes < 60
            else { return nil }
            return (hours * 3600 + minutes * 60) * (isNegative ? -1 : 1)
        }
    }
}
