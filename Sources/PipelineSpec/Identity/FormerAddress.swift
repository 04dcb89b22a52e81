import Diagnostics
import Streaming

extension PipelineReader {
    /// What a `was` says, in the form that the state has: an identity, an address without its component, or a name.
    ///
    /// - Parameters:
    ///   - options: those of the entry's component.
    ///   - inherited: the `was` of the entry around it, which counts where it has none of its own.
    mutating func former<Product>(
        _ was: String?, of entry: Entry, _ options: Options<Product>?, known address: Address,
        inherited: YAMLPair? = nil
    ) -> String? {
        guard let was else { return nil }
        let former = options?.former(was, of: entry.name, in: reader.source, folder: files.folder) ?? was
        let present = address.identity.text
        if [present, address.label].contains(was) || entry.name + " " + former == present,
            let pair = entry.sibling("was") ?? inherited
        {
            report(.presentAddress(was), pair.value.range)
        }
        return former
    }
}

extension Options {
    /// An address as the component spells it where the text could be its bare value, else the text as it is.
    fileprivate func former(
        _ text: String, of name: String, in source: SourceText, folder: String?
    ) -> String {
        // With the component in front it is an identity already.
        if text.hasPrefix(name + " ") { return text }
        let range = source.range(0, 0)
        let node = YAMLNode(.scalar(YAMLScalar(text: text, style: .singleQuoted)), range: range)
        let identity = address(name, node, in: source, folder: folder).identity.text
        return identity.hasPrefix(name + " ") ? String(identity.dropFirst(name.count + 1)) : text
    }
}
