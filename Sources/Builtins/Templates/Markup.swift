/// How a service takes characters for more than themselves, and so how those of a value are kept apart from that.
enum Markup: Sendable, Hashable {
    case none
    /// `&`, `<` and `>` (Slack).
    case slack
    /// Those and quotes (HTML, as Telegram and Matrix take it).
    case html
    /// A backslash before each of the characters that mean something (Discord).
    case markdown
    /// The same, and a blank without width behind `@` and `#`, which name people and issues even behind a backslash.
    case github
    /// That blank behind `@` alone (Mastodon).
    case mentions

    func escape(_ text: String) -> String {
        switch self {
        case .none: text
        case .slack: replaced(text) { Markup.entities[$0] }
        case .html: replaced(text) { $0 == "\"" ? "&quot;" : Markup.entities[$0] }
        case .mentions: text.replacing("@", with: "@\u{200B}")
        case .markdown, .github:
            isAddress(text)
                ? text
                : replaced(text) { scalar in
                    if self == .github, scalar == "@" || scalar == "#" { return "\(scalar)\u{200B}" }
                    return Markup.marks.contains(scalar) ? "\\\(scalar)" : nil
                }
        }
    }

    private static let entities: [Unicode.Scalar: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;"]
    private static let marks = Set("\\`*_{}[]()<>#+-!|~".unicodeScalars)

    /// A bare address is a link as it is, and a backslash in it would be a part of it.
    private func isAddress(_ text: String) -> Bool {
        text.beginsAsAddress && !text.contains { $0.isWhitespace || "<>".contains($0) }
    }

    private func replaced(_ text: String, _ escape: (Unicode.Scalar) -> String?) -> String {
        guard text.unicodeScalars.contains(where: { escape($0) != nil }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if let escaped = escape(scalar) {
                result += escaped
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension StringProtocol {
    /// Whether services take it for a link.
    var beginsAsAddress: Bool { hasPrefix("https://") || hasPrefix("http://") }
}
