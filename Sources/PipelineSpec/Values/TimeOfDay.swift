package import Diagnostics
import Notation

/// A time of day to the minute, `HH:MM`.
package struct TimeOfDay: ScalarValue, Hashable {
    /// Since midnight.
    package let minutes: Int

    package init(scalar: ScalarText) throws(ValueProblem) {
        let digits = Array(scalar.text.utf8)
        let time: (hour: Int64, minute: Int64)? = digits.withUnsafeBufferPointer { digits in
            guard digits.count == 5, digits[2] == UInt8(ascii: ":"),
                let hour = digits.twoDigits(at: 0), let minute = digits.twoDigits(at: 3)
            else { return nil }
            return (hour, minute)
        }
        guard let time, time.hour < 24, time.minute < 60 else {
            throw .invalid(
                "\(quoted(scalar.text)) is no time of day",
                suggestion: .advice("write hours and minutes with two digits each, from `00:00` to `23:59`"))
        }
        minutes = Int(time.hour * 60 + time.minute)
    }

    package static var typeDescription: String { "a time of day such as `07:00`" }
    package static var scalarSchema: JSONLiteral {
        ["type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"]
    }
    package var literal: JSONLiteral? {
        .string(String(minutes / 60, width: 2) + ":" + String(minutes % 60, width: 2))
    }
}
