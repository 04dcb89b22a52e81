import Feeds
import Records

/// Looks for markup that could run code, in every text of a model, without regard to any list of what is
/// allowed.
enum UnsafeMarkup {
    static func failure(in model: JSON) -> CaseResult.Failure? {
        texts(in: model).first(where: isUnsafe).map { .init(expected: "nothing unsafe", found: $0) }
    }

    private static func texts(in value: JSON) -> [String] {
        switch value {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(texts)
        case .object(let members): members.flatMap { texts(in: $0.value) }
        default: []
        }
    }

    /// Whether a browser would find a script, a plug-in, an event handler, or an address that is code.
    static func isUnsafe(_ html: String) -> Bool {
        let text = html.lowercased()
        for name in ["script", "applet", "object", "embed", "iframe", "frame", "meta", "base", "link"]
        where text.contains("<\(name)>") || text.contains("<\(name) ") || text.contains("<\(name)/") {
            return true
        }
        for tag in tags(text) {
            let words = tag.split { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "/" }
            if words.contains(where: { $0.hasPrefix("on") && $0.contains("=") }) { return true }
            let compact = tag.filter { !$0.isWhitespace }
            if ["javascript:", "vbscript:", "expression(", "-moz-binding"].contains(where: compact.contains) {
                return true
            }
        }
        return false
    }

    /// What stands between `<` and `>`, without quoted text that only looks like an attribute.
    private static func tags(_ text: String) -> [String] {
        text.split(separator: "<").dropFirst().compactMap { part in
            guard let first = part.first, first.isLetter else { return nil }
            return String(part.prefix { $0 != ">" })
        }
    }
}
