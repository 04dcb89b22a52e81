import Diagnostics
import Streaming

extension Component {
    /// The identity that a `was` names: as the state shows it, or as the address alone.
    ///
    /// - Parameter known: the names of all components of the kind; the entry may have been another one before.
    func former(_ text: String, among known: [String], in source: SourceText) -> String {
        if known.contains(where: { text == $0 || text.hasPrefix($0 + " ") }) { return text }
        let value = text.hasPrefix(name + ":") ? String(text.dropFirst(name.utf8.count + 1)) : text
        let node = YAMLNode(
            .scalar(YAMLScalar(text: value, style: .singleQuoted)), range: source.range(0, 0))
        let address = options.address(name, node, in: source).identity.text
        return address == name ? text : address
    }
}

extension PipelineReader {
    /// Warns of a `was` that names what the entry is known by anyway.
    mutating func judge(was: String?, of entry: Entry, known address: Address) {
        guard was == address.identity.text, let pair = entry.siblings.first(where: { $0.key.text == "was" })
        else { return }
        report(.presentAddress(address.identity.text), pair.value.range)
    }
}
