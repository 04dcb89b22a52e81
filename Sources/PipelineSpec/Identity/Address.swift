import Diagnostics
package import Streaming

/// What an entry is known by: its component and the options that say where, in the one form that all their spellings
/// have.
package struct Address: Sendable {
    /// What the state knows it by: `jsonl items/*.jsonl`, `sqlite news.db table=new`.
    package let identity: Identity
    /// A short name for people: `jsonl:items/*.jsonl`, `rss:example.com/feed.xml`, `sqlite:news.db,table=new`.
    ///
    /// Nothing of a web address is in it that could be secret: no password and no query.
    package let label: String

    /// - Parameters:
    ///   - options: values that need no name stand under an empty one.
    ///   - isSole: whether there is no more than one option of the kind.
    fileprivate init(
        _ component: String, _ options: [JSONLiteral.Member], isSole: Bool, outside: [String]
    ) {
        let place: AddressText.Place = isSole ? .alone : .option
        let texts = options.map { $0.prefix + AddressText.spelled($0.value, place) }
        identity = Identity(
            AddressText.bounded(([component] + texts).joined(separator: " ")), outside: outside)
        let labels = options.map { $0.prefix + AddressText.label($0.value) }
        label = AddressText.shortened(
            options.isEmpty ? component : component + ":" + labels.joined(separator: ","))
    }

    /// What has no address but that of its parts, whose order says nothing.
    init(_ component: String, _ parts: [Identity]) {
        let sorted = parts.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
        let texts = sorted.map(\.text).joined(separator: ", ")
        identity = Identity(
            AddressText.bounded("\(component) \(texts)"), outside: sorted.flatMap(\.outside))
        label = component
    }
}

extension JSONLiteral.Member {
    fileprivate var prefix: String { name.isEmpty ? "" : name + "=" }
}

extension Options {
    /// What an entry with these options is known by.
    ///
    /// - Parameters:
    ///   - name: what stands in front.
    ///   - scope: the options that count.
    ///   - part: the one of a stage's parts that is asked for; of the options that it is made of, only this one counts.
    ///   - folder: what relative paths start from.
    func address(
        _ name: String, _ node: YAMLNode?, defaults: [YAMLPair] = [], _ scope: CanonicalForm.Scope = .address,
        part: StagePartName? = nil, in source: SourceText, folder: String?
    ) -> Address {
        var form = CanonicalForm(scope, in: source, folder: folder)
        let bare = isValue ? fields.first?.name : shorthand
        let others = part?.others ?? []
        let options = canonical(node, defaults: defaults, &form).filter { !others.contains($0.name) }.map {
            option in
            option.name == bare ? JSONLiteral.Member("", option.value) : option
        }
        let count = scope == .all ? fields.count : fields.count { $0.isAddress && !others.contains($0.name) }
        return Address(name, options, isSole: count < 2, outside: form.outside)
    }
}
