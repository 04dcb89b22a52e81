/// A ``Field`` whose value is read as one type and handed on as another.
package struct AnyField<Value: Sendable>: Sendable {
    package let description: FieldDescription
    let read: @Sendable (OptionValues, inout SpecReader) -> Value?

    /// - Parameters:
    ///   - value: its default; nil for one that must be given, or that may be left out when its type is optional.
    ///   - convert: makes the constructor's value of what was read.
    package init<Read: FieldValue>(
        _ name: String, _ doc: String, default value: Read?, _ constraints: [Constraint<Read.Core>],
        example: String?, role: FieldRole, as convert: @escaping @Sendable (Read) -> Value
    ) {
        let field = Field<Read>(name, doc, default: value, constraints, example: example, role: role)
        description = field.description
        read = { values, reader in field.read(values, &reader).map(convert) }
    }
}

extension AnyField where Value: FieldValue {
    /// The field as it is.
    init(_ field: Field<Value>) {
        description = field.description
        read = { values, reader in field.read(values, &reader) }
    }
}
