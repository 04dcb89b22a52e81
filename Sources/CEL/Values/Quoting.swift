import Notation

/// String literals of CEL.
enum Quoting {
    /// The text in double quotes with the escapes that `strings.quote` uses.
    static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars { append(scalar, to: &result) }
        return result + "\""
    }

    /// Bytes in double quotes; what is not printable ASCII becomes `\xHH`.
    static func quote(bytes: [UInt8]) -> String {
        var result = "\""
        for byte in bytes {
            if byte < 0x80, byte >= 0x20, byte != 0x7F {
                append(Unicode.Scalar(byte), to: &result)
            } else {
                result += "\\x" + String(byte, radix: 16, width: 2)
            }
        }
        return result + "\""
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case "\u{07}": result += "\\a"
        case "\u{08}": result += "\\b"
        case "\u{0C}": result += "\\f"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case "\u{0B}": result += "\\v"
        case "\\": result += "\\\\"
        case "\"": result += "\\\""
        default: result.unicodeScalars.append(scalar)
        }
    }
}
