import CEL
import Foundation
import Notation
import Records

/// Values and types as the cases write them.
extension OwnedValue {
    /// `{"int": "5"}` and the like; nil when it is of another form.
    init?(case json: JSON) {
        guard let (kind, content) = json.object?.members.first else { return nil }
        switch (kind, content) {
        case ("null", _): self = .null
        case ("bool", .bool(let flag)): self = .bool(flag)
        case ("list", .array(let elements)):
            let values = elements.compactMap { OwnedValue(case: $0) }
            guard values.count == elements.count else { return nil }
            self = .list(values)
        case ("map", .array(let pairs)):
            let entries = pairs.compactMap { pair -> (key: OwnedValue, value: OwnedValue)? in
                guard let key = pair[0].flatMap({ OwnedValue(case: $0) }),
                    let value = pair[1].flatMap({ OwnedValue(case: $0) })
                else { return nil }
                return (key, value)
            }
            guard entries.count == pairs.count else { return nil }
            self = .map(entries)
        case (_, .string(let text)): self.init(kind: kind, text: text)
        default: return nil
        }
    }

    private init?(kind: String, text: String) {
        switch kind {
        case "int":
            guard let value = Int64(text) else { return nil }
            self = .int(value)
        case "uint":
            guard let value = UInt64(text) else { return nil }
            self = .uint(value)
        case "double":
            guard let value = Double(text == "NaN" ? "nan" : text) else { return nil }
            self = .double(value)
        case "string": self = .string(text)
        case "bytes":
            guard let bytes = Base64.decode(text) else { return nil }
            self = .bytes(bytes)
        case "type": self = .type(text)
        case "timestamp":
            guard let value = Array(text.utf8).withUnsafeBufferPointer({ try? Timestamp(rfc3339: $0) }) else {
                return nil
            }
            self = .timestamp(value)
        case "duration":
            guard let value = Array(text.utf8).withUnsafeBufferPointer({ try? DurationText.parse($0) }) else {
                return nil
            }
            self = .duration(value)
        default: return nil
        }
    }
}

extension ValueType {
    private static let simple: [String: ValueType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes,
        "null": .null, "dyn": .dyn, "timestamp": .timestamp, "duration": .duration
    ]

    /// `"int"`, `{"list": "int"}` and the like; nil when it is of another form.
    init?(case json: JSON) {
        if let name = json.string {
            guard let type = ValueType.simple[name] else { return nil }
            self = type
            return
        }
        guard let (kind, content) = json.object?.members.first else { return nil }
        switch kind {
        case "list":
            guard let element = ValueType(case: content) else { return nil }
            self = .list(element)
        case "map":
            guard let key = content[0].flatMap({ ValueType(case: $0) }),
                let value = content[1].flatMap({ ValueType(case: $0) })
            else { return nil }
            self = .map(key, value)
        case "type": self = .type(ValueType(case: content) ?? .dyn)
        case "param": self = .parameter(content.string ?? "")
        case "abstract":
            let parameters = (content["params"]?.array ?? []).compactMap { ValueType(case: $0) }
            self = .opaque(content["name"]?.string ?? "", parameters)
        default: return nil
        }
    }
}

extension Environment {
    /// Adds a declared variable or function; false when the declaration is of another form.
    mutating func declare(_ json: JSON) -> Bool {
        guard let name = json["name"]?.string else { return false }
        if let type = json["type"].flatMap({ ValueType(case: $0) }) {
            variables[name] = type
            return true
        }
        for overload in json["overloads"]?.array ?? [] {
            let parameters = (overload["params"]?.array ?? []).compactMap { ValueType(case: $0) }
            guard let result = overload["result"].flatMap({ ValueType(case: $0) }) else { return false }
            let style: Overload.Style = overload["member"]?.bool == true ? .member : .global
            functions.add(Function(name, "", Overload(style, parameters, result, .declared)))
        }
        return true
    }
}
