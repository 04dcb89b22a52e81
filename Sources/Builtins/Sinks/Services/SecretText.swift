import Crypto
import Diagnostics
import Notation
import PipelineSpec

/// A token that also says where: the bot, the account or the application that it is of.
struct SecretText: ScalarValue {
    let secret: Secret

    var revealed: String { secret.revealed }

    init(scalar: ScalarText) throws(ValueProblem) { secret = try Secret(scalar: scalar) }

    static var typeDescription: String { Secret.typeDescription }
    static var scalarSchema: JSONLiteral { Secret.scalarSchema }
    var literal: JSONLiteral? { nil }

    static func canonical(_ node: YAMLNode, _ form: inout CanonicalForm) -> JSONLiteral? {
        digest(node)
    }

    /// What tells a text from others without saying it. One from the environment is known by the variable: a token that
    /// is renewed is of the same account.
    static func digest(_ node: YAMLNode, prefix: (String) -> String = { _ in "" }) -> JSONLiteral? {
        guard let scalar = node.scalar, !scalar.isNull else { return nil }
        if let template = scalar.template { return .string(template) }
        let hash = SHA256.hash(data: Array(scalar.text.utf8)).prefix(6)
        return .string(prefix(scalar.text) + String(hexadecimal: hash))
    }
}
