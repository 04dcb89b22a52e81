import Glibc
import Notation

/// Conversions between kinds.
enum ConversionFunctions {
    static let all: [Function] = [
        conversion(
            "bool", "A bool from itself or from `1 t true TRUE True 0 f false FALSE False`.",
            .bool, [.bool, .string], examples: [.init("bool('True')", "true")], toBool),
        conversion(
            "bytes", "Bytes from themselves or the UTF-8 of a string.",
            .bytes, [.bytes, .string], examples: [.init("bytes('é')", "b'\\xc3\\xa9'")], toBytes),
        conversion(
            "double", "A double from a number or from text.",
            .double, [.double, .int, .uint, .string],
            examples: [.init("double('1.5')", "1.5"), .init("double(2)", "2.0")], toDouble),
        conversion(
            "int",
            "An int from a number (fractions are cut off), decimal text, or a timestamp (seconds since 1970).",
            .int, [.int, .uint, .double, .string, .timestamp],
            examples: [.init("int(-7.9)", "-7"), .init("int('42')", "42")], toInt),
        conversion(
            "uint", "A uint from a number (fractions are cut off) or decimal text.",
            .uint, [.uint, .int, .double, .string], examples: [.init("uint(3.7)", "3u")], toUInt),
        conversion(
            "string", "Text from a number, bool, UTF-8 bytes, timestamp, duration or network address.",
            .string, [.string, .bool, .int, .uint, .double, .bytes, .timestamp, .duration, .ip, .cidr],
            examples: [.init("string(1.0)", "'1'"), .init("string(duration('90m'))", "'5400s'")], toString),
        conversion(
            "timestamp",
            "A timestamp from itself, strict RFC 3339 text, or seconds since 1970; years 1 to 9999.",
            .timestamp, [.timestamp, .string, .int],
            examples: [.init("timestamp(0) == timestamp('1970-01-01T00:00:00Z')", "true")], toTimestamp),
        conversion(
            "duration",
            "A duration from itself or text such as `1h30m`, `-1.5s`, `250ms` (units h m s ms us ns).",
            .duration, [.duration, .string],
            examples: [.init("duration('1h30m') == duration('90m')", "true")], toDuration),
        Function(
            "type", "The type of a value, to be compared with other types.",
            examples: [.init("type(1) == int", "true"), .init("type([])", "list")],
            Overload(
                .global, [.parameter("A")], .type(.parameter("A")),
                .one { value, frame in
                    .type(frame.arena.text("\(value.typeName)"))
                })),
        Function(
            "dyn", "The value itself, its type known only at run time.",
            examples: [.init("dyn(1) == 1.0", "true")],
            Overload(.global, [.parameter("A")], .dyn, .one { value, _ in value }))
    ]

    private static func conversion(
        _ name: String, _ doc: String, _ result: ValueType, _ sources: [ValueType],
        examples: [Function.Example], _ body: @escaping @Sendable (Value, inout Frame) -> Value
    ) -> Function {
        Function(
            name, doc, examples: examples,
            overloads: sources.map { Overload(.global, [$0], result, .one(body)) })
    }

    // MARK: Numbers

    @Sendable private static func toInt(_ value: Value, _ frame: inout Frame) -> Value {
        switch value {
        case .int: return value
        case .uint(let uint):
            return Int64(exactly: uint).map(Value.int) ?? frame.failure(.outOfRange, "int")
        case .double(let double):
            // The ends themselves are refused, as the specification's cases have it.
            guard double > -0x1p63, double < 0x1p63 else { return frame.failure(.outOfRange, "int") }
            return .int(Int64(double))
        case .timestamp(let timestamp): return .int(timestamp.seconds)
        default: return number(value, &frame, "int") { Int64($0).map(Value.int) }
        }
    }

    @Sendable private static func toUInt(_ value: Value, _ frame: inout Frame) -> Value {
        switch value {
        case .uint: return value
        case .int(let int): return UInt64(exactly: int).map(Value.uint) ?? frame.failure(.outOfRange, "uint")
        case .double(let double):
            guard double > -1, double < 0x1p64 else { return frame.failure(.outOfRange, "uint") }
            return .uint(UInt64(double))
        default: return number(value, &frame, "uint") { UInt64($0).map(Value.uint) }
        }
    }

    @Sendable private static func toDouble(_ value: Value, _ frame: inout Frame) -> Value {
        switch value {
        case .double: return value
        case .int(let int): return .double(Double(int))
        case .uint(let uint): return .double(Double(uint))
        default:
            return number(value, &frame, "double") { text in
                switch text {
                case "NaN": return .double(.nan)
                case "Infinity", "+Infinity", "Inf", "+Inf": return .double(.infinity)
                case "-Infinity", "-Inf": return .double(-.infinity)
                default:
                    guard text.utf8.allSatisfy(isDecimalPart) else { return nil }
                    return Double(text).map(Value.double)
                }
            }
        }
    }

    private static func isDecimalPart(_ byte: UInt8) -> Bool {
        byte.isDigit || ".eE+-".utf8.contains(byte)
    }

    private static func number(
        _ value: Value, _ frame: inout Frame, _ type: String, _ parse: (String) -> Value?
    ) -> Value {
        let text = frame.string(value)
        guard text.count <= 400, let parsed = parse(text.string) else {
            return frame.failure(.invalidConversion, "\(frame.shown(value)) is no \(type)")
        }
        return parsed
    }

    // MARK: Others

    @Sendable private static func toBool(_ value: Value, _ frame: inout Frame) -> Value {
        if case .bool = value { return value }
        switch frame.string(value).string {
        case "1", "t", "true", "TRUE", "True": return .bool(true)
        case "0", "f", "false", "FALSE", "False": return .bool(false)
        default: return frame.failure(.invalidConversion, "\(frame.shown(value)) is no bool")
        }
    }

    @Sendable private static func toBytes(_ value: Value, _ frame: inout Frame) -> Value {
        if case .bytes = value { return value }
        return .bytes(frame.string(value))
    }

    @Sendable static func toString(_ value: Value, _ frame: inout Frame) -> Value {
        switch value {
        case .bool(let value): return frame.value("\(value)")
        case .int(let value): return frame.value("\(value)")
        case .uint(let value): return frame.value("\(value)")
        case .double(let value): return frame.value(DoubleText.string(value))
        case .timestamp(let value): return frame.value(value.rfc3339)
        case .duration(let value): return frame.value(DurationText.format(value))
        case .address(let address): return frame.value(address.pointee.description)
        case .bytes(let text): return text.isValidUTF8 ? .text(text) : frame.failure(.invalidUTF8)
        default: return value
        }
    }

    @Sendable private static func toTimestamp(_ value: Value, _ frame: inout Frame) -> Value {
        switch value {
        case .timestamp: return value
        case .int(let seconds):
            return Timestamp(seconds: seconds).map(Value.timestamp) ?? frame.failure(.outOfRange, "timestamp")
        default: return frame.readAsTimestamp(value, at: -1)
        }
    }

    @Sendable private static func toDuration(_ value: Value, _ frame: inout Frame) -> Value {
        if case .duration = value { return value }
        do {
            return .duration(try DurationText.parse(frame.string(value).utf8))
        } catch {
            let kind: EvaluationError.Kind = error == .outOfRange ? .outOfRange : .invalidConversion
            return frame.failure(kind, "\(frame.shown(value)) is no duration")
        }
    }
}
