import CEL
package import Diagnostics

/// A time zone: an IANA name such as `Europe/Berlin`, `UTC`, or an offset `±HH:MM`.
package struct ZoneName: ScalarValue, Hashable {
    package let name: String

    package static let utc = ZoneName(name: "UTC")

    private init(name: String) { self.name = name }

    package init(scalar: ScalarText) throws(ValueProblem) {
        guard !scalar.text.isEmpty, TimeZones.offset(of: scalar.text, at: 0) != nil else {
            throw .invalid(
                "there is no time zone \(quoted(scalar.text))",
                suggestion: TimeZones.closest(to: scalar.text).map { .advice("did you mean `\($0)`?") }
                    ?? .advice("a zone is a name such as `Europe/Berlin`, or `+02:00`"))
        }
        name = scalar.text
    }

    /// Seconds east of UTC at an instant.
    ///
    /// - Parameter seconds: since 1970.
    package func offset(at seconds: Int64) -> Int64 { TimeZones.offset(of: name, at: seconds) ?? 0 }

    package static var typeDescription: String { "a time zone such as `Europe/Berlin`" }
    package static var scalarSchema: JSONLiteral { SchemaFragment.text }
    package var literal: JSONLiteral? { .string(name) }
}
