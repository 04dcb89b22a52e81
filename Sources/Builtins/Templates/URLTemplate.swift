import Diagnostics
import Fetching
import Notation
import PipelineSpec
import Records

/// An address in whose path and query the fields of a record can stand: `https://example.com/items/{id}?from={source}`.
///
/// The host is always the spec's, so that no record sends what is meant for one server to another. The one exception is
/// asked for in so many words: a template that is a field and nothing else takes the whole address from the record.
struct URLTemplate: FieldValue, Sendable {
    private enum Form {
        case constant(WebURL)
        case template(TextTemplate)
        case whole(FieldPath)
    }

    private let form: Form
    let text: String

    /// Whether records say where they go.
    var isFromRecord: Bool { if case .whole = form { true } else { false } }

    /// The address where it is the same for all records.
    var constant: WebURL? { if case .constant(let url) = form { url } else { nil } }

    /// Scheme, host and port; nil where records name them.
    var origin: String? {
        switch form {
        case .constant(let url): url.origin
        case .template(let template):
            if case .text(let start)? = template.parts.first { (try? WebURL(start))?.origin } else { nil }
        case .whole: nil
        }
    }

    init(_ text: String) throws(ValueProblem) {
        try self.init(TemplateParser.parse(text), text)
    }

    private init(_ pieces: [TemplateParser.Piece], _ text: String) throws(ValueProblem) {
        self.text = text
        guard case .text(let start)? = pieces.first else {
            guard pieces.count == 1, case .field(let path, _)? = pieces.first else {
                throw pieces.isEmpty ? URLTemplate.notURL : URLTemplate.openHost
            }
            form = .whole(path)
            return
        }
        let parts = URLParts(start)
        guard Constraint<String>.httpURL.holds(start) else {
            let isWeb = HTTPAddress.isWeb(start)
            throw pieces.count > 1 && isWeb ? URLTemplate.openHost : URLTemplate.notURL
        }
        if pieces.count == 1 {
            guard let url = try? WebURL(start) else { throw URLTemplate.notURL }
            form = .constant(url)
            return
        }
        // Without a path or a query, what follows would go on in the host or the port.
        guard !parts.path.isEmpty || parts.query != nil else { throw URLTemplate.openHost }
        form = .template(TextTemplate(try URLTemplate.parts(pieces)))
    }

    /// - Throws: ``UnfitValue`` for a record that has no address.
    func url(_ record: borrowing Record) throws -> WebURL {
        switch form {
        case .constant(let url): return url
        case .template(let template): return try WebURL(template.render(record))
        case .whole(let path):
            guard let text = path.node(in: record)?.string, Constraint<String>.httpURL.holds(text),
                let url = try? WebURL(text)
            else { throw UnfitValue(field: path, problem: .noURL) }
            return url
        }
    }

    private static func parts(
        _ pieces: [TemplateParser.Piece]
    ) throws(ValueProblem) -> [TextTemplate.Part] {
        var isInQuery = false
        var parts: [TextTemplate.Part] = []
        for piece in pieces {
            switch piece {
            case .text(let text):
                if text.contains("#") {
                    throw .invalid(
                        "what follows `#` in an address is never sent",
                        suggestion: .advice("write `%23` for the character"))
                }
                isInQuery = isInQuery || text.contains("?")
                parts.append(.text(text))
            case .field(let path, _): parts.append(.field(path, isInQuery ? .urlQuery : .urlPath))
            }
        }
        return parts
    }

    private static let notURL = ValueProblem.invalid(
        "it has to begin with http:// or https:// and a host", suggestion: nil)
    private static let openHost = ValueProblem.invalid(
        "a field cannot be a part of the host",
        suggestion: .advice(
            "write the host out and a `/` behind it, or take the whole address from one field, as in `{url}`")
    )

    static var typeDescription: String { "an http or https address in which `{field}` is filled in" }
    var literal: JSONLiteral? { .string(text) }

    static func read(
        _ node: YAMLNode, _ constraints: [Constraint<URLTemplate>], _ reader: inout SpecReader
    ) -> URLTemplate? {
        reader.template(node, expected: typeDescription) { pieces throws(ValueProblem) in
            try URLTemplate(pieces, node.scalar?.text ?? "")
        }
    }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        String.canonical(node, &form)
    }

    static func schema(_ constraints: [Constraint<URLTemplate>]) -> JSONLiteral {
        String.schema([
            Constraint(
                "an address",
                schema: [.init("pattern", "^[Hh][Tt][Tt][Pp][Ss]?://.|^\\{[A-Za-z_]|\\$\\{")]
            ) { _ in true }
        ])
    }
}
