package import Diagnostics
package import Streaming

/// A named source, stage, map or sink: its documentation, its options and its constructor, stated once.
///
///     static let component = Component<any Sink>(
///         "jsonl", "Appends records to a JSON Lines file.",
///         Field<PathTemplate>("path", "Where to write.", example: "history/news-{date}.jsonl"),
///         Field<Compression>("compression", default: .none, "How the file is compressed.")
///     ) { path, compression in JSONLSink(path: path, compression: compression) }
package struct Component<Product>: Sendable {
    /// Builds the component from options that have been checked.
    package typealias Constructor = @Sendable (BuildContext) throws -> Product

    package let name: String
    /// What it does, in one sentence.
    package let doc: String
    /// More about it, as paragraphs of Markdown; empty when the sentence says all.
    package let details: String
    /// For sources, what is known of the records; for maps, what is still known of feed items after them.
    package let produces: RecordShape
    /// For maps that leave items items: what they do to the fields.
    package let fieldEffect: FieldEffect
    package internal(set) var options: Options<Constructor>
    /// What else is to be known of it.
    package internal(set) var traits = ComponentTraits()
    /// An example of its value as YAML; nil for what its options make up.
    package internal(set) var example: String?
    /// For stages, how they behave in the chain.
    package internal(set) var stage = StageTraits()

    /// A component with any number of options.
    ///
    /// - Parameters:
    ///   - details: paragraphs of Markdown for the reference.
    ///   - produces: for sources, what is known of the records; for maps, whether feed items stay feed items.
    ///   - shorthand: the option that a bare value stands for; the only required one if not told.
    ///   - alternatives: options of which exactly one must be given.
    ///   - build: makes the component of the options' values, in the order of the fields.
    package init<each Value: FieldValue>(
        _ name: String, _ doc: String, details: String = "", produces: RecordShape = .open,
        fields effect: FieldEffect = .none, _ fields: repeat Field<each Value>, shorthand: String? = nil,
        oneOf alternatives: [String] = [],
        build: @escaping @Sendable (repeat each Value) throws -> Product
    ) {
        var options = Options<Constructor>(repeat each fields, shorthand: shorthand) {
            (values: repeat each Value) -> Constructor in
            { _ in try build(repeat each values) }
        }
        options.alternatives = alternatives
        self.init(name, doc, details, produces, effect, options)
    }

    /// The same for a constructor that wants the build context before the options' values.
    package init<each Value: FieldValue>(
        _ name: String, _ doc: String, details: String = "", produces: RecordShape = .open,
        fields effect: FieldEffect = .none, _ fields: repeat Field<each Value>, shorthand: String? = nil,
        oneOf alternatives: [String] = [],
        build: @escaping @Sendable (BuildContext, repeat each Value) throws -> Product
    ) {
        var options = Options<Constructor>(repeat each fields, shorthand: shorthand) {
            (values: repeat each Value) -> Constructor in
            { context in try build(context, repeat each values) }
        }
        options.alternatives = alternatives
        self.init(name, doc, details, produces, effect, options)
    }

    /// The same over fields whose types are read as others are.
    package init<each Value: Sendable>(
        _ name: String, _ doc: String, details: String = "", produces: RecordShape = .open,
        fields effect: FieldEffect = .none, any fields: repeat AnyField<each Value>,
        shorthand: String?,
        build: @escaping @Sendable (BuildContext, repeat each Value) throws -> Product
    ) {
        let options = Options<Constructor>(any: repeat each fields, shorthand: shorthand) {
            (values: repeat each Value) -> Constructor in
            { context in try build(context, repeat each values) }
        }
        self.init(name, doc, details, produces, effect, options)
    }

    /// A component whose whole value is one thing: `unset: [a, b]`, `set: { slug: … }`.
    package init<Value: FieldValue>(
        _ name: String, _ doc: String, details: String = "", produces: RecordShape = .open,
        fields effect: FieldEffect = .none, value: Field<Value>,
        build: @escaping @Sendable (BuildContext, Value) throws -> Product
    ) {
        let options = Options<Constructor>(value: value) { value in { context in try build(context, value) } }
        self.init(name, doc, details, produces, effect, options)
    }

    private init(
        _ name: String, _ doc: String, _ details: String, _ produces: RecordShape, _ effect: FieldEffect,
        _ options: Options<Constructor>
    ) {
        self.name = name
        self.doc = doc
        self.details = details
        self.produces = produces
        fieldEffect = effect
        self.options = options
    }

    /// The same without its product.
    package var description: ComponentDescription {
        ComponentDescription(
            name: name, doc: doc, details: details, fields: options.fields, shorthand: options.shorthand,
            alternatives: options.alternatives, isValue: options.isValue, canBeOmitted: options.canBeOmitted,
            schema: options.schema, example: example)
    }
}

package typealias SourceComponent = Component<any Source>
package typealias StageComponent = Component<any StageOperation>
package typealias MapComponent = Component<any MapBody>
package typealias SinkComponent = Component<any Sink>

/// A ``Component`` without its product: what schema, reference and help need.
package struct ComponentDescription: Sendable {
    package let name: String
    package let doc: String
    package let details: String
    package let fields: [FieldDescription]
    package let shorthand: String?
    /// Options of which exactly one must be given.
    package var alternatives: [String] = []
    package let isValue: Bool
    /// Whether the name can stand alone.
    package let canBeOmitted: Bool
    package var schema: JSONLiteral
    /// An example of its value as YAML; nil for what its options make up.
    package var example: String?
}
