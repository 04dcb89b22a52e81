package import Records

/// A JSON Schema that values are checked with: the keywords that say something of a value and of nothing beside it.
/// Others are refused when the schema is read, so that none is passed over.
package struct JSONSchema: Sendable {
    /// Why a schema cannot be used.
    package enum Problem: Error, Hashable {
        case unknownKeyword(String, at: String)
        case badValue(of: String, at: String)
        case noSuchReference(String)
        case tooDeep
    }

    package let document: JSON

    private static let maximumDepth = 64

    /// - Throws: ``Problem``.
    package init(_ document: JSON) throws(Problem) {
        self.document = document
        try verify(document, at: "", depth: 0)
    }

    private func verify(_ schema: JSON, at place: String, depth: Int) throws(Problem) {
        guard depth < JSONSchema.maximumDepth else { throw .tooDeep }
        if schema.bool != nil { return }
        guard let members = schema.object else { throw .badValue(of: "schema", at: place) }
        for (name, value) in members where !Keyword.isAnnotation(name) {
            guard let keyword = Keyword(rawValue: name) else { throw .unknownKeyword(name, at: place) }
            guard keyword.takes(value) else { throw .badValue(of: name, at: place) }
            if keyword == .ref, let reference = value.string, document.definition(reference) == nil {
                throw .noSuchReference(reference)
            }
            let here = place.isEmpty ? name : "\(place).\(name)"
            for (inner, schema) in keyword.schemas(in: value) {
                try verify(schema, at: inner.isEmpty ? here : "\(here).\(inner)", depth: depth + 1)
            }
        }
    }

    /// What a schema can say.
    enum Keyword: String {
        case type, `enum`, const, properties, required, additionalProperties, minProperties, maxProperties
        case items, minItems, maxItems, uniqueItems
        case minLength, maxLength, pattern
        case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf
        case anyOf, oneOf, allOf, not
        case ref = "$ref"
        case defs = "$defs"
        case definitions

        private static let annotations: Set = [
            "$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated",
            "readOnly",
            "writeOnly", "format", "contentMediaType", "contentEncoding"
        ]

        static func isAnnotation(_ name: String) -> Bool {
            annotations.contains(name) || name.hasPrefix("x-")
        }

        /// The schemas that a value of the keyword holds, by their names where they have any.
        func schemas(in value: JSON) -> [(name: String, schema: JSON)] {
            switch self {
            case .properties, .defs, .definitions: value.object?.map { ($0.name, $0.value) } ?? []
            case .additionalProperties, .items, .not: [("", value)]
            case .anyOf, .oneOf, .allOf: value.array?.map { ("", $0) } ?? []
            default: []
            }
        }

        func takes(_ value: JSON) -> Bool {
            switch self {
            case .type:
                let names = value.array ?? [value]
                return !names.isEmpty && names.allSatisfy { $0.string.flatMap(JSONType.init) != nil }
            case .enum: return value.array != nil
            case .required: return value.array?.allSatisfy { $0.string != nil } ?? false
            case .properties, .defs, .definitions: return value.object != nil
            case .anyOf, .oneOf, .allOf: return value.array.map { !$0.isEmpty } ?? false
            case .additionalProperties, .items, .not: return value.object != nil || value.bool != nil
            case .minProperties, .maxProperties, .minItems, .maxItems, .minLength, .maxLength:
                return value.int.map { $0 >= 0 } ?? false
            case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum: return value.double != nil
            case .multipleOf: return value.double.map { $0 > 0 } ?? false
            case .uniqueItems: return value.bool != nil
            case .pattern: return value.string.map { (try? Regex($0)) != nil } ?? false
            case .ref: return value.string != nil
            case .const: return true
            }
        }
    }
}

extension JSONSchema.Problem: CustomStringConvertible {
    package var description: String {
        func place(_ path: String) -> String { path.isEmpty ? "" : " in \(path)" }
        return switch self {
        case .unknownKeyword(let name, let path):
            "`\(name)`\(place(path)) is no keyword that values are checked with here"
        case .badValue(let name, let path): "`\(name)`\(place(path)) has a value that it cannot have"
        case .noSuchReference(let reference):
            "there is nothing at `\(reference)`; only what stands in the same schema can be referred to"
        case .tooDeep: "it is nested too deeply"
        }
    }
}

/// The types of JSON Schema.
enum JSONType: String {
    case null, boolean, integer, number, string, array, object

    func isType(of value: JSON) -> Bool {
        switch (self, value) {
        case (.null, .null), (.boolean, .bool), (.integer, .int), (.number, .int), (.number, .double),
            (.string, .string), (.array, .array), (.object, .object):
            true
        case (.integer, .double(let double)): double.rounded() == double
        default: false
        }
    }
}

extension JSON {
    /// What a reference of this schema stands for: `#/$defs/name` and other pointers into it.
    func definition(_ reference: String) -> JSON? {
        guard reference.hasPrefix("#") else { return nil }
        var place: JSON? = self
        for step in reference.dropFirst().split(separator: "/") {
            let name = step.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
                .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
            place = place?[name]
        }
        return place
    }
}
