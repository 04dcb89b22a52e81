package import Diagnostics

/// A set of options and what is made of their values. Everything that is told about them comes from the fields.
package struct Options<Product>: Sendable {
    package let fields: [FieldDescription]
    /// The option that a bare value stands for.
    package let shorthand: String?
    /// Whether the whole value belongs to the only field, as with `set: { slug: … }`.
    package let isValue: Bool
    /// Options of which exactly one must be given; none when there is no such choice.
    package internal(set) var alternatives: [String] = []
    /// Rules about options that depend on each other.
    var dependencies: [OptionDependency] = []
    /// Options of which at least one must be given; none when there is no such choice.
    package internal(set) var needed: [String] = []
    private let make: @Sendable (OptionValues, inout SpecReader) -> Product?

    /// A mapping of options.
    ///
    /// - Parameter shorthand: the option that a bare value stands for; the only required one if not told.
    package init<each Value: FieldValue>(
        _ fields: repeat Field<each Value>, shorthand: String? = nil,
        make: @escaping @Sendable (repeat each Value) -> Product
    ) {
        self.init(any: repeat AnyField(each fields), shorthand: shorthand, make: make)
    }

    /// The same over fields whose types are read as others are.
    package init<each Value: Sendable>(
        any fields: repeat AnyField<each Value>, shorthand: String?,
        make: @escaping @Sendable (repeat each Value) -> Product
    ) {
        var descriptions: [FieldDescription] = []
        for field in repeat each fields { descriptions.append(field.description) }
        self.fields = descriptions
        let required = descriptions.filter(\.isRequired)
        self.shorthand = shorthand ?? (required.count == 1 ? required[0].name : nil)
        isValue = false
        self.make = { values, reader in
            let read = (repeat (each fields).read(values, &reader))
            guard let complete = try? (repeat present(each read)) else { return nil }
            return make(repeat each complete)
        }
    }

    /// A single value without a name of its own.
    package init<Value: FieldValue>(value field: Field<Value>, make: @escaping @Sendable (Value) -> Product) {
        fields = [field.description]
        shorthand = nil
        isValue = true
        self.make = { values, reader in field.read(values, &reader).map(make) }
    }

    /// Whether the component's name can stand alone.
    package var canBeOmitted: Bool {
        !fields.contains(where: \.isRequired) && alternatives.isEmpty && needed.isEmpty
    }
}

private struct AbsentValue: Error {}

private func present<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw AbsentValue() }
    return value
}

/// Where options stand.
package struct OptionPlace: Sendable {
    /// The owner in words, for messages: `` `batch` ``.
    package let owner: String
    /// The place of the name; what is missing is reported here.
    package let range: SourceRange
    /// Advice for names that are options of something near.
    package var misplaced: [String: String] = [:]
    /// What a bare value is called in messages; its option's name if not told.
    package var bareName: String?
    /// Names that were most likely meant by ones that have been reported.
    package var misspelt: Set<String> = []

    package init(owner: String, range: SourceRange, misplaced: [String: String] = [:]) {
        self.owner = owner
        self.range = range
        self.misplaced = misplaced
    }
}

extension Options {
    /// Reads the options at a node; nil (or a null node) is the name alone.
    ///
    /// Returns nil after reporting what is wrong, or when a value is known only at run time.
    package func read(
        _ node: YAMLNode?, at place: OptionPlace, defaults: [YAMLPair] = [], _ reader: inout SpecReader
    ) -> Product? {
        guard let pairs = pairs(node, place, &reader) else { return nil }
        var values = values(pairs, place, defaults)
        if node?.pairs == nil { values.bareName = place.bareName }
        for choice in [alternatives, needed] where !hasAlternative(choice, values) {
            reader.report(.missingAlternative(choice, owner: place.owner), at: place.range)
            return nil
        }
        guard reportContradiction(among: pairs, place, &reader) else { return nil }
        if !dependencies.isEmpty {
            reportDependencies(among: pairs, given(node, defaults: defaults), place.owner, &reader)
        }
        return make(values, &reader)
    }

    private func hasAlternative(_ choice: [String], _ values: OptionValues) -> Bool {
        choice.isEmpty
            || choice.contains { values[$0].map { !$0.isNull } ?? values.misspelt.contains($0) }
    }

    /// False after reporting that more than one of the alternatives is given.
    private func reportContradiction(
        among pairs: [YAMLPair], _ place: OptionPlace, _ reader: inout SpecReader
    ) -> Bool {
        let given = pairs.map(\.key).filter { alternatives.contains($0.text) }
        guard given.count > 1 else { return true }
        reader.report(
            .contradictingOption(given[1].text, besides: given[0].text, owner: place.owner),
            at: given[1].range)
        return false
    }

    /// Reads options that stand beside others, as pairs of the mapping that they share.
    package func read(_ pairs: [YAMLPair], at place: OptionPlace, _ reader: inout SpecReader) -> Product? {
        reportUnknown(pairs, place, &reader)
        return make(values(pairs, place, []), &reader)
    }

    /// Reports values that are wrong, but neither what is missing nor what does not exist.
    package func check(partial pairs: [YAMLPair], _ reader: inout SpecReader) {
        for pair in pairs {
            guard let field = fields.first(where: { $0.name == pair.key.text }) else { continue }
            reader.within(option: field.name) { field.check(pair.value, &$0) }
        }
    }

    private func values(_ pairs: [YAMLPair], _ place: OptionPlace, _ defaults: [YAMLPair]) -> OptionValues {
        let known = fields.map(\.name)
        let strangers = pairs.map(\.key.text).filter { !known.contains($0) }
        return OptionValues(
            owner: place.owner, range: place.range, pairs: pairs, defaults: defaults,
            misspelt: place.misspelt.union(strangers.compactMap { closestMatch(to: $0, among: known) }))
    }

    private func pairs(_ node: YAMLNode?, _ place: OptionPlace, _ reader: inout SpecReader) -> [YAMLPair]? {
        if isValue { return valuePairs(node) }
        guard let node else { return [] }
        switch node.content {
        case .broken:
            return nil
        case .mapping(let pairs):
            reportUnknown(pairs, place, &reader)
            return pairs
        case .scalar(let scalar) where scalar.isNull:
            return []
        case .scalar, .sequence:
            if let shorthand { return [pair(shorthand, node)] }
            let problem: OptionProblem =
                fields.isEmpty
                ? .noOptions(owner: place.owner)
                : .noShorthand(owner: place.owner, options: fields.map(\.name))
            reader.report(problem, at: node.range)
            return nil
        }
    }

    private func valuePairs(_ node: YAMLNode?) -> [YAMLPair] {
        guard let node, !node.isNull else { return [] }
        return fields.map { pair($0.name, node) }
    }

    private func pair(_ name: String, _ node: YAMLNode) -> YAMLPair {
        YAMLPair(key: YAMLKey(text: name, range: node.range), value: node)
    }

    private func reportUnknown(_ pairs: [YAMLPair], _ place: OptionPlace, _ reader: inout SpecReader) {
        let known = fields.map(\.name)
        for pair in pairs where !known.contains(pair.key.text) {
            let name = pair.key.text
            let problem = OptionProblem.unknownOption(
                name, owner: place.owner, known: known, near: place.misplaced)
            reader.report(problem, at: pair.key.range)
        }
    }
}
