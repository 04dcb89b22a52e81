import Records

extension ExtensionElement {
    /// The prefix under which elements without one stand.
    static let noPrefix = "other"

    /// Appends `{prefix: {name: value}}`; elements of one name are an array.
    static func append(_ elements: [ExtensionElement], to builder: inout ChunkBuilder) {
        builder.beginObject()
        for i in elements.indices where !elements[..<i].contains(where: { $0.prefix == elements[i].prefix }) {
            builder.key(elements[i].prefix.isEmpty ? noPrefix : elements[i].prefix)
            builder.beginObject()
            appendMembers(elements.filter { $0.prefix == elements[i].prefix }, outer: elements[i].prefix, to: &builder)
            builder.endObject()
        }
        builder.endObject()
    }

    private static func appendMembers(
        _ elements: [ExtensionElement], outer: String, to builder: inout ChunkBuilder
    ) {
        for i in elements.indices {
            let name = elements[i].key(in: outer)
            guard !elements[..<i].contains(where: { $0.key(in: outer) == name }) else { continue }
            builder.key(name)
            let same = elements[i...].filter { $0.key(in: outer) == name }
            if same.count > 1 { builder.beginArray() }
            for element in same { element.appendValue(to: &builder) }
            if same.count > 1 { builder.endArray() }
        }
    }

    /// The name, with the prefix if that is another than the one around it.
    private func key(in outer: String) -> String {
        prefix == outer || prefix.isEmpty ? name : "\(prefix):\(name)"
    }

    /// A string if there is only text, else an object of the attributes, the text as `text`, and the children.
    private func appendValue(to builder: inout ChunkBuilder) {
        guard !attributes.isEmpty || !children.isEmpty else { return builder.string(text) }
        builder.beginObject()
        var names: [String] = []
        for attribute in attributes where !names.contains(attribute.name) {
            names.append(attribute.name)
            builder.key(attribute.name)
            builder.string(attribute.value)
        }
        if !text.isEmpty, !names.contains("text") {
            names.append("text")
            builder.key("text")
            builder.string(text)
        }
        Self.appendMembers(children.filter { !names.contains($0.key(in: prefix)) }, outer: prefix, to: &builder)
        builder.endObject()
    }
}
