import Notation
import Records

/// Optional values; `a.?b`, `a[?b]`, `[?a]`, `{?a: b}`, `optMap` and `optFlatMap` belong to the syntax.
enum OptionalFunctions {
    private static let element = ValueType.parameter("T")

    static let all: [Function] = [
        Function(
            "optional.of", "An optional that holds the value.",
            examples: [.init("optional.of(1).hasValue()", "true")],
            Overload(
                .global, [element], .optional(element), .one { value, frame in frame.arena.optional(value) })),
        Function(
            "optional.none", "The optional without value.",
            examples: [.init("optional.none().orValue('x')", "'x'")],
            Overload(.global, [], .optional(element), .none { _ in .optional(nil) })),
        Function(
            "optional.ofNonZeroValue",
            "An optional that holds the value unless it is null, false, 0, or empty.",
            examples: [.init("optional.ofNonZeroValue('').hasValue()", "false")],
            Overload(
                .global, [element], .optional(element),
                .one { value, frame in
                    frame.isZero(value) ? .optional(nil) : frame.arena.optional(value)
                })),
        Function(
            "hasValue", "Whether the optional holds a value.",
            examples: [.init("{}.?a.hasValue()", "false")],
            Overload(
                .member, [.optional(element)], .bool,
                .one { value, _ in
                    if case .optional(nil) = value { .bool(false) } else { .bool(true) }
                })),
        Function(
            "value", "What the optional holds; an error if there is nothing.",
            examples: [.init("optional.of(1).value()", "1")],
            Overload(
                .member, [.optional(element)], element,
                .one { value, frame in
                    guard case .optional(let content?) = value else { return frame.failure(.emptyOptional) }
                    return content.pointee
                })),
        Function(
            "or", "The optional if it holds a value, else the other one, which is looked at only then.",
            examples: [.init("optional.none().or(optional.of(2)).value()", "2")],
            Overload(.member, [.optional(element), .optional(element)], .optional(element), .declared)),
        Function(
            "orValue", "What the optional holds, else the value given, which is looked at only then.",
            examples: [.init("{'a': 1}[?'b'].orValue(0)", "0")],
            Overload(.member, [.optional(element), element], element, .declared)),
        Function(
            "optional.unwrap", "What the optionals of a list hold, those without value left out.",
            examples: [.init("optional.unwrap([optional.of(1), optional.none()])", "[1]")],
            Overload(.global, [.list(.optional(element))], .list(element), .one(unwrap))),
        Function(
            "unwrapOpt", "What the optionals of a list hold, those without value left out.",
            examples: [.init("[optional.none(), optional.of(2)].unwrapOpt()", "[2]")],
            Overload(.member, [.list(.optional(element))], .list(element), .one(unwrap)))
    ]

    @Sendable private static func unwrap(_ value: Value, _ frame: inout Frame) -> Value {
        guard let list = frame.list(value) else { return value }
        guard frame.spend(list.count) else { return frame.costFailure(at: -1) }
        var held: [Value] = []
        for position in 0..<list.count {
            guard case .optional(let content) = list[position] else {
                return frame.failure(.noSuchOverload, "unwrap of a list with \(list[position].typeName)")
            }
            if let content { held.append(content.pointee) }
        }
        return .list(frame.arena.list(held))
    }
}

extension Frame {
    /// Whether a value is null, false, 0, or empty.
    fileprivate mutating func isZero(_ value: Value) -> Bool {
        switch value {
        case .null: true
        case .bool(let flag): !flag
        case .int(let int): int == 0
        case .uint(let uint): uint == 0
        case .double(let double): double == 0
        case .text(let text), .bytes(let text): text.isEmpty
        case .duration(let nanoseconds): nanoseconds == 0
        case .timestamp(let timestamp): timestamp.seconds == 0 && timestamp.nanoseconds == 0
        case .optional(let content): content == nil
        default: count(value) == 0
        }
    }
}
