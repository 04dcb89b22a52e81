import Glibc
import Records

/// The math extension.
enum MathFunctions {
    static let all: [Function] = [
        extremum(
            "math.greatest", "The greatest of the numbers, or of a list of numbers.",
            "math.greatest(1, 5, 3)", "5", wanted: .greater),
        extremum(
            "math.least", "The least of the numbers, or of a list of numbers.",
            "math.least([1.5, -2.0])", "-2.0", wanted: .less),
        rounding("math.ceil", "The least whole number that is not less.", "math.ceil(-1.2)", "-1.0") {
            $0.rounded(.up)
        },
        rounding("math.floor", "The greatest whole number that is not greater.", "math.floor(-1.2)", "-2.0") {
            $0.rounded(.down)
        },
        rounding("math.round", "The nearest whole number, halves away from zero.", "math.round(-1.5)", "-2.0")
        {
            $0.rounded(.toNearestOrAwayFromZero)
        },
        rounding("math.trunc", "The number without its fraction.", "math.trunc(-1.9)", "-1.0") {
            $0.rounded(.towardZero)
        },
        Function(
            "math.sqrt", "The square root, NaN for negative numbers.",
            examples: [.init("math.sqrt(81)", "9.0")],
            overloads: [ValueType.double, .int, .uint].map {
                Overload(.global, [$0], .double, .one { value, _ in .double(real(value).squareRoot()) })
            }),
        Function(
            "math.abs", "The magnitude.", examples: [.init("math.abs(-11)", "11")],
            overloads: sameKind { value, frame in
                switch value {
                case .int(let int) where int == .min: frame.failure(.overflow, "math.abs")
                case .int(let int): .int(abs(int))
                case .double(let double): .double(abs(double))
                default: value
                }
            }),
        Function(
            "math.sign", "-1, 0 or 1, of the kind of the number.",
            examples: [.init("math.sign(-1.5)", "-1.0")],
            overloads: sameKind { value, _ in
                switch value {
                case .int(let int): .int(int.signum())
                case .uint(let uint): .uint(uint.signum())
                case .double(let double): .double(double > 0 ? 1 : double < 0 ? -1 : double)
                default: value
                }
            }),
        classification("math.isNaN", "Whether the number is NaN.", "math.isNaN(0.0 / 0.0)") { $0.isNaN },
        classification("math.isInf", "Whether the number is infinite.", "math.isInf(1.0 / 0.0)") {
            $0.isInfinite
        },
        classification(
            "math.isFinite", "Whether the number is neither infinite nor NaN.", "math.isFinite(1.5)"
        ) {
            $0.isFinite
        },
        bitwise("math.bitAnd", "The bits that both have.", "math.bitAnd(3, 5)", "1") { $0 & $1 },
        bitwise("math.bitOr", "The bits that either has.", "math.bitOr(1u, 4u)", "5u") { $0 | $1 },
        bitwise("math.bitXor", "The bits that one of the two has.", "math.bitXor(1, 3)", "2") { $0 ^ $1 },
        Function(
            "math.bitNot", "All bits turned over.", examples: [.init("math.bitNot(1)", "-2")],
            Overload(.global, [.int], .int, .one { value, _ in integer(value) { ~$0 } }),
            Overload(.global, [.uint], .uint, .one { value, _ in integer(value) { ~$0 } })),
        shift(
            "math.bitShiftLeft", "The bits so many places to the left; 0 from 64 on.",
            "math.bitShiftLeft(1, 2)", "4"
        ) {
            $0 << $1
        },
        shift(
            "math.bitShiftRight",
            "The bits so many places to the right, zeros coming in even for negative numbers; 0 from 64 on.",
            "math.bitShiftRight(1024, 2)", "256"
        ) { $0 >> $1 }
    ]

    private static let numbers: [ValueType] = [.int, .uint, .double]

    private static func real(_ value: Value) -> Double {
        switch value {
        case .double(let double): double
        case .int(let int): Double(int)
        case .uint(let uint): Double(uint)
        default: .nan
        }
    }

    private static func integer(_ value: Value, _ transform: (UInt64) -> UInt64) -> Value {
        switch value {
        case .int(let int): .int(Int64(bitPattern: transform(UInt64(bitPattern: int))))
        case .uint(let uint): .uint(transform(uint))
        default: value
        }
    }

    private static func sameKind(_ body: @escaping @Sendable (Value, inout Frame) -> Value) -> [Overload] {
        numbers.map { Overload(.global, [$0], $0, .one(body)) }
    }

    private static func rounding(
        _ name: String, _ doc: String, _ example: String, _ result: String,
        _ round: @escaping @Sendable (Double) -> Double
    ) -> Function {
        Function(
            name, doc, examples: [.init(example, result)],
            Overload(.global, [.double], .double, .one { value, _ in .double(round(real(value))) }))
    }

    private static func classification(
        _ name: String, _ doc: String, _ example: String, _ test: @escaping @Sendable (Double) -> Bool
    ) -> Function {
        Function(
            name, doc, examples: [.init(example, "true")],
            Overload(.global, [.double], .bool, .one { value, _ in .bool(test(real(value))) }))
    }

    private static func bitwise(
        _ name: String, _ doc: String, _ example: String, _ result: String,
        _ combine: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> Function {
        Function(
            name, doc, examples: [.init(example, result)],
            overloads: [ValueType.int, .uint].map {
                Overload(
                    .global, [$0, $0], $0,
                    .two { left, right, _ in
                        integer(left) { bits in
                            var other: UInt64 = 0
                            _ = integer(right) {
                                other = $0; return $0
                            }
                            return combine(bits, other)
                        }
                    })
            })
    }

    private static func shift(
        _ name: String, _ doc: String, _ example: String, _ result: String,
        _ shift: @escaping @Sendable (UInt64, Int) -> UInt64
    ) -> Function {
        Function(
            name, doc, examples: [.init(example, result)],
            overloads: [ValueType.int, .uint].map {
                Overload(
                    .global, [$0, .int], $0,
                    .two { value, places, frame in
                        guard case .int(let places) = places, places >= 0 else {
                            return frame.failure(.invalidArgument, "negative offset of \(name)")
                        }
                        return integer(value) { places > 63 ? 0 : shift($0, Int(places)) }
                    })
            })
    }

    // MARK: greatest and least

    private static func extremum(
        _ name: String, _ doc: String, _ example: String, _ result: String, wanted: Order
    ) -> Function {
        let body: @Sendable ([Value], inout Frame) -> Value = { values, frame in
            var candidates = values
            if values.count == 1, let list = frame.list(values[0]) {
                guard list.count > 0 else {
                    return frame.failure(.invalidArgument, "\(name) of an empty list")
                }
                guard frame.spend(list.count) else { return frame.costFailure(at: -1) }
                candidates = (0..<list.count).map { list[$0] }
            }
            var best = candidates[0]
            for candidate in candidates {
                guard ([.int, .uint, .double] as Kinds).contains(candidate.kind) else {
                    return frame.failure(.noSuchOverload, "\(name)(\(candidate.typeName))")
                }
                if Value.compareNumbers(candidate, best) == wanted { best = candidate }
            }
            return best
        }
        return Function(
            name, doc, examples: [.init(example, result)],
            overloads: numbers.flatMap {
                [
                    Overload(.global, [$0], $0, isVariadic: true, .many(body)),
                    Overload(.global, [.list($0)], $0, .many(body))
                ]
            } + [Overload(.global, [.dyn], .dyn, isVariadic: true, .many(body))])
    }
}
