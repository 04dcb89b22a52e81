/// Which elements are open.
extension FeedReader {
    /// Handles the start tag that the tokenizer has just read.
    mutating func openElement() {
        let isEmpty = tokenizer.isEmptyElement
        guard ignoredDepth == 0, frames.count < limits.depth else {
            tokenizer.note(.tooDeep)
            if !isEmpty { ignoredDepth += 1 }
            return
        }
        if let parent = frames.last, parent.kind.holdsOnlyElements, construct == nil {
            text.truncate(to: parent.textStart)
        }
        let bytes = tokenizer.nameBytes
        let hash = ElementNames.hash(bytes)
        var setsBase = false
        var setsLanguage = false
        if !tokenizer.attributes.isEmpty {
            declareNamespaces()
            (setsBase, setsLanguage) = enterBaseAndLanguage()
        }
        let slot = names.resolve(bytes, hash: hash)
        var frame = Frame(hash: hash, kind: names.kind(slot), textStart: text.count)
        frame.setsBase = setsBase
        frame.setsLanguage = setsLanguage
        if construct != nil {
            frame.isMarkup = true
            frames.append(frame)
            openMarkup(names[slot])
        } else {
            start(&frame, slot)
        }
        if isEmpty { closeTop() }
    }

    /// Handles the end tag that the tokenizer has just read.
    mutating func closeElement() {
        guard ignoredDepth == 0 else {
            ignoredDepth -= 1
            return
        }
        let hash = ElementNames.hash(tokenizer.nameBytes)
        guard let index = frames.lastIndex(where: { $0.hash == hash }) else {
            return tokenizer.note(.unexpectedEndTag)
        }
        if index < frames.count - 1 {
            tokenizer.note(.missingEndTag)
            closeElements(to: index + 1)
        }
        closeTop()
    }

    /// Closes open elements until `count` are left.
    mutating func closeElements(to count: Int) {
        while frames.count > count { closeTop() }
    }

    private mutating func closeTop() {
        guard let frame = frames.last else { return }
        if frame.isMarkup { closeMarkup(frame, markupNames.popLast() ?? "") } else { end(frame) }
        frames.removeLast()
        if frame.setsBase { bases.removeLast() }
        if frame.setsLanguage { languages.removeLast() }
        names.scope.leave(to: frames.count)
        if !frame.isMarkup { text.truncate(to: frame.textStart) }
    }

    private mutating func declareNamespaces() {
        for attribute in tokenizer.attributes {
            let name = tokenizer.buffer.bytes(attribute.name)
            guard name.hasPrefixIgnoringCase("xmlns") else { continue }
            let isDefault = name.count == 5
            guard isDefault || name[5] == UInt8(ascii: ":") else { continue }
            let prefix = isDefault ? "" : String(name.part(6..<name.count))
            let uri = String(valid: tokenizer.value(of: attribute))
            names.scope.declare(prefix: prefix, uri: uri, depth: frames.count + 1)
            noteFormat(namespace: uri, isDefault: isDefault)
        }
    }

    private mutating func enterBaseAndLanguage() -> (base: Bool, language: Bool) {
        var result = (base: false, language: false)
        guard tokenizer.mayHaveBaseOrLanguage else { return result }
        if let written = tokenizer.attribute("xml:base") ?? tokenizer.attribute("base"), !written.isEmpty {
            bases.append(URLReference.safeBase(String(valid: written), in: base))
            result.base = true
        }
        if let written = tokenizer.attribute("xml:lang") ?? tokenizer.attribute("lang") {
            languages.append(written.isEmpty ? nil : Self.languageTag(String(valid: written)))
            result.language = true
        }
        return result
    }
}
