import Records
import TestSupport

extension SeededGenerator {
    /// Any JSON value: all kinds, awkward strings and numbers, at most `depth` containers inside one another.
    mutating func json(depth: Int) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &self) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self))
        case 2: return .int(integer())
        case 3: return .double(double())
        case 4, 5: return .string(string())
        case 6, 7: return .object(object(depth: depth - 1))
        default:
            let count = Int.random(in: 0...5, using: &self)
            return .array((0..<count).map { _ in json(depth: depth - 1) })
        }
    }

    mutating func object(depth: Int) -> JSONObject {
        let count = Int.random(in: 0...6, using: &self)
        return JSONObject((0..<count).map { _ in (string(), json(depth: depth)) })
    }

    private mutating func integer() -> Int64 {
        switch Int.random(in: 0..<4, using: &self) {
        case 0: [0, -1, .max, .min, 10, 1_000_000_000].randomElement(using: &self) ?? 0
        case 1: Int64.random(in: .min ... .max, using: &self)
        default: Int64.random(in: -1000...1000, using: &self)
        }
    }

    private mutating func double() -> Double {
        let bits = Double(bitPattern: UInt64.random(in: .min ... .max, using: &self))
        return Bool.random(using: &self) && bits.isFinite
            ? bits : Double.random(in: -1000...1000, using: &self)
    }

    /// Text with quotes, escapes, control characters and all lengths of UTF-8 sequences.
    mutating func string() -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "z", " ", "\"", "\\", "/", "\n", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é", "ß", "東",
            "\u{FFFD}",
            "\u{2028}", "🚀", "\u{10FFFF}", "e\u{301}"
        ].flatMap { $0.unicodeScalars }
        let length = [0, 1, 3, 8, 15, 16, 17, 31, 33, 64, 100].randomElement(using: &self) ?? 0
        // Long plain runs are what vectors scan; awkward ones are what stops them.
        let plain = Bool.random(using: &self)
        var scalars = String.UnicodeScalarView()
        for _ in 0..<length {
            let isPlain = plain && Int.random(in: 0..<20, using: &self) > 0
            scalars.append(isPlain ? "x" : alphabet.randomElement(using: &self) ?? "x")
        }
        return String(scalars)
    }

    /// Changes, adds, removes or cuts a few bytes.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...3, using: &self) where !result.isEmpty {
            let place = Int.random(in: 0..<result.count, using: &self)
            let interesting = Array("\"\\{}[],:0-.eEtfn \n\u{0}u".utf8) + [0x80, 0xC0, 0xE2, 0xED, 0xF4, 0xFF]
            let byte =
                Bool.random(using: &self)
                ? interesting.randomElement(using: &self) ?? 0 : UInt8.random(in: 0...255, using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0, 1: result[place] = byte
            case 2: result.insert(byte, at: place)
            case 3: result.remove(at: place)
            default: result.removeLast(result.count - place)
            }
        }
        return result
    }
}
