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

    /// The same for an attribute of the last tag; nil when it has none of that name.
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
    private static func unescapedTwice(_ address: Bytes, from start: Int) -> String? {
        let rest = String(valid: address.part(start..<address.count))
        let mended = rest.replacing("&amp;", with: "&")
        guard mended.utf8.count < rest.utf8.count else { return nil }
        return String(valid: address.part(0..<start)) + mended
    }

    /// A person that is told in one line.
    mutating func store(person line: Bytes) -> PersonDraft {
        let text = store(line)
        guard line.contains(UInt8(ascii: "@")) else { return PersonDraft(name: text, line: text) }
        let person = FeedPerson(line: String(valid: line))
        return PersonDraft(name: store(person.name), email: store(person.email), line: text)
    }
}
