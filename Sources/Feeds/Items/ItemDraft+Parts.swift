import Records

/// What an item has several of, and what it counts.
extension ItemDraft {
    // What only reads an entry gets the parts that it reads: to lend the whole entry would copy it.

    mutating func takeTags(_ all: [CategoryDraft], in texts: borrowing TextStore) {
        tags.empty()
        categories: for category in all {
            guard let tag = (category.label ?? category.term)?.nonEmpty else { continue }
            for other in tags where texts.areEqual(other, tag) { continue categories }
            tags.append(tag)
        }
    }

    mutating func takeEnclosures(
        _ links: [LinkDraft], _ extensions: ElementDrafts, limit: Int, in texts: borrowing TextStore
    ) {
        enclosures.empty()
        for link in links {
            guard let rel = link.rel, texts.bytes(rel).equals("enclosure") else { continue }
            guard let url = link.href?.nonEmpty else { continue }
            enclosures.append(
                Enclosure(url: url, type: link.type, length: link.length.flatMap { texts.number($0) }))
        }
        guard !extensions.isEmpty else { return }
        media: for index in extensions.outermost
        where extensions.isElement(index, "media", "content", in: texts) {
            guard let url = extensions.attribute("url", of: index, in: texts)?.nonEmpty else { continue }
            let length = extensions.attribute("filesize", of: index, in: texts).flatMap { texts.number($0) }
            let type = extensions.attribute("type", of: index, in: texts)
            for other in enclosures.indices where texts.areEqual(enclosures[other].url, url) {
                // Both are one file, of which one may say more.
                if enclosures[other].type == nil { enclosures[other].type = type }
                if enclosures[other].length == nil { enclosures[other].length = length }
                continue media
            }
            guard enclosures.count < limit else { break }
            enclosures.append(Enclosure(url: url, type: type, length: length))
        }
    }

    static func commentCount(_ extensions: ElementDrafts, in texts: borrowing TextStore) -> Int64? {
        let element =
            extensions.first("slash", "comments", in: texts) ?? extensions.first("thr", "total", in: texts)
        return element.flatMap { Int64(texts.string($0.text)) }
    }
}

extension ElementDrafts {
    /// Whether the element at `index` is `prefix:name`, whatever the case of the name.
    fileprivate func isElement(
        _ index: Int, _ prefix: StaticString, _ name: StaticString, in texts: borrowing TextStore
    ) -> Bool {
        let element = elements[index]
        return texts.bytes(element.prefix).equals(prefix)
            && texts.bytes(element.name).equalsIgnoringCase(name)
    }

    /// The first element `prefix:name`.
    func first(
        _ prefix: StaticString, _ name: StaticString, in texts: borrowing TextStore
    ) -> Element? {
        guard !isEmpty else { return nil }
        for index in outermost where isElement(index, prefix, name, in: texts) { return elements[index] }
        return nil
    }

    /// The value of an attribute, by its name as it is, else by its name in any case.
    fileprivate func attribute(
        _ name: StaticString, of index: Int, in texts: borrowing TextStore
    ) -> StoredText? {
        var inAnyCase: StoredText?
        for attribute in attributes[elements[index].attributes] {
            let written = texts.bytes(attribute.name)
            if written.equals(name) { return attribute.value }
            if inAnyCase == nil, written.equalsIgnoringCase(name) { inAnyCase = attribute.value }
        }
        return inAnyCase
    }
}

extension TextStore {
    fileprivate func number(_ text: StoredText) -> Int64? { Int64(string(text).trimmed) }
}
