internal import CEL

extension Component {
    /// A function for the expressions of pipeline files.
    ///
    /// ```swift
    /// let celsius = Component.function(
    ///     "celsius", "Degrees Fahrenheit in degrees Celsius.", examples: ["celsius(212.0)": "100.0"]
    /// ) { (fahrenheit: Double) in (fahrenheit - 32) * 5 / 9 }
    /// ```
    ///
    /// Its result depends on the arguments alone, and it is quick: it may be called for each record, and with constant
    /// arguments once, when a file is checked. Several components with one name and other parameters are one function.
    /// Where it takes a `Double` it takes whole numbers, too.
    ///
    /// - Parameters:
    ///   - name: in lower case, words with `_` between; in a namespace with a dot: `weather.celsius`.
    ///   - doc: what it gives, in a sentence.
    ///   - examples: calls with constants, and what they give.
    ///   - body: throws what is wrong with the arguments; the record then fails as with any other expression.
    public static func function<each Argument: ExpressionValue, Result: ExpressionValue>(
        _ name: String, _ doc: String, examples: KeyValuePairs<String, String> = [:],
        _ body: @escaping @Sendable (repeat each Argument) throws -> Result
    ) -> Component {
        var parameters: [ValueType] = []
        for type in repeat (each Argument).expressionType { parameters.append(type.type) }
        let function = { @Sendable (parameters: [ValueType]) in
            Function(
                name, doc, examples: examples.map { Function.Example($0.key, $0.value) },
                parameters: parameters, result: Result.expressionType.type
            ) { values in
                var reader = ArgumentReader(values)
                let arguments = (repeat try reader.next((each Argument).self))
                return Result.expressionType.write(try body(repeat each arguments))
            }
        }
        return Component(
            kind: .function(
                function(parameters), forWholeNumbers: parameters.withWholeNumbers.map(function)))
    }
}

extension [ValueType] {
    /// Parameters for which more than this many are looked at are those of no function that anybody writes.
    private static var mostDoubles: Int { 4 }

    /// The same parameters with `int` in the place of some `double`: JSON has one kind of number, and one without a
    /// fraction is an `int`.
    fileprivate var withWholeNumbers: [[ValueType]] {
        let doubles = indices.filter { self[$0] == .double }.prefix(Self.mostDoubles)
        return (1..<(1 << doubles.count)).map { choice in
            var parameters = self
            for (bit, place) in doubles.enumerated() where choice & 1 << bit != 0 { parameters[place] = .int }
            return parameters
        }
    }
}

/// A type that functions for expressions take and give.
///
/// ```swift
/// let shorter = Component.function("shorter", "Whether a text is the shorter one.") {
///     (one: String, other: String) in
///     one.count < other.count
/// }
/// ```
public protocol ExpressionValue: Sendable {
    /// How it stands in expressions.
    static var expressionType: ExpressionType<Self> { get }
}

/// How a type stands in expressions. Only the types that there are have one.
///
/// ```swift
/// let type = Int.expressionType
/// ```
public struct ExpressionType<Value: Sendable>: Sendable {
    let type: ValueType
    let read: @Sendable (OwnedValue) -> Value?
    let write: @Sendable (Value) -> OwnedValue
}

extension String: ExpressionValue {
    /// `string`
    public static var expressionType: ExpressionType<String> {
        ExpressionType(type: .string, read: { if case .string(let text) = $0 { text } else { nil } }) {
            .string($0)
        }
    }
}

extension Int: ExpressionValue {
    /// `int`
    public static var expressionType: ExpressionType<Int> {
        ExpressionType(type: .int, read: { if case .int(let number) = $0 { Int(number) } else { nil } }) {
            .int(Int64($0))
        }
    }
}

extension Double: ExpressionValue {
    /// `double`; as a parameter also `int`.
    public static var expressionType: ExpressionType<Double> {
        ExpressionType(
            type: .double,
            read: { value in
                switch value {
                case .double(let number): number
                case .int(let number): Double(number)
                default: nil
                }
            }
        ) { .double($0) }
    }
}

extension Bool: ExpressionValue {
    /// `bool`
    public static var expressionType: ExpressionType<Bool> {
        ExpressionType(type: .bool, read: { if case .bool(let truth) = $0 { truth } else { nil } }) {
            .bool($0)
        }
    }
}

extension Array: ExpressionValue where Element: ExpressionValue {
    /// `list`
    public static var expressionType: ExpressionType<[Element]> {
        let element = Element.expressionType
        return ExpressionType(
            type: .list(element.type),
            read: { value in
                guard case .list(let values) = value else { return nil }
                let elements = values.compactMap(element.read)
                return elements.count == values.count ? elements : nil
            }
        ) { .list($0.map(element.write)) }
    }
}

/// Takes the arguments of a call one after the other.
private struct ArgumentReader {
    private var values: ArraySlice<OwnedValue>

    init(_ values: [OwnedValue]) { self.values = values[...] }

    mutating func next<Value: ExpressionValue>(_ type: Value.Type) throws -> Value {
        let value = values.popFirst() ?? .null
        let expressionType = Value.expressionType
        guard let argument = expressionType.read(value) else {
            throw UnfitArgument(value: "\(value)", expected: "\(expressionType.type)")
        }
        return argument
    }
}

/// An argument has a part of another type: the elements of lists are known only when they are there.
private struct UnfitArgument: Error, CustomStringConvertible {
    let value: String
    let expected: String

    var description: String { "\(value) is no \(expected)" }
}
