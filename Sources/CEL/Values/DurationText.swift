import Notation

/// Durations as text: `1h30m`, `-1.5s`, `250ms`.
package enum DurationText {
    /// Why a text is no duration.
    package enum ParseError: Error, Equatable, Sendable {
        case malformed
        case outOfRange
    }

    /// Nanoseconds from a sequence of decimal numbers with units `h m s ms us µs ns`; `0` needs no unit.
    package static func parse(_ text: UnsafeBufferPointer<UInt8>) throws(ParseError) -> Int64 {
        var rest = text[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        guard !rest.isEmpty else { throw .malformed }
        if rest.count == 1, rest.first == UInt8(ascii: "0") { return 0 }
        var total: Int64 = 0
        while !rest.isEmpty {
            let (sum, overflow) = total.addingReportingOverflow(try component(&rest))
            guard !overflow else { throw .outOfRange }
            total = sum
        }
        return isNegative ? -total : total
    }

    /// One number with its unit.
    private static func component(
        _ rest: inout Slice<UnsafeBufferPointer<UInt8>>
    ) throws(ParseError) -> Int64 {
        var whole: UInt64 = 0
        var digits = 0
        while let byte = rest.first, byte.isDigit {
            let (product, overflow) = whole.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            guard !overflow, !carried else { throw .outOfRange }
            whole = sum
            digits += 1
            rest = rest.dropFirst()
        }
        var fraction = 0.0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            var scale = 0.1
            while let byte = rest.first, byte.isDigit {
                fraction += scale * Double(byte - UInt8(ascii: "0"))
                scale /= 10
                digits += 1
                rest = rest.dropFirst()
            }
        }
        guard digits > 0 else { throw .malformed }
        let unit = try unit(&rest)
        let (product, overflow) = whole.multipliedReportingOverflow(by: UInt64(unit))
        guard !overflow, let nanoseconds = Int64(exactly: product) else { throw .outOfRange }
        let (sum, carried) = nanoseconds.addingReportingOverflow(Int64((fraction * Double(unit)).rounded()))
        guard !carried else { throw .outOfRange }
        return sum
    }

    /// Nanoseconds of the unit at the front.
    private static func unit(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) throws(ParseError) -> Int64 {
        let letters = rest.prefix { !$0.isDigit && $0 != UInt8(ascii: ".") }
        rest = rest.dropFirst(letters.count)
        switch String(decoding: letters, as: UTF8.self) {
        case "h": return 3_600_000_000_000
        case "m": return 60_000_000_000
        case "s": return 1_000_000_000
        case "ms": return 1_000_000
        case "us", "\u{B5}s", "\u{3BC}s": return 1000
        case "ns": return 1
        default: throw .malformed
        }
    }

    /// Seconds with as many fraction digits as are needed: `1.5s`.
    package static func format(_ nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        let fraction = fraction(nanoseconds: magnitude % 1_000_000_000)
        return "\(nanoseconds < 0 ? "-" : "")\(magnitude / 1_000_000_000)\(fraction)s"
    }

    /// `.5` and the like, without the zeros at the end; empty for 0.
    private static func fraction(nanoseconds: UInt64) -> String {
        guard nanoseconds != 0 else { return "" }
        var digits = String(nanoseconds, width: 9)
        while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
        return "." + digits
    }
}
