internal import PipelineSpec

/// One option of a component: its name, type, default and documentation, said once. From that come reading and checking,
/// what `components` shows, the JSON Schema, and suggestions for misspelt names.
///
/// ```swift
/// let path = Field<String>("path", "What to read.", .notEmpty, example: "notes.txt", role: .path)
/// let limit = Field<Int>("limit", default: 50, "How many at most.", .range(1...100))
/// let prefix = Field<String?>("prefix", "What stands before each.")
/// ```
public struct Field<Value: OptionValue>: Sendable {
    let base: AnyField<Value>

    /// An option that must be given, or that may be left out where its type is optional.
    ///
    /// ```swift
    /// let name = Field<String>("name", "What it is called.", .notEmpty, example: "a")
    /// ```
    ///
    /// - Parameters:
    ///   - name: in lower case, words with `_` between.
    ///   - doc: what it is, in a sentence.
    ///   - limits: which values of the type it takes.
    ///   - example: a value as one would write it; one that must be given needs it.
    ///   - role: whether the state knows the component by it.
    public init(
        _ name: String, _ doc: String, _ limits: Limit<Value.Core>..., example: String? = nil,
        role: OptionRole = .setting
    ) {
        base = Value.optionType.adapter.field(
            name, doc, default: nil, limits, example: example, role: role)
    }

    /// An option with a default.
    ///
    /// ```swift
    /// let limit = Field<Int>("limit", default: 50, "How many at most.", .range(1...100))
    /// ```
    ///
    /// - Parameters:
    ///   - name: in lower case, words with `_` between.
    ///   - value: what it is where it is left out.
    ///   - doc: what it is, in a sentence.
    ///   - limits: which values of the type it takes.
    ///   - example: a value for the reference; the default if nil.
    ///   - role: whether the state knows the component by it.
    public init(
        _ name: String, default value: Value, _ doc: String, _ limits: Limit<Value.Core>...,
        example: String? = nil, role: OptionRole = .setting
    ) {
        base = Value.optionType.adapter.field(
            name, doc, default: value, limits, example: example, role: role)
    }
}
