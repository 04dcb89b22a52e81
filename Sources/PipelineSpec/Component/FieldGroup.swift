package import Diagnostics

/// A value that is itself a mapping of options, or a bare value for one of them.
///
///     struct Backoff: FieldGroup {
///         static let options = Options<Backoff>(
///             Field<Duration>("initial", default: .seconds(1), "The first pause."),
///             Field<Duration>("max", default: .seconds(60), "The longest pause.")
///         ) { Backoff(initial: $0, max: $1) }
///     }
package protocol FieldGroup: FieldValue where Core == Self {
    static var options: Options<Self> { get }
}

extension FieldGroup {
    package static var typeDescription: String { "a mapping of options" }
    package static var members: [FieldDescription] { options.fields }
    package var literal: JSONLiteral? { nil }

    package static func read(
        _ node: YAMLNode, _ constraints: [Constraint<Self>], _ reader: inout SpecReader
    ) -> Self? {
        var place = OptionPlace(owner: quoted(reader.option), range: node.range)
        place.bareName = reader.option
        guard let value = options.read(node, at: place, &reader) else { return nil }
        return reader.constrained(value, constraints, at: node.range)
    }

    package static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        let members = options.canonical(group: node, &form)
        return members.isEmpty ? nil : form.object(members)
    }

    package static func schema(_ constraints: [Constraint<Self>]) -> JSONLiteral { options.schema }
}
