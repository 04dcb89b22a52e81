import Notation
import Records

/// Writes XML that is well-formed whatever stands in its texts, and keeps in mind which prefixes it used.
struct XMLWriter: ~Copyable {
    private(set) var output = OutputBuffer()
    private(set) var prefixes: Set<String> = []
    private var depth: Int
    /// Whether the innermost open element has only text so far.
    private var isInline = false

    /// - Parameter depth: how many elements the first one stands in.
    init(depth: Int = 0) { self.depth = depth }

    mutating func begin(_ name: String, _ attributes: [(String, String)] = []) {
        startTag(name, attributes)
        output.append(">")
        depth += 1
        isInline = true
    }

    mutating func end(_ name: String) {
        depth -= 1
        if !isInline { indent() }
        output.append("</")
        output.append(name)
        output.append(">")
        isInline = false
    }

    mutating func text(_ text: String) { append(escaping: text, inAttribute: false) }

    /// An element without others in it; without a text it is empty.
    mutating func element(_ name: String, _ text: String?, _ attributes: [(String, String)] = []) {
        startTag(name, attributes)
        guard let text, !text.isEmpty else { return output.append("/>") }
        output.append(">")
        append(escaping: text, inAttribute: false)
        output.append("</")
        output.append(name)
        output.append(">")
    }

    /// The same; nothing without a text.
    mutating func optional(_ name: String, _ text: String?, _ attributes: [(String, String)] = []) {
        if let text { element(name, text, attributes) }
    }

    private mutating func startTag(_ name: String, _ attributes: [(String, String)]) {
        indent()
        isInline = false
        output.append("<")
        output.append(name)
        note(prefixOf: name)
        for (name, value) in attributes {
            note(prefixOf: name)
            output.append(" ")
            output.append(name)
            output.append("=\"")
            append(escaping: value, inAttribute: true)
            output.append("\"")
        }
    }

    private mutating func note(prefixOf name: String) {
        guard let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) else { return }
        prefixes.insert(String(name[..<colon]))
    }

    private mutating func indent() {
        output.append("\n")
        for _ in 0..<depth { output.append("  ") }
    }

    private mutating func append(escaping text: String, inAttribute: Bool) {
        var text = text
        text.withUTF8 { bytes in
            var clean = 0
            for place in bytes.indices {
                let replacement: StaticString
                switch bytes[place] {
                case .ampersand: replacement = "&amp;"
                case .lessThan: replacement = "&lt;"
                case .greaterThan: replacement = "&gt;"
                case .quote where inAttribute: replacement = "&quot;"
                case .newline where inAttribute: replacement = "&#10;"
                case 0x09 where inAttribute: replacement = "&#9;"
                default: continue
                }
                output.append(bytes.part(clean..<place))
                output.append(replacement)
                clean = place + 1
            }
            output.append(bytes.part(clean..<bytes.count))
        }
    }
}
