import Records

/// Elements that are kept as they are.
extension FeedReader {
    /// Begins an element that is kept, with the attributes of the tag that has just been read.
    ///
    /// - Parameter slot: where the element's name stands in ``names``.
    mutating func startExtension(_ slot: Int) {
        let (prefix, local) = storeName(slot)
        update { $0.extensions.begin(prefix: prefix, name: local, in: $0.texts) }
        guard !tokenizer.attributes.isEmpty else { return }
        let isMedia = names[slot].prefix == "media"
        for attribute in tokenizer.attributes {
            let written = tokenizer.buffer.bytes(attribute.name)
            guard !written.hasPrefixIgnoringCase("xmlns") else { continue }
            // An empty one is no address, least of all that of the page.
            let isAddress =
                isMedia && written.equalsIgnoringCase("url")
                && !tokenizer.value(of: attribute).trimmed.isEmpty
            let value =
                isAddress
                ? store(address: tokenizer.value(of: attribute)) : store(tokenizer.value(of: attribute))
            let name = storeAttributeName(written)
            update { $0.extensions.addAttribute(name: name, value: value) }
        }
    }

    /// Keeps the name of the tag that has just been read.
    private mutating func storeName(_ slot: Int) -> (prefix: StoredText, local: StoredText) {
        guard let length = names.lengthOfWrittenPrefix(slot) else {
            let name = names[slot]
            return update { ($0.texts.store(name.prefix), $0.texts.store(name.name)) }
        }
        let written = store(tokenizer.nameBytes)
        let start = length > 0 ? length + 1 : 0
        // A text that found no room is empty.
        guard written.count >= start else { return (written, written) }
        return (
            StoredText(start: written.start, count: length),
            StoredText(start: written.start + start, count: written.count - start)
        )
    }

    mutating func endExtension(_ frame: Frame) {
        let value = value(frame)
        let isPadded = value.count < text.count - frame.textStart
        let isReference = !value.isEmpty && update { $0.extensions.innermostIsReference(in: $0.texts) }
        let text = isReference ? store(address: value) : store(value)
        let isInPart = isInImage || isInTextInput
        update {
            if isInPart, !$0.extensions.isNested { return $0.extensions.discard() }
            $0.extensions.end(text: text, isPadded: isPadded && !$0.extensions.innermostHasChildren)
        }
    }

    /// The attribute's name with the usual prefix of its namespace.
    private mutating func storeAttributeName(_ written: Bytes) -> StoredText {
        guard let colon = written.position(of: UInt8(ascii: ":"), from: 0) else { return store(written) }
        let prefix = names.scope.usualPrefix(String(written.part(0..<colon)))
        let local = String(written.part((colon + 1)..<written.count))
        let name = prefix.isEmpty ? local : "\(prefix):\(local)"
        return update { $0.texts.store(name) }
    }
}

extension ElementDrafts {
    private static let references: [StaticString] = ["comments", "docs", "icon", "logo", "newlocation"]

    /// Whether the text of the innermost open element is an address.
    fileprivate func innermostIsReference(in texts: borrowing TextStore) -> Bool {
        guard let element = innermost else { return false }
        let (prefix, name) = (texts.bytes(element.prefix), texts.bytes(element.name))
        if prefix.equals("wfw") {
            return name.equalsIgnoringCase("comment") || name.equalsIgnoringCase("commentrss")
        }
        return prefix.isEmpty && Self.references.contains { name.equalsIgnoringCase($0) }
    }
}
