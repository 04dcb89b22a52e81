import Records

extension ExtensionElement {
    /// The prefix under which elements without one stand.
    static let noPrefix = "other"

    /// Appends `{prefix: {name: value}}`; elements of one name are an array.
    static func append(_ elements: [ExtensionElement], to builder: inout ChunkBuilder) {
        builder.beginObject()
        for i in elements.indices where !elements[..<i].contains(where: { $0.prefix == elements[i].prefix }) {
            let prefix = elements[i].prefix
            builder.key(prefix.isEmpty ? noPrefix : prefix)
            builder.beginObject()
            appendMembers(elements, outer: prefix, except: [], to: &builder) { $0.prefix == prefix }
            builder.endObject()
        }
        builder.endObject()
    }

    /// Appends those of the elements that count as members, each name once.
    private static func appendMembers(
        _ elements: [ExtensionElement], outer: String, except taken: [String], to builder: inout ChunkBuilder,
        where counts: (ExtensionElement) -> Bool
    ) {
        for i in elements.indices where counts(elements[i]) {
            let name = elements[i].key(in: outer)
            func isSame(_ element: ExtensionElement) -> Bool {
                counts(element) && element.key(in: outer) == name
            }
            guard !taken.contains(name), !elements[..<i].contains(where: isSame) else { continue }
            builder.key(name)
            let isRepeated = elements[(i + 1)...].contains(where: isSame)
            if isRepeated { builder.beginArray() }
            elements[i].appendValue(to: &builder)
            if isRepeated {
                for element in elements[(i + 1)...] where isSame(element) {
                    element.appendValue(to: &builder)
                }
                builder.endArray()
            }
        }
    }

    /// The name, with the prefix if that is another than the one around it.
    private func key(in outer: String) -> String {
        prefix == outer || prefix.isEmpty ? name : "\(prefix):\(name)"
    }

    /// A string if there is only text, else an object of the attributes, the text as `text`, and the
    /// children.
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
        if !children.isEmpty {
            Self.appendMembers(children, outer: prefix, except: names, to: &builder) { _ in true }
        }
        builder.endObject()
    }
}
