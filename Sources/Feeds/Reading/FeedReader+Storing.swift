import Records

/// Where what is read goes: to the draft of what is being described.
extension FeedReader {
    /// Changes the draft.
    @inline(__always) mutating func update<R>(_ change: (inout ResourceDraft) -> R) -> R {
        switch subject {
        case .feed: change(&feed)
        case .entry: change(&entry)
        case .source: change(&source)
        }
    }

    /// Keeps a text among those of the draft.
    mutating func store(_ bytes: Bytes) -> StoredText { update { $0.texts.store(bytes) } }

    mutating func store(_ text: String?) -> StoredText? {
        guard let text else { return nil }
        return update { $0.texts.store(text) }
    }

    /// Keeps the base and the language that are in force here, once for all texts of an entry; nil for what there is not.
    mutating func storeScope() -> (base: StoredText?, language: StoredText?) {
        if subject == .entry, let storedScope { return storedScope }
        let language = store(language)
        let stored = (base: base.isEmpty ? nil : store(base), language: language)
        if subject == .entry { storedScope = stored }
        return stored
    }

    /// The same for an attribute of the last tag; nil when it has none of that name.
    @inline(__always)
    mutating func store(attribute name: StaticString) -> StoredText? {
        guard let value = tokenizer.attribute(name) else { return nil }
        return store(value)
    }

    /// The same for a reference, resolved against the base here.
    mutating func store(address written: Bytes) -> StoredText {
        if let ampersand = written.position(of: .ampersand, from: 0),
            let mended = Self.unescapedTwice(written, from: ampersand)
        {
            let resolved = URLReference.resolve(mended, in: base)
            return update { $0.texts.store(resolved) }
        }
        if URLReference.isPlainlyAbsolute(written) { return store(written) }
        let resolved = URLReference.resolve(String(valid: written), in: base)
        return update { $0.texts.store(resolved) }
    }

    /// An address whose ampersands were escaped twice; nil when none was.
    ///
    /// - Parameter start: where the first ampersand stands.
    private static func unescapedTwice(_ address: Bytes, from start: Int) -> String? {
        let reference: StaticString = "&amp;"
        let length = reference.utf8CodeUnitCount
        var mended = OutputBuffer()
        var copied = 0
        var next: Int? = start
        while let ampersand = next {
            let after = ampersand + length
            if after <= address.count, address.part(ampersand..<after).equals(reference) {
                mended.append(address.part(copied..<(ampersand + 1)))
                copied = after
            }
            next = address.position(of: .ampersand, from: ampersand + 1)
        }
        guard copied > 0 else { return nil }
        mended.append(address.part(copied..<address.count))
        return String(valid: mended.bytes)
    }

    /// A person that is told in one line.
    mutating func store(person line: Bytes) -> PersonDraft {
        let text = store(line)
        guard line.position(of: UInt8(ascii: "@"), from: 0) != nil else {
            return PersonDraft(name: text, line: text)
        }
        let person = FeedPerson(line: String(valid: line))
        return PersonDraft(name: store(person.name), email: store(person.email), line: text)
    }
}
