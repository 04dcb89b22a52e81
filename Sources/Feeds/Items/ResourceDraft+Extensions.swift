import Records

/// Extension elements as JSON.
extension ResourceDraft {
    /// The prefix under which elements without one stand.
    private static let noPrefix: StaticString = "other"

    /// Elements that stand side by side, of which some become the members of one object.
    private struct Group {
        let places: ElementDrafts.Siblings
        /// The prefix that goes without saying.
        let prefix: StoredText
        /// The element that they are in; nil for the outermost, of which only those with the prefix count.
        let parent: Int?
    }

    /// Appends `{prefix: {name: value}}`; elements of one name are an array.
    func appendExtensions(to builder: inout ChunkBuilder) {
        guard extensions.elements.count <= Self.fewElements else {
            return appendManyExtensions(to: &builder)
        }
        let places = extensions.outermost
        builder.beginObject()
        for index in places {
            let group = Group(places: places, prefix: extensions.elements[index].prefix, parent: nil)
            guard firstMember(of: group) == index else { continue }
            appendPrefix(group.prefix, to: &builder)
            builder.beginObject()
            appendMembers(of: group, to: &builder)
            builder.endObject()
        }
        builder.endObject()
    }

    func appendPrefix(_ prefix: StoredText, to builder: inout ChunkBuilder) {
        if prefix.isEmpty {
            builder.key(plain: Self.noPrefix)
        } else {
            builder.key(utf8: texts.bytes(prefix))
        }
    }

    private func firstMember(of group: Group) -> Int? {
        for index in group.places where isMember(index, of: group) { return index }
        return nil
    }

    /// Whether the element becomes a member and is not in the way of an attribute or the text of its parent.
    private func isMember(_ index: Int, of group: Group) -> Bool {
        let element = extensions.elements[index]
        guard let parent = group.parent else { return texts.areEqual(element.prefix, group.prefix) }
        let outer = extensions.elements[parent]
        if !outer.text.isEmpty, key(of: index, in: group, is: Bytes(of: "text")) { return false }
        for attribute in extensions.attributes[outer.attributes]
        where key(of: index, in: group, is: texts.bytes(attribute.name)) {
            return false
        }
        return true
    }

    /// Appends the members of a group, each name once.
    private func appendMembers(of group: Group, to builder: inout ChunkBuilder) {
        for index in group.places where isMember(index, of: group) {
            guard next(like: index, after: nil, in: group) == index else { continue }
            appendKey(of: index, in: group, to: &builder)
            var another = next(like: index, after: index, in: group)
            guard another != nil else {
                appendValue(of: index, to: &builder)
                continue
            }
            builder.beginArray()
            appendValue(of: index, to: &builder)
            while let place = another {
                appendValue(of: place, to: &builder)
                another = next(like: index, after: place, in: group)
            }
            builder.endArray()
        }
    }

    /// The next member with the key of the one at `index`: after another, or the first at all.
    private func next(like index: Int, after: Int?, in group: Group) -> Int? {
        let places = after.map { group.places.after($0) } ?? group.places
        for place in places where isMember(place, of: group) && haveSameKey(place, index, in: group) {
            return place
        }
        return nil
    }

    /// A string if there is only text, else an object of the attributes, the text as `text`, and the
    /// children.
    func appendValue(of index: Int, to builder: inout ChunkBuilder) {
        let element = extensions.elements[index]
        guard !element.attributes.isEmpty || element.end > index + 1 else {
            return builder.string(utf8: texts.bytes(element.text))
        }
        builder.beginObject()
        var hasText = false
        var seen: Set<[UInt8]> = []
        for place in element.attributes {
            let attribute = extensions.attributes[place]
            let name = texts.bytes(attribute.name)
            if element.attributes.count > Self.fewElements {
                guard seen.insert([UInt8](name)).inserted else { continue }
            } else if isRepeated(attribute, in: element.attributes.lowerBound..<place) {
                continue
            }
            hasText = hasText || name.equals("text")
            builder.key(utf8: name)
            builder.string(utf8: texts.bytes(attribute.value))
        }
        if !element.text.isEmpty, !hasText {
            builder.key(plain: "text")
            builder.string(utf8: texts.bytes(element.text))
        }
        guard element.end > index + 1 else { return builder.endObject() }
        if max(element.end - index, element.attributes.count) > Self.fewElements {
            appendManyChildren(of: index, to: &builder)
        } else {
            let group = Group(places: extensions.children(of: index), prefix: element.prefix, parent: index)
            appendMembers(of: group, to: &builder)
        }
        builder.endObject()
    }

    private func isRepeated(_ attribute: ElementDrafts.Attribute, in range: Range<Int>) -> Bool {
        for other in extensions.attributes[range] where texts.areEqual(other.name, attribute.name) {
            return true
        }
        return false
    }

    // MARK: Keys

    /// The prefix that the element's key shows: none if it is the group's.
    private func shownPrefix(of index: Int, in group: Group) -> StoredText? {
        let prefix = extensions.elements[index].prefix
        return prefix.isEmpty || texts.areEqual(prefix, group.prefix) ? nil : prefix
    }

    private func haveSameKey(_ a: Int, _ b: Int, in group: Group) -> Bool {
        a == b
            || extensions.elements[a].mark == extensions.elements[b].mark
                && texts.areEqual(extensions.elements[a].name, extensions.elements[b].name)
                && texts.areEqual(shownPrefix(of: a, in: group), shownPrefix(of: b, in: group))
    }

    private func appendKey(of index: Int, in group: Group, to builder: inout ChunkBuilder) {
        let name = extensions.elements[index].name
        guard let prefix = shownPrefix(of: index, in: group) else {
            return builder.key(utf8: texts.bytes(name))
        }
        builder.key("\(texts.string(prefix)):\(texts.string(name))")
    }

    private func key(of index: Int, in group: Group, is wanted: Bytes) -> Bool {
        let name = texts.bytes(extensions.elements[index].name)
        guard let prefix = shownPrefix(of: index, in: group).map({ texts.bytes($0) }) else {
            return name.equals(wanted)
        }
        return wanted.count == prefix.count + 1 + name.count && wanted.part(0..<prefix.count).equals(prefix)
            && wanted[prefix.count] == UInt8(ascii: ":")
            && wanted.part((prefix.count + 1)..<wanted.count).equals(name)
    }
}
