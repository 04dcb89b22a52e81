import Diagnostics

extension Options {
    /// The options that count, in the order of the fields; those that say no more than leaving them out are left out.
    func canonical(
        _ node: YAMLNode?, defaults: [YAMLPair] = [], _ form: inout CanonicalForm
    ) -> [JSONLiteral.Member] {
        canonical(form.scope == .all ? fields : fields.filter(\.isAddress), node, defaults, &form)
    }

    /// The same for a mapping of options within an option: all of them count where it says of none that it does.
    func canonical(group node: YAMLNode, _ form: inout CanonicalForm) -> [JSONLiteral.Member] {
        let addresses = form.scope == .all ? [] : fields.filter(\.isAddress)
        return canonical(addresses.isEmpty ? fields : addresses, node, [], &form)
    }

    private func canonical(
        _ fields: [FieldDescription], _ node: YAMLNode?, _ defaults: [YAMLPair], _ form: inout CanonicalForm
    ) -> [JSONLiteral.Member] {
        let given = pairs(of: node)
        return fields.compactMap { field in
            let pair =
                given.first { $0.key.text == field.name } ?? defaults.first { $0.key.text == field.name }
            return pair.flatMap { field.canonical($0.value, &form) }.map { .init(field.name, $0) }
        }
    }

    /// The options at a node in the long form.
    private func pairs(of node: YAMLNode?) -> [YAMLPair] {
        guard let node, !node.isNull else { return [] }
        let name = isValue ? fields.first?.name : shorthand
        if !isValue, let pairs = node.pairs { return pairs }
        return name.map { [YAMLPair(key: YAMLKey(text: $0, range: node.range), value: node)] } ?? []
    }
}
