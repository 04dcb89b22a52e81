import Diagnostics
import Fetching
import Notation
import PipelineSpec

/// An address that lets anybody in who knows it, as those of webhooks do.
struct SecretURL: ScalarValue {
    let url: WebURL

    /// A step of a path that is so long is no word that everybody knows.
    private static let shortestSecret = 10

    /// What no text may show: a server's answer may speak of the path alone, or of a step of it.
    var secrets: [String] {
        let steps = URLParts(url.string).path.split(separator: "/").map(String.init)
        return [url.string, String(url.target)] + steps.filter { $0.utf8.count >= SecretURL.shortestSecret }
    }

    init(scalar: ScalarText) throws(ValueProblem) {
        guard Constraint<String>.httpURL.holds(scalar.text), let url = try? WebURL(scalar.text) else {
            throw .invalid("it has to be an http or https address", suggestion: nil)
        }
        self.url = url
    }

    static var typeDescription: String { "an http or https address that is kept secret" }
    static var scalarSchema: JSONLiteral { String.scalarSchema }
    var literal: JSONLiteral? { nil }

    /// Addresses are told apart by the host and a hash, so that a state does not let in who reads it.
    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        SecretText.digest(node) { text in (URLParts(text).host.map { "\($0.host) " }) ?? "" }
    }
}
