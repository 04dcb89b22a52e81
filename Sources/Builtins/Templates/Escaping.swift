import Feeds
import Notation
import PipelineSpec
import Records

/// Where in a text a value stands, and so how it is escaped.
enum Escaping: Sendable, Hashable {
    case none
    /// Within the quotes of a JSON string.
    case jsonString
    /// Instead of a JSON value, with its own type; what is absent is null.
    case jsonValue
    /// A value of `application/x-www-form-urlencoded`.
    case form
    /// A part of a URL's path. It can be no step of its own (`..`), nor absent, which would be the address of another.
    case urlPath
    /// A part of a URL's query.
    case urlQuery
    /// In the value of a header: line breaks and other control characters are blanks.
    case header
    /// In the text of HTML, or in a quoted attribute.
    case html
    /// Where an attribute of HTML has an address (`href`), which leads to the web or nowhere.
    case htmlAddress
    /// HTML of somebody else's, made safe.
    case htmlContent

    /// - Throws: ``UnfitValue`` where the value cannot stand there.
    func apply(to value: FieldText?, of path: FieldPath) throws(UnfitValue) -> String {
        switch self {
        case .none: return value?.text ?? ""
        case .jsonValue: return value?.json ?? "null"
        case .jsonString:
            guard let value else { return "" }
            return String(JSON.string(value.text).text.dropFirst().dropLast())
        case .form: return PercentEncoding.form(value?.text ?? "")
        case .urlQuery: return PercentEncoding.encode((value?.text ?? "").utf8)
        case .urlPath:
            guard let text = value?.text, !text.isEmpty else {
                throw UnfitValue(field: path, problem: .missingInURL)
            }
            guard text != ".", text != ".." else { throw UnfitValue(field: path, problem: .stepInURL) }
            return PercentEncoding.encode(text.utf8)
        case .html: return Markup.html.escape(value?.text ?? "").replacing("'", with: "&#39;")
        case .htmlAddress: return Escaping.address(value?.text ?? "")
        case .htmlContent: return HTMLSanitizer.safe(value?.text ?? "")
        case .header:
            return String(
                String.UnicodeScalarView(
                    (value?.text ?? "").unicodeScalars.map { $0.isControl ? " " : $0 }))
        }
    }

    /// An address that can do nothing but lead somewhere (`javascript:` would), in quotes of either kind.
    private static func address(_ text: String) -> String {
        guard URLParts(text).isWeb || text.lowercased().hasPrefix("mailto:") else { return "#" }
        return Escaping.addressEnds.reduce(into: text.replacing("&", with: "&amp;")) { text, character in
            text = text.replacing(character.text, with: character.encoded)
        }
    }

    private static let addressEnds = "\"'<>`".map { character in
        (text: String(character), encoded: PercentEncoding.encode(String(character).utf8))
    }
}

/// A value that cannot stand where a template has it; the record is refused.
struct UnfitValue: Error, Hashable {
    enum Problem: Hashable {
        case missingInURL
        case stepInURL
        case noURL
    }

    let field: FieldPath
    let problem: Problem
}

extension UnfitValue: CustomStringConvertible {
    var description: String {
        switch problem {
        case .missingInURL: "the record has no '\(field)', which is a part of the address"
        case .stepInURL: "'\(field)' is `.` or `..`, which would lead to another address"
        case .noURL: "'\(field)' is no http or https address"
        }
    }
}
