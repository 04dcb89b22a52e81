import CLibXML2

/// HTML in a form in which only what it says differs: parsed, attributes sorted, references replaced.
enum HTMLNormalForm {
    static func text(_ html: String) -> String {
        var output = ""
        visit(html) { output += $0 }
        return output.split { $0 == "\n" || $0 == "\r" || $0 == "\t" || $0 == " " }.joined(separator: " ")
    }

    /// Calls `write` with each piece of the normal form.
    private static func visit(_ html: String, _ write: (String) -> Void) {
        let options =
            HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
        var text = "<html><body>\(html)"
        let document = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                htmlReadMemory($0.baseAddress, Int32(clamping: $0.count), nil, "UTF-8", Int32(options))
            }
        }
        guard let document else { return }
        defer { xmlFreeDoc(document) }
        append(xmlDocGetRootElement(document), write)
    }

    private static func append(_ node: xmlNodePtr?, _ output: (String) -> Void) {
        var next = node
        while let node = next {
            switch node.pointee.type {
            case XML_ELEMENT_NODE:
                let name = node.pointee.name.map { String(cString: $0).lowercased() } ?? ""
                output("<\(name)\(attributes(of: node))>")
                append(node.pointee.children, output)
                output("</\(name)>")
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
                output(node.pointee.content.map { String(cString: $0) } ?? "")
            default: break
            }
            next = node.pointee.next
        }
    }

    private static func attributes(of node: xmlNodePtr) -> String {
        var result: [String] = []
        var next = node.pointee.properties
        while let attribute = next {
            let value = attribute.pointee.children?.pointee.content.map { String(cString: $0) } ?? ""
            result.append(
                " \(attribute.pointee.name.map { String(cString: $0).lowercased() } ?? "")=\"\(value)\"")
            next = attribute.pointee.next
        }
        return result.sorted().joined()
    }
}
