import Notation

/// Doubles as text.
enum DoubleText {
    /// The shortest digits that read back as the same number: `1`, `0.5`, `1e+21`, `1e-07`, `NaN`, `+Inf`.
    static func string(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        let (isNegative, digits, exponent) = decompose(value)
        let sign = isNegative ? "-" : ""
        if exponent < -4 || exponent >= 21 { return sign + scientific(digits, exponent) }
        return sign + positional(digits, exponent)
    }

    /// A literal that CEL reads as a double.
    static func literal(_ value: Double) -> String {
        guard value.isFinite else { return "double(\"\(string(value))\")" }
        let text = string(value)
        return text.contains(".") || text.contains("e") ? text : text + ".0"
    }

    /// Significant digits d1 d2 … and the exponent of d1.d2….
    static func decompose(_ value: Double) -> (isNegative: Bool, digits: [UInt8], exponent: Int) {
        var digits: [UInt8] = []
        var exponent = 0
        var pointAt: Int?
        var text = value.description.utf8[...]
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { text = text.dropFirst() }
        if let mark = text.firstIndex(of: UInt8(ascii: "e")) {
            exponent = Int(String(decoding: text[text.index(after: mark)...], as: UTF8.self)) ?? 0
            text = text[..<mark]
        }
        for byte in text {
            if byte == UInt8(ascii: ".") { pointAt = digits.count } else { digits.append(byte) }
        }
        exponent += (pointAt ?? digits.count) - 1
        while digits.count > 1, digits.first == UInt8(ascii: "0") {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        if digits == [UInt8(ascii: "0")] { exponent = 0 }
        return (isNegative, digits, exponent)
    }

    private static func scientific(_ digits: [UInt8], _ exponent: Int) -> String {
        let head = String(decoding: digits.prefix(1), as: UTF8.self)
        let tail = digits.count > 1 ? "." + String(decoding: digits.dropFirst(), as: UTF8.self) : ""
        let size = String(exponent.magnitude, width: 2)
        return "\(head)\(tail)e\(exponent < 0 ? "-" : "+")\(size)"
    }

    private static func positional(_ digits: [UInt8], _ exponent: Int) -> String {
        let text = String(decoding: digits, as: UTF8.self)
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + text }
        if digits.count <= exponent + 1 {
            return text + String(repeating: "0", count: exponent + 1 - digits.count)
        }
        let split = text.utf8.index(text.startIndex, offsetBy: exponent + 1)
        return "\(text[..<split]).\(text[split...])"
    }
}
