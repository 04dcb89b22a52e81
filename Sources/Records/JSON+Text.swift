/// From and to text, nodes and records.
extension JSON {
    /// The value of a node. Recursion is as deep as the node.
    package init(_ node: Node) {
        switch node.kind {
        case .null: self = .null
        case .false: self = .bool(false)
        case .true: self = .bool(true)
        case .integer: self = node.int.map(JSON.int) ?? .double(node.double ?? .nan)
        case .decimal: self = .double(node.double ?? .nan)
        case .string, .escapedString: self = .string(node.string ?? "")
        case .array: self = .array(node.elements.map { JSON($0) })
        case .object: self = .object(JSONObject(node.members.map { ($0.key.string ?? "", JSON($0.value)) }))
        }
    }

    /// The value of a record, its overlay applied.
    package init(_ record: Record) {
        self = .object(JSONObject(record.fields.map { ($0.name.string, JSON($0.value)) }))
    }

    /// Parses a text by the rules and limits of `parser`.
    package init(parsing text: String, with parser: JSONParser = JSONParser()) throws(JSONError) {
        let (chunk, root) = try parser.parse(text, origin: JSON.noOrigin)
        self = withExtendedLifetime(chunk) { JSON(chunk.node(at: root)) }
    }

    /// Parses UTF-8 by the rules and limits of `parser`.
    package init(parsing utf8: [UInt8], with parser: JSONParser = JSONParser()) throws(JSONError) {
        let (chunk, root) = try utf8.withUnsafeBufferPointer { bytes throws(JSONError) in
            try parser.parse(bytes, origin: JSON.noOrigin)
        }
        self = withExtendedLifetime(chunk) { JSON(chunk.node(at: root)) }
    }

    private static let noOrigin = Origin(source: "", received: 0)

    /// Compact JSON text.
    package var text: String {
        var output = OutputBuffer()
        output.append(self)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// JSON text over several lines, indented by two spaces a level.
    package var prettyText: String {
        var output = OutputBuffer()
        output.append(self, indentation: 0)
        return String(decoding: output.bytes, as: UTF8.self)
    }
}

extension OutputBuffer {
    /// Compact text, or one indented by two spaces a level when the level of the value is given.
    package mutating func append(_ value: JSON, indentation level: Int? = nil) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .int(let value): append(decimal: value)
        case .double(let value): append(decimal: value)
        case .string(let value): append(quoting: value)
        case .array(let elements):
            append(list: elements, brackets: "[]", indentation: level) { output, element, inner in
                output.append(element, indentation: inner)
            }
        case .object(let object):
            append(list: object.members, brackets: "{}", indentation: level) { output, member, inner in
                output.append(quoting: member.name)
                output.append(inner == nil ? ":" : ": ")
                output.append(member.value, indentation: inner)
            }
        }
    }

    private mutating func append<Item>(
        list items: [Item], brackets: StaticString, indentation level: Int?,
        _ write: (inout OutputBuffer, Item, Int?) -> Void
    ) {
        let inner = level.map { $0 + 1 }
        append(brackets.utf8Start[0])
        for (position, item) in items.enumerated() {
            if position > 0 { append(UInt8(ascii: ",")) }
            startLine(inner)
            write(&self, item, inner)
        }
        if !items.isEmpty { startLine(level) }
        append(brackets.utf8Start[1])
    }

    private mutating func startLine(_ level: Int?) {
        guard let level else { return }
        append(UInt8(ascii: "\n"))
        for _ in 0..<level { append("  ") }
    }
}

extension ChunkBuilder {
    /// A value with everything in it.
    package mutating func value(_ value: JSON) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .int(let value): int(value)
        case .double(let value): double(value)
        case .string(let value): string(value)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let object):
            beginObject()
            for (name, member) in object.members {
                key(name)
                self.value(member)
            }
            endObject()
        }
    }
}
