package import Records

/// Declarations from JSON Schema.
///
/// Read are `type` (also as a list, with `null`), `properties`, `additionalProperties`, `items`, local `$ref`, and
/// `anyOf`/`oneOf` of one type and null; everything else is `dyn`. An object that lists its properties has no
/// others unless `additionalProperties` says so. `number` is `dyn`, since JSON writes whole ones as ints, and
/// `format: date-time` stays `string`: comparisons with timestamps read it.
extension ValueType {
    /// The type that a schema describes; `name` is how messages call an object of it.
    package init(schema: JSON, name: String = "the record") {
        self = SchemaReader(document: schema).type(of: schema, name: name, depth: 0)
    }
}

private struct SchemaReader {
    let document: JSON

    /// Schemas that refer to themselves become `dyn` at this depth.
    private static let maximumDepth = 16

    init(document: JSON) { self.document = document }

    func type(of schema: JSON, name: String, depth: Int) -> ValueType {
        guard depth < SchemaReader.maximumDepth, schema.object != nil else { return .dyn }
        if let reference = schema["$ref"]?.string {
            return document.definition(reference).map { type(of: $0, name: name, depth: depth + 1) } ?? .dyn
        }
        if let alternatives = (schema["anyOf"] ?? schema["oneOf"])?.array {
            return union(alternatives.map { type(of: $0, name: name, depth: depth + 1) })
        }
        if let names = schema["type"]?.array {
            return union(names.map { single($0.string ?? "", schema, name: name, depth: depth) })
        }
        guard let typeName = schema["type"]?.string else {
            return schema["properties"] == nil
                ? .dyn : single("object", schema, name: name, depth: depth)
        }
        return single(typeName, schema, name: name, depth: depth)
    }

    private func single(_ typeName: String, _ schema: JSON, name: String, depth: Int) -> ValueType {
        switch typeName {
        case "null": .null
        case "boolean": .bool
        case "integer": .int
        case "string": .string
        case "array":
            .list(
                schema["items"].map { type(of: $0, name: "an element of \(name)", depth: depth + 1) } ?? .dyn)
        case "object": object(schema, name: name, depth: depth)
        default: .dyn
        }
    }

    private func object(_ schema: JSON, name: String, depth: Int) -> ValueType {
        let additional = schema["additionalProperties"]
        let additionalType: ValueType? =
            switch additional {
            case .some(.bool(let allowed)): allowed ? .dyn : nil
            case .some(let schema): type(of: schema, name: name, depth: depth + 1)
            case nil: nil
            }
        guard let properties = schema["properties"]?.object else {
            return .map(.string, additional == nil ? .dyn : additionalType ?? .dyn)
        }
        var types: [String: ValueType] = [:]
        for (property, schema) in properties {
            types[property] = type(of: schema, name: "'\(property)'", depth: depth + 1)
        }
        return .object(ObjectType(name: name, properties: types, additional: additionalType))
    }

    /// One type and null make a nullable type; anything wider is dyn.
    private func union(_ types: [ValueType]) -> ValueType {
        let others = Set(types.filter { $0 != .null })
        guard others.count == 1, let type = others.first else { return others.isEmpty ? .null : .dyn }
        return types.contains(.null) && type != .dyn ? .nullable(type) : type
    }
}
