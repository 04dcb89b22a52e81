import Diagnostics
import Notation
import PipelineSpec

/// HTML in which the fields of a record can stand, escaped for their place: in text, in a quoted attribute, as an address.
///
/// `{content.html}` in text is the item's own HTML, made safe; every other field is text.
struct HTMLTemplate: FieldValue, ExpressibleByStringLiteral {
    let template: TextTemplate
    private let text: String

    /// - Precondition: it is a valid template.
    init(stringLiteral text: String) {
        guard let pieces = try? TemplateParser.parse(text), let parts = try? HTMLPlaces.parts(pieces) else {
            preconditionFailure("'\(text)' is no template")
        }
        template = TextTemplate(parts)
        self.text = text
    }

    private init(_ template: TextTemplate, _ text: String) {
        self.template = template
        self.text = text
    }

    var isEmpty: Bool { template.parts.isEmpty }

    static var typeDescription: String { "HTML in which `{field}` is filled in" }
    var literal: JSONLiteral? { .string(text) }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<HTMLTemplate>], _ reader: inout SpecReader
    ) -> HTMLTemplate? {
        reader.template(node, expected: typeDescription) { pieces throws(ValueProblem) in
            HTMLTemplate(TextTemplate(try HTMLPlaces.parts(pieces)), node.scalar?.text ?? "")
        }
    }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        String.canonical(node, &form)
    }

    static func schema(_ constraints: [Constraint<HTMLTemplate>]) -> JSONLiteral { String.schema([]) }
}

/// Where in HTML the fields of a template stand: known from the markup before each of them.
private struct HTMLPlaces {
    private enum Place {
        case text
        /// Between the name of a tag and its end, but for quoted values.
        case tag
        case value(quote: UInt8)
    }

    private static let addresses: Set = [
        "action", "background", "cite", "formaction", "href", "poster", "src"
    ]

    private var place = Place.text
    /// The name of the attribute that the last value is of.
    private var attribute: [UInt8] = []
    /// Whether what comes next is the name of another, if it is one.
    private var isNameOver = false
    /// Whether nothing stands before this in the value.
    private var isAtStart = false
    private var last: UInt8 = 0

    static func parts(_ pieces: [TemplateParser.Piece]) throws(ValueProblem) -> [TextTemplate.Part] {
        var places = HTMLPlaces()
        var parts: [TextTemplate.Part] = []
        for piece in pieces {
            switch piece {
            case .text(let text):
                for byte in text.utf8 { places.read(byte) }
                parts.append(.text(text))
            case .field(let path, _):
                parts.append(.field(path, try places.escaping(path)))
                places.isAtStart = false
                places.last = 0
            }
        }
        return parts
    }

    private mutating func read(_ byte: UInt8) {
        defer { last = byte }
        switch place {
        case .text:
            if last == UInt8(ascii: "<"),
                byte.isLetter || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "!")
            {
                place = .tag
                attribute = []
            }
        case .tag:
            switch byte {
            case UInt8(ascii: ">"): place = .text
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                place = .value(quote: byte)
                isAtStart = true
            case UInt8(ascii: "="): isNameOver = false
            case _ where byte.isSpace: isNameOver = true
            default:
                if isNameOver { attribute = [] }
                isNameOver = false
                attribute.append(byte.lowercased)
            }
        case .value(let quote):
            if byte == quote {
                place = .tag
                attribute = []
            } else if !byte.isSpace {
                isAtStart = false
            }
        }
    }

    private func escaping(_ path: FieldPath) throws(ValueProblem) -> Escaping {
        switch place {
        case .text where last != UInt8(ascii: "<"):
            return path.description == "content.html" ? .htmlContent : .html
        case .text, .tag:
            throw .invalid(
                "{\(path)} stands in a tag without quotes",
                suggestion: .advice("put it into a quoted value, as in `<a href=\"{url}\">`"))
        case .value:
            let name = String(decoding: attribute, as: UTF8.self)
            guard !name.hasPrefix("on"), name != "srcdoc", name != "style" else {
                throw .invalid(
                    "{\(path)} stands in `\(name)`, where no text of others belongs", suggestion: nil)
            }
            guard HTMLPlaces.addresses.contains(name) else { return .html }
            return isAtStart ? .htmlAddress : .urlQuery
        }
    }
}
