public import FeedSpine
internal import PipelineSpec
internal import Streaming

/// What a map does to the fields of records, as far as it can be said before: with it, expressions behind the map are
/// checked against the fields that there are.
///
/// ```swift
/// let changes = FieldChanges.sets("slug", "content.words")
/// ```
public struct FieldChanges: Sendable {
    let effect: FieldEffect?

    /// Anything: nothing is known of the fields behind the map.
    public static var any: FieldChanges { FieldChanges(effect: nil) }

    /// The fields stay as they are, whatever becomes of their values.
    public static var none: FieldChanges { FieldChanges(effect: FieldEffect.none) }

    /// These fields are there behind the map; those within others have a path with dots.
    ///
    /// ```swift
    /// let changes = FieldChanges.sets("slug", "content.words")
    /// ```
    public static func sets(_ paths: String...) -> FieldChanges { FieldChanges(effect: .adds(paths)) }

    /// The field that an option names is there behind the map.
    ///
    /// ```swift
    /// let changes = FieldChanges.sets(option: "field")
    /// ```
    public static func sets(option name: String) -> FieldChanges {
        FieldChanges(effect: .writes(option: name))
    }
}

extension Component {
    /// A map that changes records one to one.
    ///
    /// ```swift
    /// let shout = Component.map(
    ///     "shout", "Puts a text into capitals.", changes: .none,
    ///     Field<String>("field", "Where it stands.", example: "title")
    /// ) { field in Shout(field: field) }
    /// ```
    ///
    /// - Parameters:
    ///   - name: in lower case, words with `_` between.
    ///   - doc: what it does, in a sentence.
    ///   - details: more about it, as paragraphs of Markdown.
    ///   - changes: what it does to the fields of records.
    ///   - options: in the order of the documentation.
    ///   - shorthand: the option that a bare value stands for; the only one that must be given if nil.
    ///   - make: makes it of the options' values.
    public static func map<each Value: OptionValue>(
        _ name: String, _ doc: String, details: String = "", changes: FieldChanges = .any,
        _ options: repeat Field<each Value>, shorthand: String? = nil,
        make: @escaping @Sendable (repeat each Value) throws -> any RecordMap
    ) -> Component {
        Component(
            kind: .map(
                MapComponent(
                    name, doc, details: details, produces: changes.shape, fields: changes.effect ?? .none,
                    any: repeat (each options).base, shorthand: shorthand
                ) { (_, values: repeat each Value) in EngineMap(try make(repeat each values)) }))
    }

    /// A map that makes of a record none, one or several, and may wait for that.
    ///
    /// ```swift
    /// let split = Component.asyncMap("split", "Makes a record of each tag.") { _ in Split() }
    /// ```
    ///
    /// - Parameters:
    ///   - name: in lower case, words with `_` between.
    ///   - doc: what it does, in a sentence.
    ///   - details: more about it, as paragraphs of Markdown.
    ///   - changes: what it does to the fields of records.
    ///   - options: in the order of the documentation.
    ///   - shorthand: the option that a bare value stands for; the only one that must be given if nil.
    ///   - make: makes it of where it stands and of the options' values.
    public static func asyncMap<each Value: OptionValue>(
        _ name: String, _ doc: String, details: String = "", changes: FieldChanges = .any,
        _ options: repeat Field<each Value>, shorthand: String? = nil,
        make: @escaping @Sendable (ComponentContext, repeat each Value) throws -> any AsyncRecordMap
    ) -> Component {
        let component = MapComponent(
            name, doc, details: details, produces: changes.shape, fields: changes.effect ?? .none,
            any: repeat (each options).base, shorthand: shorthand
        ) { (context, values: repeat each Value) in
            EngineAsyncMap(try make(ComponentContext(context), repeat each values))
        }
        return Component(kind: .map(component.with(ComponentTraits(waits: true))))
    }
}

extension FieldChanges {
    var shape: RecordShape { effect == nil ? .open : .feedItem }
}
