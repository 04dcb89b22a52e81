import Notation

extension JSONLiteral {
    /// The JSON text: on one line, or with two spaces a level and no line break at the end.
    package func text(pretty: Bool = false) -> String {
        var output = ""
        write(to: &output, indent: pretty ? 0 : nil)
        return output
    }

    /// A string as JSON writes it, in quotes.
    package static func quote(_ string: String) -> String {
        var output = ""
        writeString(string, to: &output)
        return output
    }

    private func write(to output: inout String, indent: Int?) {
        switch self {
        case .null: output += "null"
        case .bool(let value): output += value ? "true" : "false"
        case .int(let value): output += String(value)
        // JSON has no words for infinities and NaN.
        case .double(let value): output += value.isFinite ? "\(value)" : "null"
        case .string(let value): Self.writeString(value, to: &output)
        case .array(let elements):
            Self.writeList(elements, "[", "]", to: &output, indent: indent) { element, output, inner in
                element.write(to: &output, indent: inner)
            }
        case .object(let members):
            Self.writeList(members, "{", "}", to: &output, indent: indent) { member, output, inner in
                Self.writeString(member.name, to: &output)
                output += inner == nil ? ":" : ": "
                member.value.write(to: &output, indent: inner)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element], _ open: String, _ close: String, to output: inout String, indent: Int?,
        _ write: (Element, inout String, Int?) -> Void
    ) {
        output += open
        for (index, element) in elements.enumerated() {
            if index > 0 { output += "," }
            if let indent { output += "\n" + String(repeating: "  ", count: indent + 1) }
            write(element, &output, indent.map { $0 + 1 })
        }
        if let indent, !elements.isEmpty { output += "\n" + String(repeating: "  ", count: indent) }
        output += close
    }

    private static func writeString(_ string: String, to output: inout String) {
        output += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                output += "\\u" + String(scalar.value, radix: 16, width: 4)
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }
}
