/// Elements that are kept as they are.
extension FeedReader {
    mutating func startExtension(_ name: ElementNames.Resolved) {
        var element = ExtensionElement(prefix: name.prefix, name: name.name)
        element.attributes.reserveCapacity(tokenizer.attributes.count)
        for attribute in tokenizer.attributes {
            let written = tokenizer.buffer.bytes(attribute.name)
            guard !written.hasPrefixIgnoringCase("xmlns") else { continue }
            element.attributes.append(
                .init(name: attributeName(written), value: tokenizer.value(of: attribute)))
        }
        openExtensions.append(element)
    }

    mutating func endExtension(_ frame: Frame) {
        guard var element = openExtensions.popLast() else { return }
        element.text = value(frame)
        element.isPadded = element.children.isEmpty && element.text.utf8.count < text.count - frame.textStart
        if Self.isReference(element) { element.text = URLReference.resolve(element.text, in: base) }
        if let outer = openExtensions.indices.last {
            openExtensions[outer].children.append(element)
        } else if !isInImage, !isInTextInput {
            update { $0.extensions.append(element) }
        }
    }

    /// The attribute's name with the usual prefix of its namespace.
    private func attributeName(_ written: Bytes) -> String {
        guard let colon = written.position(of: UInt8(ascii: ":"), from: 0) else { return String(written) }
        let prefix = names.scope.usualPrefix(String(written.part(0..<colon)))
        let local = String(written.part((colon + 1)..<written.count))
        return prefix.isEmpty ? local : "\(prefix):\(local)"
    }

    /// Elements whose text is an address.
    private static func isReference(_ element: ExtensionElement) -> Bool {
        guard !element.text.isEmpty else { return false }
        switch element.prefix {
        case "":
            return ["comments", "docs", "icon", "logo", "newlocation"].contains(element.name.asciiLowercased)
        case "wfw": return ["comment", "commentrss"].contains(element.name.asciiLowercased)
        default: return false
        }
    }
}
