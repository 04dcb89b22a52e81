import Records

/// HTML that is safe to show: an allow-list of elements and attributes, addresses checked, styles filtered.
package enum HTMLSanitizer {
    /// The safe form of `html`; relative addresses are resolved against `base` if there is one.
    ///
    /// The markup is parsed by libxml2 and written anew, so the result is balanced and nothing reaches it
    /// that the lists do not name. Text without markup stays as it is, but for references to C1 controls,
    /// which mean windows-1252.
    package static func safe(_ html: String, base: String? = nil) -> String {
        guard html.utf8.contains(.lessThan) else { return HTMLText.mendingReferences(html) }
        guard let fragment = HTMLFragment(html) else { return HTMLText.plain(html) }
        var writer = SafeHTMLWriter(base: base)
        fragment.walk { node, isEntering in
            isEntering ? writer.enter(node) : writer.leave(node)
        }
        return writer.output.trimmed
    }
}

/// Writes what is allowed of a tree.
struct SafeHTMLWriter {
    let base: String?
    private(set) var output = ""
    /// Open `<svg>` and `<math>` elements.
    private var svgDepth = 0
    private var mathDepth = 0

    init(base: String?) { self.base = base }

    /// Writes the beginning of a node; false when its content is to be left out.
    mutating func enter(_ node: HTMLNode) -> Bool {
        switch node.kind {
        case .text:
            output += HTMLText.escaped(node.text)
            return true
        case .other: return false
        case .element:
            let name = node.name
            if HTMLAllowList.dropped.contains(name), !(svgDepth > 0 && name == "title") { return false }
            if name == "svg" { svgDepth += 1 }
            if name == "math" { mathDepth += 1 }
            if let allowed = allowedName(name) { writeStartTag(allowed, node) }
            return true
        }
    }

    /// Writes the end of a node.
    mutating func leave(_ node: HTMLNode) -> Bool {
        guard node.kind == .element else { return true }
        let name = node.name
        if let allowed = allowedName(name), !HTMLElements.isVoid(name) { output += "</\(allowed)>" }
        if name == "svg" { svgDepth -= 1 }
        if name == "math" { mathDepth -= 1 }
        return true
    }

    /// The name under which an element is written; nil when only its content is.
    private func allowedName(_ name: String) -> String? {
        if svgDepth > 0, let foreign = ForeignAllowList.svgElement(name) { return foreign }
        if mathDepth > 0, ForeignAllowList.mathElements.contains(name) { return name }
        return HTMLAllowList.elements.contains(name) && name != "html" && name != "body" ? name : nil
    }

    private mutating func writeStartTag(_ name: String, _ node: HTMLNode) {
        var attributes: [String: String] = [:]
        let written = node.attributes
        let element = name.asciiLowercased
        let check = AttributeCheck(
            element: element, isForeign: svgDepth > 0 || mathDepth > 0, inSVG: svgDepth > 0, base: base,
            attributes: written)
        for (name, value) in written {
            guard let allowed = allowedAttribute(name, of: element) else { continue }
            guard let safe = check.safe(value, of: name) else { continue }
            attributes[allowed] = safe
        }
        if name == "svg" { attributes["xmlns"] = Namespaces.svg }
        if name == "math" { attributes["xmlns"] = "http://www.w3.org/1998/Math/MathML" }
        if attributes.keys.contains(where: { $0.hasPrefix("xlink:") }) {
            attributes["xmlns:xlink"] = "http://www.w3.org/1999/xlink"
        }
        output += "<" + name
        for (attribute, value) in attributes.sorted(by: { $0.key < $1.key }) {
            output += " \(attribute)=\"\(Self.escapedAttribute(value))\""
        }
        output += HTMLElements.isVoid(name) ? " />" : ">"
    }

    private func allowedAttribute(_ name: String, of element: String) -> String? {
        if svgDepth > 0, ForeignAllowList.svgElement(element) != nil,
            let foreign = ForeignAllowList.svgAttribute(name)
        {
            return foreign
        }
        if mathDepth > 0, ForeignAllowList.mathElements.contains(element) {
            return ForeignAllowList.mathAttributes.contains(name) ? name : nil
        }
        return HTMLAllowList.attributes.contains(name) ? name : nil
    }

    private static func escapedAttribute(_ value: String) -> String {
        var value = value
        return value.withUTF8 { bytes in
            var output = OutputBuffer(reserving: bytes.count + 16)
            HTMLText.appendEscaped(bytes, quotes: true, to: &output)
            return String(output.bytes)
        }
    }
}

extension ForeignAllowList {
    /// The proper spelling of an allowed SVG element; HTML parsers lose the capitals.
    static func svgElement(_ name: String) -> String? { svgElementSpelling[name.asciiLowercased] }

    static func svgAttribute(_ name: String) -> String? { svgAttributeSpelling[name.asciiLowercased] }

    private static let svgElementSpelling = spelling(svgElements)
    private static let svgAttributeSpelling = spelling(svgAttributes)

    private static func spelling(_ names: Set<String>) -> [String: String] {
        Dictionary(names.map { ($0.asciiLowercased, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
