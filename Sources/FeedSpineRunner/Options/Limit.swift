internal import Diagnostics
internal import PipelineSpec

/// A restriction of an option's values beyond their type. Of lists and optionals it holds for each element.
///
/// ```swift
/// let count = Field<Int>("count", default: 3, "How many.", .range(1...100))
/// let step = Field<Int>("step", default: 2, "How far.", Limit("an even number") { $0 % 2 == 0 })
/// ```
public struct Limit<Value: Sendable>: Sendable {
    let constraint: Constraint<Value>

    /// ```swift
    /// let even = Limit<Int>("an even number") { $0 % 2 == 0 }
    /// ```
    ///
    /// - Parameters:
    ///   - phrase: completes "must be …" in messages and in the reference.
    ///   - holds: whether a value keeps to it.
    public init(_ phrase: String, holds: @escaping @Sendable (Value) -> Bool) {
        constraint = Constraint(phrase, holds: holds)
    }

    init(_ constraint: Constraint<Value>) { self.constraint = constraint }
}

extension Limit where Value == Int {
    /// At least and at most so much.
    ///
    /// ```swift
    /// let limit = Limit.range(1...100)
    /// ```
    public static func range(_ range: ClosedRange<Int>) -> Limit { Limit(.range(range)) }

    /// At least so much.
    ///
    /// ```swift
    /// let limit = Limit.atLeast(1)
    /// ```
    public static func atLeast(_ minimum: Int) -> Limit { Limit(.atLeast(minimum)) }
}

extension Limit where Value == Double {
    /// At least and at most so much.
    ///
    /// ```swift
    /// let limit = Limit.range(0.5...1)
    /// ```
    public static func range(_ range: ClosedRange<Double>) -> Limit { Limit(.range(range)) }
}

extension Limit where Value == String {
    /// At least one character.
    public static var notEmpty: Limit { Limit(.notEmpty) }

    /// An address that begins with `http://` or `https://`.
    public static var webAddress: Limit { Limit(.httpURL) }
}

extension Limit where Value == Duration {
    /// Longer than nothing.
    public static var positive: Limit { Limit(.positive) }
}
