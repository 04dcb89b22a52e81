import Records

/// Extension elements as JSON where there are many side by side: each is looked at once, by the hash of its key,
/// when comparing each with each would take too long.
extension ResourceDraft {
    /// How many elements are compared one by one.
    static let fewElements = 32

    /// Appends `{prefix: {name: value}}` as ``appendExtensions(to:)`` does.
    func appendManyExtensions(to builder: inout ChunkBuilder) {
        builder.beginObject()
        for group in Self.grouped(extensions.outermost, by: { prefixBytes(of: $0) }) {
            let prefix = extensions.elements[group.first].prefix
            appendPrefix(prefix, to: &builder)
            builder.beginObject()
            appendManyMembers(group.places, prefix: prefix, to: &builder)
            builder.endObject()
        }
        builder.endObject()
    }

    /// Appends what is inside the element at `index`, but for what is in the way of its attributes or text.
    func appendManyChildren(of index: Int, to builder: inout ChunkBuilder) {
        let parent = extensions.elements[index]
        var taken = Set(extensions.attributes[parent.attributes].map { [UInt8](texts.bytes($0.name)) })
        if !parent.text.isEmpty { taken.insert([UInt8]("text".utf8)) }
        let places = extensions.children(of: index).filter {
            !taken.contains(key(of: $0, besides: parent.prefix))
        }
        appendManyMembers(places, prefix: parent.prefix, to: &builder)
    }

    private func appendManyMembers(_ places: [Int], prefix: StoredText, to builder: inout ChunkBuilder) {
        for group in Self.grouped(places, by: { key(of: $0, besides: prefix) }) {
            builder.key(String(decoding: key(of: group.first, besides: prefix), as: UTF8.self))
            guard group.places.count > 1 else {
                appendValue(of: group.first, to: &builder)
                continue
            }
            builder.beginArray()
            for place in group.places { appendValue(of: place, to: &builder) }
            builder.endArray()
        }
    }

    /// The member's name: with its prefix, unless that goes without saying.
    private func key(of index: Int, besides usual: StoredText) -> [UInt8] {
        let element = extensions.elements[index]
        let name = texts.bytes(element.name)
        guard !element.prefix.isEmpty, !texts.areEqual(element.prefix, usual) else { return [UInt8](name) }
        return texts.bytes(element.prefix) + [UInt8(ascii: ":")] + name
    }

    private func prefixBytes(of index: Int) -> [UInt8] {
        [UInt8](texts.bytes(extensions.elements[index].prefix))
    }

    private struct Group {
        let first: Int
        var places: [Int]
    }

    /// Places with the same key together, in the order of the first of each.
    private static func grouped(_ places: some Sequence<Int>, by key: (Int) -> [UInt8]) -> [Group] {
        var groups: [Group] = []
        var known: [[UInt8]: Int] = [:]
        for place in places {
            let number = known[key(place), default: groups.count]
            if number == groups.count {
                known[key(place)] = number
                groups.append(Group(first: place, places: [place]))
            } else {
                groups[number].places.append(place)
            }
        }
        return groups
    }
}
