import Notation
import Records

/// Texts as XML and JSON can both carry them.
enum CarriedText {
    /// The text with one line feed for each kind of line end, and U+FFFD for characters that XML has not.
    static func of(_ text: String) -> String {
        var text = text
        let isClean = text.withUTF8 { bytes in bytes.allSatisfy { $0 >= 0x20 && $0 != 0xEF || $0 == 0x0A } }
        if isClean { return text }
        var scalars = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A where afterReturn: break
            case 0x0A...0x0D: scalars.append("\n")
            case 0x09, 0x20...0xFFFD, 0x10000...: scalars.append(scalar)
            default: scalars.append("\u{FFFD}")
            }
            afterReturn = scalar == "\r"
        }
        return String(scalars)
    }

    /// The same in one line; nil instead of an empty text.
    static func line(_ text: String) -> String? {
        let line = HTMLText.singleLine(of(text))
        return line.isEmpty ? nil : line
    }

    /// The same without white space at its ends; nil instead of an empty text.
    static func block(_ text: String) -> String? {
        let block = of(text).trimmed
        return block.isEmpty ? nil : block
    }

    /// A language tag (BCP 47); nil for what is none.
    static func language(_ text: String) -> String? {
        let parts = text.trimmed.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isTag = parts.enumerated().allSatisfy { place, part in
            (1...8).contains(part.count) && part.allSatisfy { $0.isLetter || place > 0 && $0.isDigit }
        }
        return isTag ? text.trimmed : nil
    }

    /// A MIME type; nil for what is none.
    static func mediaType(_ text: String) -> String? {
        guard let type = line(text) else { return nil }
        let parts = type.utf8.split(separator: .slash, maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty ? type : nil
    }

    /// A mail address; nil for what is none.
    static func email(_ text: String) -> String? {
        guard let email = line(text) else { return nil }
        let parts = email.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && !email.utf8.contains(.space)
            ? email : nil
    }

    /// An absolute address, percent-encoded where a URI must be; nil for what cannot be one, or leads to code.
    static func address(_ text: String, from base: String? = nil) -> String? {
        // No address has such a reference; where one stands it was escaped twice.
        guard let written = block(text)?.replacing("&amp;", with: "&") else { return nil }
        let resolved = URLReference.resolve(written, in: base ?? "")
        guard let scheme = URLReference.scheme(of: resolved), URLReference.isSafe(resolved),
            resolved.utf8.starts(with: scheme.utf8) || resolved.asciiLowercased.utf8.starts(with: scheme.utf8)
        else { return nil }
        if URLReference.isWeb(resolved) {
            let parts = URLParts(resolved)
            guard let authority = parts.authority, !authority.isEmpty else { return nil }
        }
        return encoded(resolved)
    }

    /// With percent-encoding for what no URI has (RFC 3986), or not there: brackets belong to the host, and a second `#`
    /// to nothing.
    static func encoded(_ address: String) -> String {
        let bytes = Array(address.utf8)
        var result: [UInt8] = []
        var isInAuthority = false
        var hasFragment = false
        for (place, byte) in bytes.enumerated() {
            var isForeign = false
            switch byte {
            case .slash
            where place > 1 && bytes[place - 1] == .slash && bytes[place - 2] == UInt8(ascii: ":"):
                isInAuthority = !hasFragment
            case .slash, UInt8(ascii: "?"): isInAuthority = false
            case UInt8(ascii: "#"):
                isForeign = hasFragment
                (isInAuthority, hasFragment) = (false, true)
            case UInt8(ascii: "["), UInt8(ascii: "]"): isForeign = !isInAuthority
            case UInt8(ascii: "%"):
                isForeign =
                    place + 2 >= bytes.count || bytes[place + 1].hexValue == nil
                    || bytes[place + 2].hexValue == nil
            case 0...0x20, 0x7F, .quote, .lessThan, .greaterThan, UInt8(ascii: "\\"), UInt8(ascii: "^"),
                UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
                isForeign = true
            default: break
            }
            if isForeign {
                result += PercentEncoding.encode([byte]) { _ in false }.utf8
            } else {
                result.append(byte)
            }
        }
        return result.count == bytes.count ? address : String(decoding: result, as: UTF8.self)
    }
}
