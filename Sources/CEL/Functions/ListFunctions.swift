import Records

/// The lists extension; `sortBy` is a macro.
enum ListFunctions {
    private static let element = ValueType.parameter("T")
    private static let list = ValueType.list(.parameter("T"))

    static let all: [Function] = [
        Function(
            "lists.range", "The ints from 0 up to but without the number.",
            examples: [.init("lists.range(3)", "[0, 1, 2]")],
            Overload(
                .global, [.int], .list(.int),
                .one { value, frame in
                    guard case .int(let count) = value, count > 0 else { return .list(frame.arena.list([])) }
                    guard frame.spend(Int(clamping: count)) else { return frame.costFailure(at: -1) }
                    return .list(frame.arena.list((0..<count).map { .int($0) }))
                })),
        Function(
            "slice", "The elements from a position up to but without another.",
            examples: [.init("[1, 2, 3, 4].slice(1, 3)", "[2, 3]")],
            Overload(.member, [list, .int, .int], list, .many(slice))),
        Function(
            "flatten",
            "The elements with those of lists among them in their place, one level deep or so many.",
            examples: [
                .init("[1, [2, [3]]].flatten()", "[1, 2, [3]]"),
                .init("[1, [2, [3]]].flatten(2)", "[1, 2, 3]")
            ],
            Overload(.member, [.list(.dyn)], .list(.dyn), .one { $1.flattened($0, depth: 1) }),
            Overload(
                .member, [.list(.dyn), .int], .list(.dyn),
                .two { value, depth, frame in
                    guard case .int(let depth) = depth, depth >= 0 else {
                        return frame.failure(.invalidArgument, "flatten to a negative depth")
                    }
                    return frame.flattened(value, depth: depth)
                })),
        Function(
            "sort", "The elements in ascending order; they must be of one kind that has an order.",
            examples: [.init("[3, 1, 2].sort()", "[1, 2, 3]")],
            Overload(
                .member, [list], list,
                .one { value, frame in
                    guard let list = frame.list(value) else { return value }
                    return frame.sorted((0..<list.count).map { (list[$0], list[$0]) }, at: -1, "sort")
                })),
        Function(
            "distinct", "The elements without those that equal an earlier one.",
            examples: [.init("[1, 2, 1].distinct()", "[1, 2]")],
            Overload(.member, [list], list, .one { $1.distinct($0) })),
        Function(
            "reverse", "The elements in reverse order.",
            examples: [.init("[1, 2, 3].reverse()", "[3, 2, 1]")],
            Overload(
                .member, [list], list,
                .one { value, frame in
                    guard let list = frame.list(value) else { return value }
                    guard frame.spend(list.count) else { return frame.costFailure(at: -1) }
                    return .list(frame.arena.list((0..<list.count).reversed().map { list[$0] }))
                })),
        Function(
            "first", "The first element as an optional.",
            examples: [.init("[1, 2].first().value()", "1")],
            Overload(
                .member, [list], .optional(element),
                .one { value, frame in
                    guard let list = frame.list(value), list.count > 0 else { return .optional(nil) }
                    return frame.arena.optional(list[0])
                })),
        Function(
            "last", "The last element as an optional.",
            examples: [.init("[].last().hasValue()", "false")],
            Overload(
                .member, [list], .optional(element),
                .one { value, frame in
                    guard let list = frame.list(value), list.count > 0 else { return .optional(nil) }
                    return frame.arena.optional(list[list.count - 1])
                }))
    ]

    @Sendable private static func slice(_ arguments: [Value], _ frame: inout Frame) -> Value {
        guard let list = frame.list(arguments[0]), case .int(let start) = arguments[1],
            case .int(let end) = arguments[2]
        else { return arguments[0] }
        guard start >= 0, end <= list.count else {
            return frame.failure(.indexOutOfRange, "\(start < 0 ? start : end)")
        }
        guard start <= end else { return frame.failure(.invalidArgument, "slice from \(start) to \(end)") }
        return .list(Value.List(start: list.start + Int(start), count: Int(end - start)))
    }
}

extension Frame {
    fileprivate mutating func flattened(_ value: Value, depth: Int64) -> Value {
        var result: [Value] = []
        guard collect(value, depth: min(depth, 64), into: &result) else { return costFailure(at: -1) }
        return .list(arena.list(result))
    }

    private mutating func collect(_ value: Value, depth: Int64, into result: inout [Value]) -> Bool {
        guard let list = list(value) else { return true }
        for position in 0..<list.count {
            guard spend() else { return false }
            if depth > 0, list[position].kind == .list {
                guard collect(list[position], depth: depth - 1, into: &result) else { return false }
            } else {
                result.append(list[position])
            }
        }
        return true
    }

    /// Keys are found through a table, other values by comparing with all before.
    fileprivate mutating func distinct(_ value: Value) -> Value {
        guard let list = list(value) else { return value }
        guard spend(list.count) else { return costFailure(at: -1) }
        let seen = Value.Map.empty(capacity: list.count, in: &arena)
        var others: [Value] = []
        var result: [Value] = []
        for position in 0..<list.count {
            let element = normalised(list[position])
            guard charge(element) else { return costFailure(at: -1) }
            if ([.int, .uint, .double, .string, .bool] as Kinds).contains(element.kind) {
                if seen.insert(element, .null) { result.append(element) }
                continue
            }
            var isKnown = false
            for other in others where !isKnown {
                guard let equal = equals(other, element) else { return costFailure(at: -1) }
                isKnown = equal
            }
            if !isKnown {
                others.append(element)
                result.append(element)
            }
        }
        return .list(arena.list(result))
    }
}
