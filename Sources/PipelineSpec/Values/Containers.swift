package import Diagnostics

extension Optional: FieldValue where Wrapped: FieldValue {
    package typealias Core = Wrapped.Core

    package static var absent: Self? { .some(.none) }
    package static var typeDescription: String { Wrapped.typeDescription }
    package static var members: [FieldDescription] { Wrapped.members }
    package static var choices: [Choice] { Wrapped.choices }
    package var literal: JSONLiteral? { self?.literal }

    /// An explicit `null` is the same as leaving the option out.
    package static func read(
        _ node: YAMLNode, _ constraints: [Constraint<Core>], _ reader: inout SpecReader
    ) -> Self? {
        if node.isNull { return .some(.none) }
        return Wrapped.read(node, constraints, &reader).map { .some($0) }
    }

    package static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        Wrapped.canonical(node, &form)
    }

    package static func schema(_ constraints: [Constraint<Core>]) -> JSONLiteral {
        ["anyOf": [Wrapped.schema(constraints), ["type": "null"]]]
    }
}

extension Array: FieldValue where Element: FieldValue {
    package typealias Core = Element.Core

    package static var typeDescription: String { "a list (each element \(Element.typeDescription))" }
    package static var members: [FieldDescription] { Element.members }
    package static var choices: [Choice] { Element.choices }
    package static var asksForEntry: JSONLiteral.Member? { .init("minItems", 1) }

    package var literal: JSONLiteral? {
        let elements = compactMap { $0.literal }
        return elements.count == count ? .array(elements) : nil
    }

    /// A lone element may stand without brackets.
    package static func read(
        _ node: YAMLNode, _ constraints: [Constraint<Core>], _ reader: inout SpecReader
    ) -> Self? {
        guard let nodes = node.elements else { return Element.read(node, constraints, &reader).map { [$0] } }
        let elements = nodes.map { Element.read($0, constraints, &reader) }
        let read = elements.compactMap { $0 }
        return read.count == nodes.count ? read : nil
    }

    package static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        if node.isNull { return nil }
        return .array(form.list((node.elements ?? [node]).compactMap { Element.canonical($0, &form) }))
    }

    package static func schema(_ constraints: [Constraint<Core>]) -> JSONLiteral {
        let element = Element.schema(constraints)
        return ["anyOf": [["type": "array", "items": element], element]]
    }
}

/// A mapping whose keys are the user's, in the order of the file.
package struct OptionMap<Value: FieldValue>: FieldValue {
    package typealias Core = Value.Core

    /// A key of the user's with its value.
    package struct Entry: Sendable {
        package let key: String
        package let value: Value

        package init(_ key: String, _ value: Value) {
            self.key = key
            self.value = value
        }
    }

    package let entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    package subscript(key: String) -> Value? { entries.first { $0.key == key }?.value }

    package static var typeDescription: String { "a mapping (each value \(Value.typeDescription))" }
    package static var members: [FieldDescription] { Value.members }
    package static var asksForEntry: JSONLiteral.Member? { .init("minProperties", 1) }

    package var literal: JSONLiteral? {
        let members = entries.compactMap { entry in
            entry.value.literal.map { JSONLiteral.Member(entry.key, $0) }
        }
        return members.count == entries.count ? .object(members) : nil
    }

    package static func read(
        _ node: YAMLNode, _ constraints: [Constraint<Core>], _ reader: inout SpecReader
    ) -> Self? {
        guard let pairs = node.pairs else {
            reader.reportShape(node, expected: typeDescription)
            return nil
        }
        var entries: [Entry] = []
        for pair in pairs {
            let value = reader.within(option: pair.key.text) { Value.read(pair.value, constraints, &$0) }
            if let value { entries.append(Entry(pair.key.text, value)) }
        }
        return entries.count == pairs.count ? OptionMap(entries) : nil
    }

    package static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        node.pairs.map { pairs in
            form.object(pairs.map { .init($0.key.text, Value.canonical($0.value, &form) ?? .null) })
        }
    }

    package static func schema(_ constraints: [Constraint<Core>]) -> JSONLiteral {
        ["type": "object", "additionalProperties": Value.schema(constraints)]
    }
}
