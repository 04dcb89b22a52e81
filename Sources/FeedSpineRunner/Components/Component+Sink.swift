public import FeedSpine
internal import PipelineSpec
internal import Streaming

extension Component {
    /// A sink, for taps.
    ///
    /// ```swift
    /// let shelf = Component.sink(
    ///     "shelf", "Keeps records in memory.",
    ///     Field<String>("label", "What it is called.", example: "new", role: .address)
    /// ) { _ in Shelf() }
    /// ```
    ///
    /// - Parameters:
    ///   - name: in lower case, words with `_` between.
    ///   - doc: what it does, in a sentence.
    ///   - details: more about it, as paragraphs of Markdown.
    ///   - options: in the order of the documentation.
    ///   - shorthand: the option that a bare value stands for; the only one that must be given if nil.
    ///   - make: makes it of the options' values.
    public static func sink<each Value: OptionValue>(
        _ name: String, _ doc: String, details: String = "", _ options: repeat Field<each Value>,
        shorthand: String? = nil,
        make: @escaping @Sendable (repeat each Value) throws -> any RecordSink
    ) -> Component {
        sink(name, doc, details: details, repeat each options, shorthand: shorthand) {
            (_: ComponentContext, values: repeat each Value) in try make(repeat each values)
        }
    }

    /// The same for one that wants to know where it stands.
    ///
    /// ```swift
    /// let shelf = Component.sink("shelf", "Keeps records in memory.") { context in
    ///     context.logger.info("a shelf for \(context.pipeline)")
    ///     return Shelf()
    /// }
    /// ```
    public static func sink<each Value: OptionValue>(
        _ name: String, _ doc: String, details: String = "", _ options: repeat Field<each Value>,
        shorthand: String? = nil,
        make: @escaping @Sendable (ComponentContext, repeat each Value) throws -> any RecordSink
    ) -> Component {
        Component(
            kind: .sink(
                SinkComponent(
                    name, doc, details: details, any: repeat (each options).base, shorthand: shorthand
                ) { (context, values: repeat each Value) in
                    EngineSink(try make(ComponentContext(context), repeat each values))
                }))
    }
}
