public import FeedSpine
internal import PipelineSpec
internal import Streaming

extension Component {
    /// A source of records.
    ///
    /// ```swift
    /// let numbers = Component.source(
    ///     "numbers", "Sends the numbers from 1 on.",
    ///     Field<Int>("count", "How many.", .range(1...1000), example: "3", role: .address)
    /// ) { count in Numbers(1..<count + 1) }
    /// ```
    ///
    /// - Parameters:
    ///   - name: in lower case, words with `_` between.
    ///   - doc: what it does, in a sentence.
    ///   - details: more about it, as paragraphs of Markdown.
    ///   - options: in the order of the documentation.
    ///   - shorthand: the option that a bare value stands for; the only one that must be given if nil.
    ///   - make: makes it of the options' values.
    public static func source<each Value: OptionValue>(
        _ name: String, _ doc: String, details: String = "", _ options: repeat Field<each Value>,
        shorthand: String? = nil,
        make: @escaping @Sendable (repeat each Value) throws -> any RecordSource
    ) -> Component {
        source(name, doc, details: details, repeat each options, shorthand: shorthand) {
            (_: ComponentContext, values: repeat each Value) in try make(repeat each values)
        }
    }

    /// The same for one that wants to know where it stands.
    ///
    /// ```swift
    /// let notes = Component.source(
    ///     "notes", "Reads the lines of a text.",
    ///     Field<String>("path", "Where it stands.", .notEmpty, example: "notes.txt", role: .path)
    /// ) { context, path in Lines(path: context.path(path)) }
    /// ```
    public static func source<each Value: OptionValue>(
        _ name: String, _ doc: String, details: String = "", _ options: repeat Field<each Value>,
        shorthand: String? = nil,
        make: @escaping @Sendable (ComponentContext, repeat each Value) throws -> any RecordSource
    ) -> Component {
        let component = SourceComponent(
            name, doc, details: details, any: repeat (each options).base, shorthand: shorthand
        ) { (context, values: repeat each Value) in
            try make(ComponentContext(context), repeat each values).engineSource
        }
        return Component(
            kind: .source(
                component.with(ComponentTraits(makesRequests: { _ in false }, makesOwnRequests: true))))
    }
}
