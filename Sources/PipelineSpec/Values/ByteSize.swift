package import Diagnostics

/// A number of bytes: `64KB`, `1MB`, `2GiB`, or a bare number.
///
/// `KB`, `MB` and `GB` are powers of 1000 and `KiB`, `MiB` and `GiB` powers of 1024, as IEC 80000-13 has it.
package struct ByteSize: ScalarValue, Hashable {
    package let bytes: Int

    package init(bytes: Int) { self.bytes = bytes }

    package static var typeDescription: String { "a size such as `64KB`, `1MB` or `512KiB`" }

    package static var scalarSchema: JSONLiteral {
        [
            "anyOf": [
                ["type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? ?([KMG]i?)?B$"],
                ["type": "integer", "minimum": 0]
            ]
        ]
    }

    package var literal: JSONLiteral? { .string(description) }

    package init(scalar: ScalarText) throws(ValueProblem) {
        guard let (number, length) = DecimalNumber.prefix(of: Substring(scalar.text)) else {
            throw .notOfType(advice: nil)
        }
        var unit = scalar.text.dropFirst(length)
        if unit.first == " " { unit = unit.dropFirst() }
        guard let factor = unit.isEmpty ? 1 : Self.units.first(where: { $0.name == unit })?.bytes else {
            let match = closestMatch(to: String(unit), among: Self.units.map(\.name))
            throw .notOfType(
                advice: match.map { "did you mean `\($0)`?" }
                    ?? "the units are `B`, `KB`, `MB`, `GB`, `KiB`, `MiB` and `GiB`")
        }
        guard let bytes = number.exactly(times: Int64(factor)) else {
            throw .invalid("not a whole number of bytes", suggestion: nil)
        }
        self.bytes = Int(bytes)
    }

    private struct Unit {
        let name: String
        let bytes: Int
    }

    private static let units = [
        Unit(name: "GiB", bytes: 1 << 30), Unit(name: "GB", bytes: 1_000_000_000),
        Unit(name: "MiB", bytes: 1 << 20),
        Unit(name: "MB", bytes: 1_000_000), Unit(name: "KiB", bytes: 1 << 10), Unit(name: "KB", bytes: 1000),
        Unit(name: "B", bytes: 1)
    ]
}

extension ByteSize: CustomStringConvertible {
    package var description: String {
        let unit =
            Self.units.first { bytes >= $0.bytes && bytes % $0.bytes == 0 } ?? Unit(name: "B", bytes: 1)
        return "\(bytes / unit.bytes)\(unit.name)"
    }
}
