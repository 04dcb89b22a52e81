package import Notation

/// A value that owns what it holds: for bindings, for results that outlive an evaluation, and for tests.
package indirect enum OwnedValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case timestamp(Timestamp)
    /// Nanoseconds.
    case duration(Int64)
    case list([OwnedValue])
    /// Entries in order, keys distinct.
    case map([(key: OwnedValue, value: OwnedValue)])
    /// A type by its name.
    case type(String)
    case optional(OwnedValue?)
    /// An IP address or network in its text form.
    case address(String)
}

extension OwnedValue: Equatable {
    /// Same kind and same content; maps without regard to order, every NaN equal to every other.
    package static func == (left: OwnedValue, right: OwnedValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.uint(let a), .uint(let b)): a == b
        case (.double(let a), .double(let b)): a == b || (a.isNaN && b.isNaN)
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.bytes(let a), .bytes(let b)): a == b
        case (.timestamp(let a), .timestamp(let b)): a == b
        case (.duration(let a), .duration(let b)): a == b
        case (.list(let a), .list(let b)): a == b
        case (.type(let a), .type(let b)), (.address(let a), .address(let b)): a == b
        case (.optional(let a), .optional(let b)): a == b
        case (.map(let a), .map(let b)):
            a.count == b.count
                && a.allSatisfy { entry in b.contains { $0.key == entry.key && $0.value == entry.value } }
        default: false
        }
    }
}

extension OwnedValue: CustomStringConvertible {
    /// CEL source text where there is some, else a call that makes the value.
    package var description: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)u"
        case .double(let value): DoubleText.literal(value)
        case .string(let value): Quoting.quote(value)
        case .bytes(let value): "b" + Quoting.quote(bytes: value)
        case .timestamp(let value): "timestamp(\"\(value.rfc3339)\")"
        case .duration(let value): "duration(\"\(DurationText.format(value))\")"
        case .list(let values): "[\(values.map(\.description).joined(separator: ", "))]"
        case .map(let entries):
            "{\(entries.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
        case .type(let name): name
        case .optional(let value): value.map { "optional.of(\($0))" } ?? "optional.none()"
        case .address(let text): text.contains("/") ? "cidr(\"\(text)\")" : "ip(\"\(text)\")"
        }
    }
}
