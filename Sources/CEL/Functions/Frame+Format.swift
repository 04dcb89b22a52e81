import Glibc
import Notation
import Records

/// `format` of the strings extension.
extension Frame {
    private static let maximumPrecision = 100

    mutating func formatted(_ template: Value, _ arguments: Value) -> Value {
        guard let arguments = list(arguments) else { return arguments }
        let text = string(template)
        var result: [UInt8] = []
        var position = 0
        var next = 0
        while position < text.count {
            let byte = text[position]
            position += 1
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let clause = FormatClause(text, at: &position) else {
                return failure(.badFormat, "unknown clause after '%'")
            }
            if clause.verb == UInt8(ascii: "%") {
                result.append(byte)
                continue
            }
            guard next < arguments.count else {
                return failure(.indexOutOfRange, "argument \(next) of format")
            }
            guard clause.precision ?? 0 <= Frame.maximumPrecision else {
                return failure(.badFormat, "a precision over \(Frame.maximumPrecision)")
            }
            guard let piece = format(arguments[next], clause) else {
                if isExhausted { return costFailure(at: -1) }
                let verb = String(UnicodeScalar(clause.verb))
                return failure(.badFormat, "%\(verb) of \(arguments[next].typeName)")
            }
            next += 1
            guard spend(bytes: piece.utf8.count) else { return costFailure(at: -1) }
            result.append(contentsOf: piece.utf8)
        }
        return .text(arena.text(result))
    }

    private mutating func format(_ value: Value, _ clause: FormatClause) -> String? {
        switch clause.verb {
        case UInt8(ascii: "s"): display(value)
        case UInt8(ascii: "d"): decimal(value)
        case UInt8(ascii: "f"): real(value, clause, "f")
        case UInt8(ascii: "e"): real(value, clause, "e")
        case UInt8(ascii: "b"): bits(value)
        case UInt8(ascii: "o"): integer(value, radix: 8)
        case UInt8(ascii: "x"): hexadecimal(value)
        default: hexadecimal(value)?.uppercased()
        }
    }

    // MARK: Numbers

    private func integer(_ value: Value, radix: Int) -> String? {
        switch value {
        case .int(let int): String(int, radix: radix)
        case .uint(let uint): String(uint, radix: radix)
        default: nil
        }
    }

    private func decimal(_ value: Value) -> String? {
        if case .double(let double) = value { return DoubleText.string(double) }
        return integer(value, radix: 10)
    }

    private func bits(_ value: Value) -> String? {
        if case .bool(let flag) = value { return flag ? "1" : "0" }
        return integer(value, radix: 2)
    }

    private func real(_ value: Value, _ clause: FormatClause, _ verb: String) -> String? {
        let double: Double
        switch value {
        case .double(let value): double = value
        case .int(let value): double = Double(value)
        case .uint(let value): double = Double(value)
        default: return nil
        }
        guard double.isFinite else { return DoubleText.string(double) }
        // The longest double has 309 digits before the point.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 320 + Frame.maximumPrecision) {
            space in
            let precision = Int32(clause.precision ?? 6)
            let length = withVaList([precision, double]) {
                vsnprintf(space.baseAddress, space.count, "%.*\(verb)", $0)
            }
            let written = space.prefix(Int(max(0, length))).lazy.map { UInt8(bitPattern: $0) }
            return String(decoding: Array(written), as: UTF8.self)
        }
    }

    private mutating func hexadecimal(_ value: Value) -> String? {
        let bytes: Text
        switch value {
        case .bytes(let text): bytes = text
        default:
            guard let text = text(of: value) else { return integer(value, radix: 16) }
            bytes = text
        }
        guard spend(bytes: 8 * bytes.count) else { return nil }
        return String(hexadecimal: bytes.utf8)
    }

    // MARK: Anything

    /// What `%s` shows.
    private mutating func display(_ value: Value) -> String? {
        switch value {
        case .null: return "null"
        case .bytes(let text), .type(let text): return spend(bytes: text.count) ? text.string : nil
        case .optional(let content):
            return content.map { "optional(\(display($0.pointee) ?? ""))" } ?? "optional()"
        default: break
        }
        if let list = list(value) {
            guard spend(list.count) else { return nil }
            return "[" + (0..<list.count).map { display(list[$0]) ?? "" }.joined(separator: ", ") + "]"
        }
        if let map = map(value) {
            guard spend(map.count) else { return nil }
            let entries = (0..<map.count).map { (display(map.key($0)) ?? "", display(map.value($0)) ?? "") }
            let sorted = entries.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            return "{" + sorted.map { "\($0): \($1)" }.joined(separator: ", ") + "}"
        }
        let text = string(ConversionFunctions.toString(value, &self))
        return spend(bytes: text.count) ? text.string : nil
    }
}

/// One clause of a format: `%.3f`.
private struct FormatClause {
    let verb: UInt8
    let precision: Int?

    /// Reads what follows the percent sign.
    init?(_ text: Text, at position: inout Int) {
        var precision: Int?
        if position < text.count, text[position] == UInt8(ascii: ".") {
            position += 1
            var digits = 0
            while position < text.count, text[position].isDigit {
                digits = min(digits * 10 + Int(text[position] - UInt8(ascii: "0")), 1_000_000)
                position += 1
            }
            precision = digits
        }
        guard position < text.count, "%sdfeboxX".utf8.contains(text[position]) else { return nil }
        verb = text[position]
        self.precision = precision
        position += 1
    }
}
