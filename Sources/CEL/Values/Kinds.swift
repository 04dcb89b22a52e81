import Notation
import Records

/// The kinds of values that overloads tell apart, as a set of bits.
struct Kinds: OptionSet, Hashable {
    let rawValue: UInt32

    static let null = Kinds(rawValue: 1 << 0)
    static let bool = Kinds(rawValue: 1 << 1)
    static let int = Kinds(rawValue: 1 << 2)
    static let uint = Kinds(rawValue: 1 << 3)
    static let double = Kinds(rawValue: 1 << 4)
    static let string = Kinds(rawValue: 1 << 5)
    static let bytes = Kinds(rawValue: 1 << 6)
    static let timestamp = Kinds(rawValue: 1 << 7)
    static let duration = Kinds(rawValue: 1 << 8)
    static let list = Kinds(rawValue: 1 << 9)
    static let map = Kinds(rawValue: 1 << 10)
    static let type = Kinds(rawValue: 1 << 11)
    static let optional = Kinds(rawValue: 1 << 12)
    static let ip = Kinds(rawValue: 1 << 13)
    static let cidr = Kinds(rawValue: 1 << 14)
    static let failure = Kinds(rawValue: 1 << 15)
    static let any = Kinds(rawValue: (1 << 15) - 1)
}

extension Value {
    /// The one kind of this value.
    var kind: Kinds {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .text: .string
        case .bytes: .bytes
        case .timestamp: .timestamp
        case .duration: .duration
        case .list: .list
        case .map, .record, .meta: .map
        case .node(let node):
            switch node.kind {
            case .array: .list
            case .object: .map
            default: .string
            }
        case .type: .type
        case .optional: .optional
        case .address(let address): address.pointee.prefix == nil ? .ip : .cidr
        case .failure: .failure
        }
    }

    /// What `type()` shows.
    var typeName: StaticString {
        switch kind {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .list: "list"
        case .map: "map"
        case .type: "type"
        case .optional: "optional_type"
        case .ip: "net.IP"
        case .cidr: "net.CIDR"
        default: "error"
        }
    }
}

extension ValueType {
    /// The kinds that a parameter of this type takes at run time.
    var kinds: Kinds {
        switch self {
        case .dyn, .error, .parameter, .variable, .function: .any
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .timestamp: .timestamp
        case .duration: .duration
        case .list: .list
        case .map, .object: .map
        case .type: .type
        case .nullable(let type): [type.kinds, .null]
        case .opaque(let name, _):
            switch name {
            case ValueType.optionalName: .optional
            case "net.IP": .ip
            case "net.CIDR": .cidr
            default: .any
            }
        }
    }
}
