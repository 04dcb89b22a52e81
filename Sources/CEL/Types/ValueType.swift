import Diagnostics

/// A type as the checker knows it.
package indirect enum ValueType: Hashable, Sendable {
    /// Known only at run time; agrees with everything.
    case dyn
    /// The type of what has been complained about already; agrees with everything.
    case error
    case null, bool, int, uint, double, string, bytes, timestamp, duration
    case list(ValueType)
    case map(ValueType, ValueType)
    /// A JSON object with known properties.
    case object(ObjectType)
    /// The type of types.
    case type(ValueType)
    /// A value of the type or null.
    case nullable(ValueType)
    /// A named type of a library, such as `optional_type`.
    case opaque(String, [ValueType])
    case function(result: ValueType, parameters: [ValueType])
    /// A type parameter of an overload's declaration.
    case parameter(String)
    /// A type that inference has still to find.
    case variable(Int)

    static let optionalName = "optional_type"

    static func optional(_ type: ValueType) -> ValueType { .opaque(optionalName, [type]) }

    static let ip = ValueType.opaque("net.IP", [])
    static let cidr = ValueType.opaque("net.CIDR", [])
}

/// The declared properties of a JSON object.
package final class ObjectType: Sendable {
    /// How messages name the object: `the record`, `content`.
    package let name: String
    package let properties: [String: ValueType]
    /// The type of properties that are not declared; nil when there must be none.
    package let additional: ValueType?

    package init(name: String, properties: [String: ValueType], additional: ValueType? = nil) {
        self.name = name
        self.properties = properties
        self.additional = additional
    }
}

extension ObjectType {
    /// Among very many names a likely one is not worth the search.
    private static let suggestionLimit = 500

    /// The property that a misspelt name most likely meant, or one of the other names.
    func closest(to name: String, or others: [String] = []) -> String? {
        guard properties.count <= ObjectType.suggestionLimit else { return nil }
        return closestMatch(to: name, among: properties.keys.sorted() + others)
    }
}

extension ObjectType: Hashable {
    package static func == (left: ObjectType, right: ObjectType) -> Bool { left === right }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension ValueType {
    var isDynamic: Bool { self == .dyn || self == .error }

    /// The type without null.
    var withoutNull: ValueType { if case .nullable(let type) = self { type } else { self } }

    var isParameterLike: Bool {
        switch self {
        case .parameter, .variable: true
        default: false
        }
    }

    /// What an optional holds; nil when the type is no optional.
    var optionalContent: ValueType? {
        if case .opaque(ValueType.optionalName, let parameters) = self {
            parameters.first ?? .dyn
        } else {
            nil
        }
    }
}

extension ValueType: CustomStringConvertible {
    /// The type as messages and `--type` show it.
    package var description: String {
        switch self {
        case .dyn: "dyn"
        case .error: "error"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .object(let object): object.name
        case .type(let type): type == .dyn ? "type" : "type(\(type))"
        case .nullable(let type): "\(type)?"
        case .opaque(let name, let parameters):
            parameters.isEmpty ? name : "\(name)(\(parameters.map(\.description).joined(separator: ", ")))"
        case .function(let result, let parameters):
            "(\(parameters.map(\.description).joined(separator: ", "))) -> \(result)"
        case .parameter(let name): name
        case .variable(let number): "_\(number)"
        }
    }
}
