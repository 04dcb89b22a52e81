package import Diagnostics

/// One option of a component: name, type, default and documentation, stated once.
///
///     Field<PathTemplate>("path", "Where to write.", example: "history/{date}.jsonl")   // required
///     Field<Int>("limit", default: 50, "How many items to ask for.", .range(1...100))
///     Field<Secret?>("token", "An access token.")                                         // may be left out
///     Field<String>("subreddit", "The subreddit.", role: .address)
package struct Field<Value: FieldValue>: Sendable {
    package let name: String
    package let doc: String
    package let defaultValue: Value?
    package let constraints: [Constraint<Value.Core>]
    /// A value as YAML (flow style) for the example that the reference shows.
    package let example: String?
    package let role: FieldRole
    /// Whether a list or mapping says something without an entry. One that can be left out does, for it takes the place of
    /// the file's defaults.
    private let mayBeEmpty: Bool

    /// An option that must be given, or that may be left out when its type is optional.
    package init(
        _ name: String, _ doc: String, _ constraints: Constraint<Value.Core>..., example: String? = nil,
        role: FieldRole = .setting
    ) {
        self.init(name, doc, nil, constraints, example, role, mayBeEmpty: Value.absent != nil)
    }

    /// An option with a default.
    package init(
        _ name: String, default value: Value, _ doc: String, _ constraints: Constraint<Value.Core>...,
        example: String? = nil, role: FieldRole = .setting, mayBeEmpty: Bool = false
    ) {
        self.init(
            name, doc, value, constraints, example, role,
            mayBeEmpty: mayBeEmpty || value.literal?.hasNoEntries == true)
    }

    /// The same with the default and the constraints as values.
    init(
        _ name: String, _ doc: String, default value: Value?, _ constraints: [Constraint<Value.Core>],
        example: String?, role: FieldRole
    ) {
        self.init(
            name, doc, value, constraints, example, role,
            mayBeEmpty: value.map { $0.literal?.hasNoEntries == true } ?? (Value.absent != nil))
    }

    private init(
        _ name: String, _ doc: String, _ value: Value?, _ constraints: [Constraint<Value.Core>],
        _ example: String?, _ role: FieldRole, mayBeEmpty: Bool
    ) {
        self.name = name
        self.doc = doc
        self.defaultValue = value
        self.constraints = constraints
        self.example = example
        self.role = role
        self.mayBeEmpty = mayBeEmpty || Value.asksForEntry == nil
    }

    package var isRequired: Bool { defaultValue == nil && Value.absent == nil }

    /// The same without its type.
    package var description: FieldDescription {
        // Closures, for a key path over a type parameter is made at run time, with a search through all conformances of the
        // program: for all options of all components that was a fifth of what `validate` took.
        let defaultValue = defaultValue.flatMap { $0.literal }
        return FieldDescription(
            name: name, doc: doc, role: role, isRequired: isRequired, defaultValue: defaultValue,
            example: example, type: Value.typeDescription,
            limits: constraints.map { $0.phrase }, members: Value.members, choices: Value.choices,
            schema: Value.schema(constraints).adding(
                mayBeEmpty ? [] : [Value.asksForEntry].compactMap { $0 }),
            entries: Value.entries,
            check: { node, reader in _ = read(node, &reader) },
            canonical: { node, form in
                let value = form.within(role) { Value.canonical(node, &$0) }
                return value == defaultValue ? nil : value
            })
    }

    /// The option's value out of a mapping; nil after reporting, or when it is known only at run time.
    func read(_ values: OptionValues, _ reader: inout SpecReader) -> Value? {
        guard let node = values[name] else {
            if let value = defaultValue ?? Value.absent {
                reader.within(option: name) { Value.used(value, at: values.range, &$0) }
                return value
            }
            // A misspelt name has been reported, and is enough to mend.
            if !values.misspelt.contains(name) {
                reader.report(.missingOption(name, owner: values.owner), at: values.range)
            }
            return nil
        }
        return reader.within(option: values.bareName ?? name) { read(node, &$0) }
    }

    private func read(_ node: YAMLNode, _ reader: inout SpecReader) -> Value? {
        if !mayBeEmpty, node.hasNoEntries {
            reader.report(.constraint(reader.option, phrase: "not empty"), at: node.range)
            return nil
        }
        return Value.read(node, constraints, &reader)
    }
}

/// A ``Field`` without its type: what schema, reference and help need.
package struct FieldDescription: Sendable {
    package let name: String
    package let doc: String
    package let role: FieldRole
    package let isRequired: Bool
    package let defaultValue: JSONLiteral?
    package let example: String?
    /// The type in words.
    package let type: String
    /// The constraints in words, each completing "must be …".
    package let limits: [String]
    package let members: [FieldDescription]
    package let choices: [Choice]
    package let schema: JSONLiteral
    package let entries: NestedEntries?
    /// Reads a value only to report what is wrong with it.
    package let check: @Sendable (YAMLNode, inout SpecReader) -> Void
    /// The value in the one form that all its spellings have; nil where it says no more than leaving it out.
    package let canonical: @Sendable (YAMLNode, inout CanonicalForm) -> JSONLiteral?

    /// Whether it, or an option within it, says where.
    package var isAddress: Bool { role != .setting || members.contains(where: \.isAddress) }
}

/// The nodes of a mapping of options by name.
struct OptionValues {
    /// The options' owner in words, for messages.
    let owner: String
    /// Where a missing option is reported.
    let range: SourceRange
    let pairs: [YAMLPair]
    /// What the value is called in messages where it stands bare.
    var bareName: String?
    /// Used for options that are not among `pairs`.
    let defaults: [YAMLPair]
    /// Names that were most likely meant by ones that do not exist.
    var misspelt: Set<String> = []

    subscript(name: String) -> YAMLNode? {
        (pairs.first { $0.key.text == name } ?? defaults.first { $0.key.text == name })?.value
    }
}
