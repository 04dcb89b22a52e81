import Diagnostics

/// The options of a component in the order of the documentation, nested ones behind their owner.
struct OptionRow {
    /// The name with its owners: `retry.attempts`.
    let path: String
    let field: FieldDescription

    static func rows(_ fields: [FieldDescription], within owner: String = "") -> [OptionRow] {
        fields.flatMap { field -> [OptionRow] in
            let path = owner.isEmpty ? field.name : "\(owner).\(field.name)"
            return [OptionRow(path: path, field: field)] + rows(field.members, within: path)
        }
    }

    /// Required, the default, or optional.
    var presence: String {
        if field.isRequired { return "required" }
        return field.defaultValue.map { "default `\(YAMLText.flow($0))`" } ?? "optional"
    }

    /// The type with its limits.
    var type: String {
        field.limits.isEmpty ? field.type : field.type + ", " + field.limits.joined(separator: ", ")
    }
}
