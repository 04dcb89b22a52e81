import Records

/// Which elements are open.
extension FeedReader {
    /// Handles the start tag that the tokenizer has just read.
    ///
    /// - Parameter hash: that of its name.
    @inline(__always)
    mutating func openElement(_ hash: UInt64) {
        if hasOpenVoid { closeVoid() }
        let isEmpty = tokenizer.isEmptyElement
        guard ignoredDepth == 0, frames.count < limits.depth else {
            tokenizer.note(.tooDeep)
            if !isEmpty { ignoredDepth += 1 }
            return
        }
        if let parent = frames.last, parent.kind.holdsOnlyElements, construct == nil {
            text.truncate(to: parent.textStart)
        }
        var setsBase = false
        var setsLanguage = false
        if tokenizer.hasReservedAttributes {
            declareNamespaces()
            (setsBase, setsLanguage) = enterBaseAndLanguage()
        }
        let slot = names.known(hash) ?? names.resolve(tokenizer.nameBytes, hash: hash)
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
        if isEmpty { closeTop() } else { noteVoid(slot) }
    }

    /// Handles the end tag that the tokenizer has just read.
    @inline(__always)
    mutating func closeElement() {
        let hash = ElementNames.hash(tokenizer.nameBytes)
        if ignoredDepth > 0, !leaveIgnored(hash) { return }
        if hasOpenVoid, frames.last?.hash != hash { closeVoid() }
        if frames.last?.hash == hash { return closeTop() }
        guard let index = frames.lastIndex(where: { $0.hash == hash }) else {
            return tokenizer.note(.unexpectedEndTag)
        }
        tokenizer.note(.missingEndTag)
        closeElements(to: index)
    }

    /// Closes open elements until `count` are left.
    mutating func closeElements(to count: Int) {
        while frames.count > count { closeTop() }
    }

    /// Handles an end tag below the depth limit; true when it closes an element of the feed's own, with which
    /// all that is open below the limit ends.
    private mutating func leaveIgnored(_ hash: UInt64) -> Bool {
        let isStructure = frames.contains {
            $0.hash == hash && !$0.isMarkup && !$0.isExtension && $0.kind != .other
        }
        ignoredDepth = isStructure ? 0 : ignoredDepth - 1
        return isStructure
    }

    // MARK: Elements without content

    private static let bareVoids: Set<String> = ["br", "hr", "img", "meta", "wbr"]

    /// Notes that the element just opened has no content by the rules of HTML: any such inside a text, outside
    /// only those that no feed format knows.
    @inline(__always)
    private mutating func noteVoid(_ slot: Int) {
        guard let frame = frames.last, frame.isMarkup || frame.isExtension else { return }
        if frame.isMarkup {
            hasOpenVoid = HTMLElements.isVoid(names[slot].name)
        } else if names.mayBeVoid(slot) {
            let name = names[slot].name
            hasOpenVoid = Self.bareVoids.contains(name.asciiLowercased)
        }
    }

    private mutating func closeVoid() {
        tokenizer.note(.missingEndTag)
        closeTop()
    }

    private mutating func closeTop() {
        hasOpenVoid = false
        guard let frame = frames.last else { return }
        if frame.isMarkup { closeMarkup(frame, markupNames.popLast() ?? "") } else { end(frame) }
        frames.removeLast()
        if frame.setsBase { bases.removeLast() }
        if frame.setsLanguage { languages.removeLast() }
        names.scope.leave(to: frames.count)
        if !frame.isMarkup { text.truncate(to: frame.textStart) }
    }

    /// Whether the tag that has just been read begins an entry by the namespaces in force: those of feeds, and
    /// the document's own.
    func isEntryTag() -> Bool {
        let name = tokenizer.nameBytes
        let colon = name.position(of: UInt8(ascii: ":"), from: 0)
        let prefix = colon.map { String(name.part(0..<$0)) } ?? ""
        guard !isForeign(prefix) else { return false }
        let local = String(name.part((colon.map { $0 + 1 } ?? 0)..<name.count)).asciiLowercased
        return ElementKind.of(prefix: names.scope.usualPrefix(prefix), name: local) == .entry
    }

    /// Whether the prefix of the tag that has just been read stands for a namespace that is not known and that
    /// only a part of the document has.
    private func isForeign(_ prefix: String) -> Bool {
        if prefix.isEmpty, let own = tokenizer.attribute("xmlns") {
            return !own.isEmpty && Namespaces.prefix(for: String(valid: own)) == nil
        }
        let container = frames.lastIndex(where: { $0.mayHoldEntries }) ?? -1
        return names.scope.isForeign(prefix, below: container + 1)
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
        if let written = tokenizer.attribute("xml:base") ?? tokenizer.attribute("base"), !written.isEmpty {
            let own = URLReference.safeBase(String(valid: written), in: base)
            bases.append(own.utf8.count <= FeedLimits.repeatedSize ? own : base)
            result.base = true
        }
        if let written = tokenizer.attribute("xml:lang") ?? tokenizer.attribute("lang") {
            let isTag = !written.isEmpty && written.count <= FeedLimits.repeatedSize
            languages.append(isTag ? Self.languageTag(String(valid: written)) : nil)
            result.language = true
        }
        return result
    }
}
