import Notation

/// Keeps of a `style` attribute the declarations that only change how the text looks.
enum StyleFilter {
    /// The harmless declarations as `name: value; name: value;`; empty when the style is not plainly written.
    static func safe(_ style: String, inSVG: Bool) -> String {
        let style = withoutAddresses(style)
        guard isPlain(Array(style.utf8)) else { return "" }
        var kept: [String] = []
        for declaration in style.split(separator: ";") {
            let text = String(declaration).trimmed
            if text.isEmpty { continue }
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2 else { return "" }
            let name = String(parts[0]).trimmed
            let value = String(parts[1]).trimmed
            guard name.utf8.allSatisfy({ isWordByte($0) || $0 == UInt8(ascii: "-") }), !name.isEmpty else {
                return ""
            }
            if !value.isEmpty, isAllowed(name.asciiLowercased, value, inSVG: inSVG) {
                kept.append("\(name): \(value);")
            }
        }
        return kept.joined(separator: " ")
    }

    private static func isAllowed(_ name: String, _ value: String, inSVG: Bool) -> Bool {
        if StyleAllowList.properties.contains(name) { return true }
        let family = name.split(separator: "-").first.map(String.init) ?? ""
        if ["background", "border", "margin", "padding"].contains(family) {
            return value.split(whereSeparator: \.isWhitespace).allSatisfy {
                StyleAllowList.keywords.contains(String($0)) || isMeasure(Array($0.utf8))
            }
        }
        return inSVG && StyleAllowList.svgProperties.contains(name)
    }

    /// A colour in digits, `rgb(...)`, or a number with a unit.
    private static func isMeasure(_ value: [UInt8]) -> Bool {
        if value.first == UInt8(ascii: "#") {
            return value.count > 1
                && value.dropFirst().allSatisfy { $0.isDigit || (0x61...0x66).contains($0) }
        }
        if value.starts(with: "rgb(".utf8) {
            return value.dropFirst(4).allSatisfy { $0.isDigit || "%,)".utf8.contains($0) }
        }
        let digits = value.prefix { $0.isDigit }
        var rest = value.dropFirst(digits.count)
        if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst().drop { $0.isDigit } }
        let unit = String(decoding: rest, as: UTF8.self)
        return digits.count <= 4
            && ["", "cm", "em", "ex", "in", "mm", "pc", "pt", "px", "%", ",", ")"].contains(unit)
    }

    /// Without `url(...)`.
    private static func withoutAddresses(_ style: String) -> String {
        var result: [UInt8] = []
        let bytes = Array(style.utf8)
        // Beyond it no address ends, so that none is looked for.
        let last = bytes.lastIndex(of: UInt8(ascii: ")")) ?? 0
        var i = 0
        while i < bytes.count {
            guard i < last, let end = endOfAddress(bytes, i) else {
                result.append(bytes[i])
                i += 1
                continue
            }
            result.append(.space)
            i = end
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func endOfAddress(_ bytes: [UInt8], _ start: Int) -> Int? {
        guard bytes[start...].prefix(3).map(\.lowercased) == Array("url".utf8) else { return nil }
        var i = start + 3
        while i < bytes.count, bytes[i].isSpace { i += 1 }
        guard i < bytes.count, bytes[i] == UInt8(ascii: "(") else { return nil }
        return bytes[i...].firstIndex(of: UInt8(ascii: ")")).map { $0 + 1 }
    }

    /// Whether the style consists of words, numbers and simple punctuation, so that nothing can hide in it.
    private static func isPlain(_ style: [UInt8]) -> Bool {
        var i = 0
        while i < style.count {
            let byte = style[i]
            switch byte {
            case _ where byte.isLetter || byte.isDigit || byte.isSpace || ":,;#%.!".utf8.contains(byte):
                i += 1
            case UInt8(ascii: "-"):
                guard i > 0, i + 1 < style.count, isWordByte(style[i - 1]), isWordByte(style[i + 1]) else {
                    return false
                }
                i += 1
            case .apostrophe, .quote:
                guard let end = style[(i + 1)...].firstIndex(of: byte), end > i + 1,
                    style[(i + 1)..<end].allSatisfy({ isWordByte($0) || $0.isSpace })
                else { return false }
                i = end + 1
            case UInt8(ascii: "("):
                guard let end = style[(i + 1)...].firstIndex(of: UInt8(ascii: ")")), end > i + 1,
                    style[(i + 1)..<end].allSatisfy({ $0.isDigit || $0.isSpace || $0 == UInt8(ascii: ",") })
                else { return false }
                i = end + 1
            default: return false
            }
        }
        return true
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_")
    }
}
