internal import PipelineSpec

/// A type that an option can have: text, numbers, truth values, durations, enumerations of words (``OptionWord``), and
/// lists, mappings and optionals of these.
///
/// ```swift
/// let name = Field<String>("name", "What it is called.", example: "a")
/// let tags = Field<[String]>("tags", default: [], "What it is about.")
/// let pause = Field<Duration?>("pause", "The time between two of them.", .positive)
/// ```
public protocol OptionValue: Sendable {
    /// What a ``Limit`` speaks about: the value itself, or the element of lists, mappings and optionals.
    associatedtype Core: Sendable = Self

    /// How it is read, checked and described; a type of a program's own has it from ``OptionWord``.
    static var optionType: OptionType<Self, Core> { get }
}

/// How a type is read, checked and described. Only the types that there are have one.
///
/// ```swift
/// let type = Int.optionType
/// ```
public struct OptionType<Value: Sendable, Core: Sendable>: Sendable {
    let adapter: any OptionAdapter<Value, Core>
}

extension String: OptionValue {
    /// Text, as it stands: `no`, `1e3` and `0x10` are what they look like.
    public static var optionType: OptionType<String, String> { OptionType(adapter: PlainAdapter()) }
}

extension Int: OptionValue {
    /// An integer.
    public static var optionType: OptionType<Int, Int> { OptionType(adapter: PlainAdapter()) }
}

extension Double: OptionValue {
    /// A number.
    public static var optionType: OptionType<Double, Double> { OptionType(adapter: PlainAdapter()) }
}

extension Bool: OptionValue {
    /// `true` or `false`.
    public static var optionType: OptionType<Bool, Bool> { OptionType(adapter: PlainAdapter()) }
}

extension Duration: OptionValue {
    /// A duration such as `250ms`, `5s` or `1h30m`.
    public static var optionType: OptionType<Duration, Duration> { OptionType(adapter: PlainAdapter()) }
}

extension Optional: OptionValue where Wrapped: OptionValue {
    /// The same, or nothing where the option is left out.
    public static var optionType: OptionType<Wrapped?, Wrapped.Core> {
        OptionType(adapter: Wrapped.optionType.adapter.optional)
    }
}

extension Array: OptionValue where Element: OptionValue {
    /// A list; a lone element may stand without brackets.
    public static var optionType: OptionType<[Element], Element.Core> {
        OptionType(adapter: Element.optionType.adapter.list)
    }
}

extension Dictionary: OptionValue where Key == String, Value: OptionValue {
    /// A mapping whose keys are the user's.
    public static var optionType: OptionType<[String: Value], Value.Core> {
        OptionType(adapter: Value.optionType.adapter.mapping)
    }
}

/// An enumeration whose cases are the words that an option takes.
///
/// ```swift
/// enum Order: String, OptionWord {
///     case rising, falling
///
///     var doc: String {
///         switch self {
///         case .rising: "The smallest first."
///         case .falling: "The largest first."
///         }
///     }
/// }
///
/// let order = Field<Order>("order", default: .rising, "How they are sorted.")
/// ```
public protocol OptionWord: OptionValue, CaseIterable, RawRepresentable
where RawValue == String, Core == Self {
    /// What the word means, in a sentence.
    var doc: String { get }
}

extension OptionWord {
    /// One of the words.
    public static var optionType: OptionType<Self, Self> { OptionType(adapter: WordAdapter()) }
}
