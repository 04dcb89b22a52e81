import CLibXML2

/// A piece of HTML as the tree that libxml2's HTML parser makes of it; broken markup is mended, nothing is
/// fetched.
///
/// Safe because the tree is owned by this value alone, freed once, and nodes are only handed out to `body`.
struct HTMLFragment: ~Copyable {
    private let document: htmlDocPtr

    /// Nil only when memory runs out.
    init?(_ html: String) {
        Self.prepareLibrary
        let options =
            HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
            | HTML_PARSE_NONET.rawValue | HTML_PARSE_NODEFDTD.rawValue
        // An explicit body keeps the parser from wrapping bare text in paragraphs. It is not closed: an open
        // declaration at the end of the fragment would swallow half of the end tag and show the rest.
        var text = "<html><body>" + Self.bounded(html).replacingCDATA()
        let parsed = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { bytes in
                htmlReadMemory(bytes.baseAddress, Int32(clamping: bytes.count), nil, "UTF-8", Int32(options))
            }
        }
        guard let parsed else { return nil }
        document = parsed
    }

    deinit { xmlFreeDoc(document) }

    /// Calls `visit` for each node of the fragment in document order: on the way in, and for elements on the
    /// way out.
    ///
    /// When `visit` answers false on the way in, the node's children and its way out are left out.
    borrowing func walk(_ visit: (HTMLNode, Bool) -> Bool) {
        guard let root = xmlDocGetRootElement(document) else { return }
        var current: xmlNodePtr? = root
        while let node = current {
            let descends = visit(HTMLNode(node: node), true)
            if descends, let child = node.pointee.children {
                current = child
                continue
            }
            if descends { _ = visit(HTMLNode(node: node), false) }
            var ended: xmlNodePtr? = node
            while let node = ended, node.pointee.next == nil, node != root {
                ended = node.pointee.parent
                if let parent = ended { _ = visit(HTMLNode(node: parent), false) }
            }
            current = ended == root ? nil : ended?.pointee.next
        }
    }

    private static let prepareLibrary: Void = xmlInitParser()
}

/// A node of an ``HTMLFragment``, to be used while that lives.
struct HTMLNode {
    fileprivate let node: xmlNodePtr

    enum Kind {
        case element, text, other
    }

    var kind: Kind {
        switch node.pointee.type {
        case XML_ELEMENT_NODE: .element
        case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: .text
        default: .other
        }
    }

    /// The name in lower case; empty for text.
    var name: String { node.pointee.name.map { String(cString: $0) }?.asciiLowercased ?? "" }

    var text: String { node.pointee.content.map { String(cString: $0) } ?? "" }

    /// Names in lower case and values, as often as they stand there.
    var attributes: [(name: String, value: String)] {
        var result: [(String, String)] = []
        var next = node.pointee.properties
        while let attribute = next {
            let name = attribute.pointee.name.map { String(cString: $0) } ?? ""
            result.append((name.asciiLowercased, HTMLNode.value(attribute)))
            next = attribute.pointee.next
        }
        return result
    }

    private static func value(_ attribute: xmlAttrPtr) -> String {
        var text = ""
        var next = attribute.pointee.children
        while let part = next {
            text += HTMLNode(node: part).text
            next = part.pointee.next
        }
        return text
    }
}

extension String {
    /// CDATA sections mean nothing in HTML; what looks like one is text.
    fileprivate func replacingCDATA() -> String {
        guard contains("<![CDATA[") else { return self }
        return split(separator: "<![CDATA[", omittingEmptySubsequences: false).joined(
            separator: "&lt;![CDATA[")
    }
}
