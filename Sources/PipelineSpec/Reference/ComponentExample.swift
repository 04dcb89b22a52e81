import Diagnostics

extension ComponentDescription {
    /// The component as one would write it into an entry: its name with its required options and those that have
    /// an example; of alternatives the first.
    package var exampleYAML: String {
        if let example { return "\(name): \(example)\n" }
        let left = alternatives.dropFirst()
        let shown = fields.filter { ($0.isRequired || $0.example != nil) && !left.contains($0.name) }
        if isValue, let value = fields.first.flatMap(Self.value) { return "\(name): \(value)\n" }
        if shown.isEmpty { return canBeOmitted ? "\(name)\n" : "\(name):\n" }
        if shown.count == 1, shown[0].name == shorthand, let value = Self.value(shown[0]) {
            return "\(name): \(value)\n"
        }
        let lines = shown.compactMap { field in Self.value(field).map { "  \(field.name): \($0)\n" } }
        return "\(name):\n" + lines.joined()
    }

    /// What is to be known about the options together, in sentences.
    var rules: [String] {
        var rules: [String] = []
        if !alternatives.isEmpty {
            let names = alternatives.map { "`\($0)`" }.joined(separator: " or ")
            rules.append("Either \(names) must be given.")
        }
        if let shorthand { rules.append("A bare value stands for `\(shorthand)`.") }
        let address = OptionRow.rows(fields).filter { $0.field.role != .setting }.map { "`\($0.path)`" }
        if let last = address.last, !isValue {
            let others = address.dropLast().joined(separator: ", ")
            rules.append("The state knows it by " + (others.isEmpty ? "" : others + " and ") + "\(last).")
        }
        return rules
    }

    /// A field's example, else its default, else what its own options say.
    private static func value(_ field: FieldDescription) -> String? {
        if let example = field.example { return example }
        if let value = field.defaultValue { return YAMLText.flow(value) }
        let members = field.members.filter { $0.isRequired || $0.example != nil }
        guard !members.isEmpty else { return nil }
        let parts = members.compactMap { member in value(member).map { "\(member.name): \($0)" } }
        return "{ " + parts.joined(separator: ", ") + " }"
    }
}
