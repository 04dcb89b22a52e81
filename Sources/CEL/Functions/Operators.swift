/// The operators as the checker sees them; their code is part of lowering.
enum Operators {
    static let all: [Function] = arithmetic + comparisons + [membership]

    private static let ordered: [ValueType] = [
        .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration
    ]

    private static let arithmetic: [Function] = [
        function(.negate, [[.int], [.double]], results: [.int, .double]),
        function(.not, [[.bool]], results: [.bool]),
        function(
            .add,
            [
                [.int, .int], [.uint, .uint], [.double, .double], [.string, .string], [.bytes, .bytes],
                [.list(.parameter("A")), .list(.parameter("A"))], [.timestamp, .duration],
                [.duration, .timestamp], [.duration, .duration]
            ],
            results: [
                .int, .uint, .double, .string, .bytes, .list(.parameter("A")), .timestamp, .timestamp,
                .duration
            ]),
        function(
            .subtract,
            [
                [.int, .int], [.uint, .uint], [.double, .double], [.timestamp, .duration],
                [.timestamp, .timestamp], [.duration, .duration]
            ], results: [.int, .uint, .double, .timestamp, .duration, .duration]),
        numeric(.multiply), numeric(.divide),
        function(.modulo, [[.int, .int], [.uint, .uint]], results: [.int, .uint])
    ]

    private static let comparisons: [Function] =
        [.equal, .notEqual].map {
            function($0, [[.parameter("A"), .parameter("A")]], results: [.bool])
        } + [.less, .lessOrEqual, .greater, .greaterOrEqual].map(ordering)

    private static let membership = function(
        .in,
        [
            [.parameter("A"), .list(.parameter("A"))],
            [.parameter("A"), .map(.parameter("A"), .parameter("B"))]
        ], results: [.bool, .bool])

    private static func numeric(_ operation: Operator) -> Function {
        function(
            operation, [[.int, .int], [.uint, .uint], [.double, .double]], results: [.int, .uint, .double])
    }

    /// Values of one kind, and numbers of any two.
    private static func ordering(_ operation: Operator) -> Function {
        let numbers: [ValueType] = [.int, .uint, .double]
        let mixed = numbers.flatMap { a in numbers.filter { $0 != a }.map { [a, $0] } }
        let parameters = ordered.map { [$0, $0] } + mixed
        return function(operation, parameters, results: parameters.map { _ in .bool })
    }

    private static func function(
        _ operation: Operator, _ parameters: [[ValueType]], results: [ValueType]
    ) -> Function {
        var function = Function(operation.rawValue, "")
        function.overloads = zip(parameters, results).map { Overload(.global, $0, $1, .declared) }
        return function
    }
}

extension FunctionLibrary {
    /// The standard functions and those of the extensions.
    package static func language(_ extensions: Extensions) -> FunctionLibrary {
        extensions == .all ? allExtensions : build(extensions)
    }

    private static let allExtensions = build(.all)

    private static func build(_ extensions: Extensions) -> FunctionLibrary {
        var library = FunctionLibrary(Operators.all)
        for section in FunctionSection.all where section.extensions.isSubset(of: extensions) {
            library.add(section.functions)
        }
        return library
    }
}

/// A group of functions as the reference shows it.
package struct FunctionSection: Sendable {
    package let title: String
    /// What must be switched on for them; nothing for the standard functions.
    package let extensions: Extensions
    package let functions: [Function]

    package static let all: [FunctionSection] = [
        FunctionSection(
            title: "Sizes, texts and patterns", extensions: [], functions: StandardFunctions.texts),
        FunctionSection(title: "Conversions", extensions: [], functions: ConversionFunctions.all),
        FunctionSection(title: "Timestamps and durations", extensions: [], functions: TimeFunctions.all),
        FunctionSection(title: "Strings", extensions: .strings, functions: StringFunctions.all),
        FunctionSection(title: "Mathematics", extensions: .math, functions: MathFunctions.all),
        FunctionSection(title: "Lists", extensions: .lists, functions: ListFunctions.all),
        FunctionSection(title: "Encoders", extensions: .encoders, functions: EncoderFunctions.all),
        FunctionSection(title: "Optional values", extensions: .optionals, functions: OptionalFunctions.all),
        FunctionSection(title: "Network addresses", extensions: .network, functions: NetworkFunctions.all),
        FunctionSection(title: "Feeds", extensions: .feeds, functions: FeedFunctions.all)
    ]
}
