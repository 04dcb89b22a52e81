/// A JSON value with its members in order: what a spec says literally, and what reports and schemas are made of.
package indirect enum JSONLiteral: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([JSONLiteral])
    case object([Member])

    /// A name and its value within an object.
    package struct Member: Sendable, Hashable {
        package let name: String
        package let value: JSONLiteral

        package init(_ name: String, _ value: JSONLiteral) {
            self.name = name
            self.value = value
        }
    }
}

extension JSONLiteral {
    /// The value of an object's member, or nil.
    package subscript(name: String) -> JSONLiteral? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// Whether it is an array or object in which nothing stands.
    package var hasNoEntries: Bool {
        switch self {
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }

    /// The object with further members behind its own.
    package func adding(_ more: [Member]) -> JSONLiteral {
        guard case .object(let members) = self else { return self }
        return .object(members + more)
    }
}

extension JSONLiteral: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(arrayLiteral elements: JSONLiteral...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONLiteral)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
