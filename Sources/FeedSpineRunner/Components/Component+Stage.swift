public import FeedSpine
internal import PipelineSpec
internal import Streaming

extension Component {
    /// A stage that lets some records through.
    ///
    /// ```swift
    /// let sample = Component.stage(
    ///     "sample", "Lets one record in so many through.",
    ///     Field<Int>("every", "One of how many.", .atLeast(1), example: "10")
    /// ) { every in Sample(every: every) }
    /// ```
    ///
    /// - Parameters:
    ///   - name: in lower case, words with `_` between.
    ///   - doc: what it does, in a sentence.
    ///   - details: more about it, as paragraphs of Markdown.
    ///   - options: in the order of the documentation.
    ///   - shorthand: the option that a bare value stands for; the only one that must be given if nil.
    ///   - make: makes it of the options' values.
    public static func stage<each Value: OptionValue>(
        _ name: String, _ doc: String, details: String = "", _ options: repeat Field<each Value>,
        shorthand: String? = nil,
        make: @escaping @Sendable (repeat each Value) throws -> any RecordStage
    ) -> Component {
        stage(name, doc, details: details, repeat each options, shorthand: shorthand) {
            (_: ComponentContext, values: repeat each Value) in try make(repeat each values)
        }
    }

    /// The same for one that wants to know where it stands.
    ///
    /// ```swift
    /// let sample = Component.stage("sample", "Lets one record in ten through.") { context in
    ///     context.logger.info("'\(context.name)' lets one in ten through")
    ///     return Sample(every: 10)
    /// }
    /// ```
    public static func stage<each Value: OptionValue>(
        _ name: String, _ doc: String, details: String = "", _ options: repeat Field<each Value>,
        shorthand: String? = nil,
        make: @escaping @Sendable (ComponentContext, repeat each Value) throws -> any RecordStage
    ) -> Component {
        let component = StageComponent(
            name, doc, details: details, any: repeat (each options).base, shorthand: shorthand
        ) { (context, values: repeat each Value) in
            FilterOperation(
                EngineStage(try make(ComponentContext(context), repeat each values)), kind: name)
        }
        return Component(kind: .stage(component.behaving(.failing)))
    }
}
