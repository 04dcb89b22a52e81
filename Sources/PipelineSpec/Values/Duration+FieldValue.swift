package import Diagnostics

extension Duration: ScalarValue {
    package static var typeDescription: String { "a duration such as `250ms`, `5s`, `15m`, `24h` or `7d`" }

    package static var scalarSchema: JSONLiteral {
        ["type": "string", "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$"]
    }

    package var literal: JSONLiteral? { .string(specText) }

    /// Numbers with units, the larger before the smaller: `1h30m`, `1.5s`.
    package init(scalar: ScalarText) throws(ValueProblem) {
        var sum = Duration.zero
        var lastUnit = Duration.seconds(Int64.max)
        var rest = Substring(scalar.text)
        guard !rest.isEmpty else { throw .notOfType(advice: nil) }
        while !rest.isEmpty {
            guard let (number, digits) = DecimalNumber.prefix(of: rest) else { throw .notOfType(advice: nil) }
            rest.removeFirst(digits)
            let name = rest.prefix { $0.isLetter }
            rest.removeFirst(name.count)
            if name.isEmpty {
                throw .notOfType(advice: rest.isEmpty ? "add a unit: `\(scalar.text)s`?" : nil)
            }
            guard let unit = Self.units.first(where: { $0.name == name }) else {
                throw .notOfType(advice: "the units are `ms`, `s`, `m`, `h` and `d`")
            }
            guard unit.length < lastUnit, let part = number.times(unit.milliseconds) else {
                throw .notOfType(advice: nil)
            }
            lastUnit = unit.length
            sum += .nanoseconds(part)
        }
        // A century is longer than any run, and sums of durations stay far from overflow.
        guard sum <= .seconds(100 * 366 * 86400) else {
            throw .invalid("longer than 100 years", suggestion: nil)
        }
        self = sum
    }

    private struct Unit {
        let name: String
        let milliseconds: Int64
        var length: Duration { .milliseconds(milliseconds) }
    }

    private static let units = [
        Unit(name: "d", milliseconds: 86_400_000), Unit(name: "h", milliseconds: 3_600_000),
        Unit(name: "m", milliseconds: 60_000), Unit(name: "s", milliseconds: 1000),
        Unit(name: "ms", milliseconds: 1)
    ]

    /// The duration as one would write it in a spec, to the millisecond: `1h30m`, `7d`.
    package var specText: String {
        var rest = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        if rest == 0 { return "0s" }
        // 24h says more than 1d: what is less than two days is told in hours.
        var text = ""
        for unit in Self.units where unit.name != "d" || rest >= 2 * unit.milliseconds {
            let count = rest / unit.milliseconds
            rest %= unit.milliseconds
            if count > 0 { text += "\(count)\(unit.name)" }
        }
        return text
    }
}

/// A non-negative decimal number with up to 15 digits, read exactly.
struct DecimalNumber {
    private let digits: Int64
    /// The power of ten that divides the digits.
    private let scale: Int64

    /// The number at the start of a text with the length of its text, or nil.
    static func prefix(of text: Substring) -> (DecimalNumber, length: Int)? {
        let whole = text.prefix { isDigit($0) }
        var length = whole.count
        var fraction = Substring()
        let rest = text.dropFirst(length)
        if rest.first == "." {
            fraction = rest.dropFirst().prefix { isDigit($0) }
            if fraction.isEmpty { return nil }
            length += 1 + fraction.count
        }
        guard !whole.isEmpty, whole.count + fraction.count <= 15, let digits = Int64(whole + fraction) else {
            return nil
        }
        return (DecimalNumber(digits: digits, scale: fraction.reduce(1) { scale, _ in scale * 10 }), length)
    }

    /// The product with a number of milliseconds, in nanoseconds; nil when it does not fit.
    func times(_ milliseconds: Int64) -> Int64? {
        // The division comes last so that nothing is lost, and is done in the double width.
        let product = digits.magnitude.multipliedFullWidth(by: milliseconds.magnitude * 1_000_000)
        guard product.high < scale.magnitude else { return nil }
        let (quotient, _) = scale.magnitude.dividingFullWidth(product)
        return Int64(exactly: quotient)
    }

    /// The value times an integer; nil when it does not fit or is not whole.
    func exactly(times factor: Int64) -> Int64? {
        let (product, overflow) = digits.multipliedReportingOverflow(by: factor)
        return overflow || product % scale != 0 ? nil : product / scale
    }

    var double: Double { Double(digits) / Double(scale) }

    private static func isDigit(_ character: Character) -> Bool { character >= "0" && character <= "9" }
}
