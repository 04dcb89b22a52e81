import Notation
import Records

/// Reads JSON as feeds have it: what writers of JSON by hand get wrong is mended when the text is no JSON.
enum JSONMender {
    /// The value, and whether something had to be mended for it.
    static func read(_ bytes: Bytes, depth: Int) throws(JSONError) -> (value: JSON, isMended: Bool) {
        do {
            return (try JSON(parsing: Array(bytes)), false)
        } catch {
            // The first error says where the text is wrong as it was written.
            guard let value = try? JSON(parsing: mended(bytes, depth: depth)) else { throw error }
            return (value, true)
        }
    }

    /// The text with control characters in strings escaped, backslashes that begin no escape doubled, commas
    /// before a closing bracket left out, and null for what is nested deeper than `depth`.
    static func mended(_ bytes: Bytes, depth limit: Int) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 16)
        var depth = 0
        var i = 0
        while i < bytes.count {
            let byte = bytes[i]
            if byte == .quote {
                let end = endOfString(bytes, i)
                if depth <= limit { appendString(bytes.part(i..<end), to: &output) }
                i = end
                continue
            }
            let opens = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
            let closes = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
            if opens { depth += 1 }
            if closes, depth <= limit { dropComma(at: &output) }
            if depth <= limit { output.append(byte) }
            if opens, depth == limit + 1 { output += Array("null".utf8) }
            if closes { depth -= 1 }
            i += 1
        }
        return output
    }

    /// The position after the string that begins at `start`.
    private static func endOfString(_ bytes: Bytes, _ start: Int) -> Int {
        var i = start + 1
        while i < bytes.count, bytes[i] != .quote { i += bytes[i] == UInt8(ascii: "\\") ? 2 : 1 }
        return min(i + 1, bytes.count)
    }

    private static func dropComma(at output: inout [UInt8]) {
        guard let last = output.lastIndex(where: { !$0.isSpace }) else { return }
        if output[last] == UInt8(ascii: ",") { output.remove(at: last) }
    }

    private static func appendString(_ string: Bytes, to output: inout [UInt8]) {
        var i = 0
        while i < string.count {
            let byte = string[i]
            i += 1
            if byte < 0x20 {
                output += escape(byte)
            } else if byte != UInt8(ascii: "\\") {
                output.append(byte)
            } else if isEscape(string.part(i..<string.count)) {
                output += [byte, string[i]]
                i += 1
            } else {
                output += [byte, byte]
            }
        }
    }

    private static func escape(_ control: UInt8) -> [UInt8] {
        Array("\\u\(String(control, radix: 16, width: 4))".utf8)
    }

    /// Whether the bytes after a backslash make an escape with it.
    private static func isEscape(_ rest: Bytes) -> Bool {
        guard let first = rest.first else { return false }
        guard first == UInt8(ascii: "u") else { return Array("\"\\/bfnrt".utf8).contains(first) }
        return rest.count > 4 && rest.part(1..<5).allSatisfy { $0.hexValue != nil }
    }
}
