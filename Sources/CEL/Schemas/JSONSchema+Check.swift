package import Records

extension JSONSchema {
    /// Where a value does not keep to the schema, and what is wrong there.
    package struct Mismatch: Error, Hashable, CustomStringConvertible {
        /// Names and places from the outside in.
        package let path: String
        package let reason: String

        package var description: String { path.isEmpty ? reason : "`\(path)` \(reason)" }
    }

    /// What is wrong with a value first; nil when it keeps to the schema.
    package func mismatch(of value: JSON) -> Mismatch? {
        var check = SchemaCheck(schema: document)
        do {
            try check.check(value, document, "", depth: 0)
            return nil
        } catch {
            return error
        }
    }
}

/// One walk through a value.
private struct SchemaCheck {
    let schema: JSON
    /// Schemas that are still looked at, so that one of many alternatives within each other cannot hold a run up.
    private var budget = 100_000

    private static let maximumDepth = 200

    init(schema: JSON) { self.schema = schema }

    mutating func check(
        _ value: JSON, _ rules: JSON, _ path: String, depth: Int
    ) throws(JSONSchema.Mismatch) {
        budget -= 1
        guard budget > 0, depth < SchemaCheck.maximumDepth else {
            throw wrong(path, "takes too long to check")
        }
        if rules == .bool(false) { throw wrong(path, "must not be there") }
        for (name, argument) in rules.object ?? JSONObject() {
            guard let keyword = JSONSchema.Keyword(rawValue: name) else { continue }
            try check(value, keyword, argument, rules, path, depth + 1)
        }
    }

    private mutating func check(
        _ value: JSON, _ keyword: JSONSchema.Keyword, _ argument: JSON, _ rules: JSON, _ path: String,
        _ depth: Int
    ) throws(JSONSchema.Mismatch) {
        switch keyword {
        case .type:
            let names = (argument.array ?? [argument]).compactMap(\.string)
            guard names.contains(where: { JSONType(rawValue: $0)?.isType(of: value) == true }) else {
                throw wrong(path, "must be of type \(names.joined(separator: " or "))")
            }
        case .enum:
            let choices = argument.array ?? []
            guard choices.contains(where: { $0.equals(value) }) else {
                throw wrong(path, "must be one of \(shown(choices))")
            }
        case .const where !argument.equals(value): throw wrong(path, "must be \(shown([argument]))")
        case .ref:
            if let target = schema.definition(argument.string ?? "") {
                try check(value, target, path, depth: depth)
            }
        case .allOf: for part in argument.array ?? [] { try check(value, part, path, depth: depth) }
        case .anyOf where count(of: argument, fulfilledBy: value, path, depth) == 0:
            throw wrong(path, "is none of what it may be")
        case .oneOf where count(of: argument, fulfilledBy: value, path, depth) != 1:
            throw wrong(path, "must be exactly one of what it may be")
        case .not where count(of: .array([argument]), fulfilledBy: value, path, depth) == 1:
            throw wrong(path, "is what it must not be")
        default:
            switch value {
            case .object(let members): try check(members, keyword, argument, rules, path, depth)
            case .array(let elements): try check(elements, keyword, argument, path, depth)
            case .string(let text): try check(text, keyword, argument, path)
            case .int, .double: try check(value.double ?? 0, keyword, argument, path)
            case .null, .bool: break
            }
        }
    }

    private mutating func count(
        of schemas: JSON, fulfilledBy value: JSON, _ path: String, _ depth: Int
    ) -> Int {
        var count = 0
        for schema in schemas.array ?? [] where (try? check(value, schema, path, depth: depth)) != nil {
            count += 1
        }
        return count
    }

    private mutating func check(
        _ members: JSONObject, _ keyword: JSONSchema.Keyword, _ argument: JSON, _ rules: JSON, _ path: String,
        _ depth: Int
    ) throws(JSONSchema.Mismatch) {
        switch keyword {
        case .properties:
            for (name, schema) in argument.object ?? JSONObject() {
                guard let value = members[name] else { continue }
                try check(value, schema, inner(path, name), depth: depth)
            }
        case .required:
            for name in (argument.array ?? []).compactMap(\.string) where members[name] == nil {
                throw wrong(inner(path, name), "is missing")
            }
        case .additionalProperties:
            let known = rules["properties"]
            for (name, value) in members where known?[name] == nil {
                if argument == .bool(false) { throw wrong(inner(path, name), "is not foreseen") }
                try check(value, argument, inner(path, name), depth: depth)
            }
        case .minProperties where Int64(members.count) < argument.int ?? 0:
            throw wrong(path, "must have at least \(argument.text) members")
        case .maxProperties where Int64(members.count) > argument.int ?? .max:
            throw wrong(path, "must have at most \(argument.text) members")
        default: break
        }
    }

    private mutating func check(
        _ elements: [JSON], _ keyword: JSONSchema.Keyword, _ argument: JSON, _ path: String, _ depth: Int
    ) throws(JSONSchema.Mismatch) {
        switch keyword {
        case .items:
            for (place, element) in elements.enumerated() {
                try check(element, argument, "\(path)[\(place)]", depth: depth)
            }
        case .minItems where Int64(elements.count) < argument.int ?? 0:
            throw wrong(path, "must have at least \(argument.text) elements")
        case .maxItems where Int64(elements.count) > argument.int ?? .max:
            throw wrong(path, "must have at most \(argument.text) elements")
        case .uniqueItems where argument.bool == true && Set(elements).count < elements.count:
            throw wrong(path, "must not have an element twice")
        default: break
        }
    }

    private func check(
        _ text: String, _ keyword: JSONSchema.Keyword, _ argument: JSON, _ path: String
    ) throws(JSONSchema.Mismatch) {
        switch keyword {
        case .minLength where Int64(text.unicodeScalars.count) < argument.int ?? 0:
            throw wrong(path, "must have at least \(argument.text) characters")
        case .maxLength where Int64(text.unicodeScalars.count) > argument.int ?? .max:
            throw wrong(path, "must have at most \(argument.text) characters")
        case .pattern:
            var text = text
            let pattern = argument.string.flatMap { try? RegexCache.pattern($0) }
            guard pattern.map({ pattern in text.withUTF8 { pattern.matches(Text($0)) } }) ?? true else {
                throw wrong(path, "must match \(shown([argument]))")
            }
        default: break
        }
    }

    private func check(
        _ number: Double, _ keyword: JSONSchema.Keyword, _ argument: JSON, _ path: String
    ) throws(JSONSchema.Mismatch) {
        guard let bound = argument.double else { return }
        switch keyword {
        case .minimum where number < bound: throw wrong(path, "must be at least \(argument.text)")
        case .maximum where number > bound: throw wrong(path, "must be at most \(argument.text)")
        case .exclusiveMinimum where number <= bound: throw wrong(path, "must be more than \(argument.text)")
        case .exclusiveMaximum where number >= bound: throw wrong(path, "must be less than \(argument.text)")
        case .multipleOf where (number / bound).rounded() != number / bound:
            throw wrong(path, "must be a multiple of \(argument.text)")
        default: break
        }
    }

    private func wrong(_ path: String, _ reason: String) -> JSONSchema.Mismatch {
        JSONSchema.Mismatch(path: path, reason: reason)
    }

    private func inner(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    private static let longestText = 200

    private func shown(_ values: [JSON]) -> String {
        let text = values.map(\.text).joined(separator: ", ")
        return text.count > SchemaCheck.longestText ? text.prefix(SchemaCheck.longestText) + "…" : text
    }
}

extension JSON {
    /// Whether it is the same value; 1 and 1.0 are.
    fileprivate func equals(_ other: JSON) -> Bool {
        if let number = double, let otherNumber = other.double { return number == otherNumber }
        return self == other
    }
}
