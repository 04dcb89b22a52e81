import Notation

/// What becomes of the values of one element's attributes that are allowed by name.
struct AttributeCheck {
    /// The element's name in lower case.
    let element: String
    /// Inside SVG or MathML.
    let isForeign: Bool
    let inSVG: Bool
    /// What relative addresses are relative to.
    let base: String?
    /// All attributes of the element, names in lower case.
    let attributes: [(name: String, value: String)]

    /// The value that may be written; nil when the attribute has to go.
    func safe(_ value: String, of name: String) -> String? {
        if name == "style" {
            let style = StyleFilter.safe(value, inSVG: inSVG)
            return style.isEmpty ? nil : style
        }
        if HTMLAllowList.submission.contains(name), HTMLAllowList.forms.contains(element) { return nil }
        if name == "type", element == "input", !HTMLAllowList.isHarmlessInput(value) { return nil }
        if name == "ping", element == "a" || element == "area" { return nil }
        if isForeign, runsOrRefers(value, of: name) { return nil }
        if name == "rel" || name == "type" { return value.asciiLowercased }
        if name == "srcset" { return SourceSet.safe(value, base: base) }
        guard HTMLAllowList.addresses.contains(name) else { return value }
        return safeAddress(value, of: name)
    }

    private func safeAddress(_ value: String, of name: String) -> String? {
        // What is used becomes part of the picture; it has to stand in the same text.
        if inSVG, HTMLAllowList.usesOfSVG.contains(element) { return value.hasPrefix("#") ? value : nil }
        guard let address = Self.safeAddress(value, base: base) else { return name == "href" ? "" : nil }
        return address
    }

    /// The address from `base`, without line breaks; nil when it leads to code.
    static func safeAddress(_ value: String, base: String?) -> String? {
        guard URLReference.isSafe(value) else { return nil }
        guard !value.isEmpty else { return value }
        let resolved = URLReference.resolve(value, in: base ?? "")
        return URLReference.isSafe(resolved) ? resolved : ""
    }

    // MARK: SVG and MathML

    /// Whether an attribute of SVG or MathML runs code, or fetches what is not in the text.
    private func runsOrRefers(_ value: String, of name: String) -> Bool {
        if ForeignAllowList.animations.contains(element), ForeignAllowList.animating.contains(name),
            !animatesLooks
        {
            return true
        }
        guard !HTMLAllowList.addresses.contains(name) else { return false }
        // The values of an animation stand side by side.
        for part in value.split(separator: ";") {
            if let scheme = URLReference.scheme(of: String(part)), HTMLAllowList.codeSchemes.contains(scheme)
            {
                return true
            }
        }
        return inSVG && Self.refersElsewhere(Array(value.utf8))
    }

    /// Whether what the animation changes is only how something looks.
    private var animatesLooks: Bool {
        attributes.allSatisfy { name, value in
            guard name == "attributename" else { return true }
            let target = value.asciiLowercased.trimmed
            return ForeignAllowList.svgAttribute(target) != nil && !HTMLAllowList.addresses.contains(target)
                && !ForeignAllowList.animating.contains(target) && !target.hasPrefix("xml")
                && target != "style"
        }
    }

    /// Whether a presentation attribute refers to another document, or may do so behind an escape of CSS.
    private static func refersElsewhere(_ value: [UInt8]) -> Bool {
        if value.contains(UInt8(ascii: "\\")) { return true }
        var i = 0
        while i + 4 <= value.count {
            guard value[i..<(i + 4)].map(\.lowercased).elementsEqual("url(".utf8) else {
                i += 1
                continue
            }
            i += 4
            while i < value.count, value[i].isSpace || value[i] == .quote || value[i] == .apostrophe {
                i += 1
            }
            guard i < value.count, value[i] == UInt8(ascii: "#") else { return true }
        }
        return false
    }
}
