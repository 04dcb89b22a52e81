import Crypto
import Fetching
import FoundationEssentials
import Notation
import PipelineSpec

/// How a receiver can tell that a request comes from who knows a secret.
struct RequestSignature: FieldGroup {
    enum Scheme: String, OptionEnum {
        case standard, github

        var doc: String {
            switch self {
            case .standard:
                "Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature`, over all three and the body."
            case .github: "GitHub's: `X-Hub-Signature-256: sha256=…`, in hexadecimal, over the body alone."
            }
        }
    }

    enum Algorithm: String, OptionEnum {
        case sha256, sha512

        var doc: String {
            switch self {
            case .sha256: "HMAC with SHA-256."
            case .sha512: "HMAC with SHA-512."
            }
        }
    }

    let secret: Secret
    let scheme: Scheme
    var algorithm = Algorithm.sha256
    var header = "X-Hub-Signature-256"

    static let options = Options<RequestSignature>(
        Field<Secret>(
            "secret", "What both sides know; with `whsec_` in front it is Base64.",
            example: "\"${WEBHOOK_SECRET}\""),
        Field<Scheme>("scheme", default: .standard, "The convention."),
        Field<Algorithm>("algorithm", default: .sha256, "The keyed hash."),
        Field<String>("header", default: "X-Hub-Signature-256", "The header with the signature.", .notEmpty),
        shorthand: "secret"
    ) { RequestSignature(secret: $0, scheme: $1, algorithm: $2, header: $3) }
    .depending(
        on: .idle("algorithm", because: "Standard Webhooks have SHA-256") { $0.text("scheme") != "github" },
        .idle("header", because: "Standard Webhooks name their headers") { $0.text("scheme") != "github" })

    func headers(id: String, body: [UInt8], at time: Date) -> [(name: String, value: Secret)] {
        switch scheme {
        case .github: return [(header, Secret("\(algorithm.rawValue)=\(String(hexadecimal: code(body)))"))]
        case .standard:
            let seconds = String(Int64(time.timeIntervalSince1970))
            let signed = Array("\(id).\(seconds).".utf8) + body
            return [
                ("webhook-id", Secret(id)), ("webhook-timestamp", Secret(seconds)),
                ("webhook-signature", Secret("v1,\(Base64.encode(code(signed)))"))
            ]
        }
    }

    private func code(_ bytes: [UInt8]) -> [UInt8] {
        switch algorithm {
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        case .sha512: Array(HMAC<SHA512>.authenticationCode(for: bytes, using: key))
        }
    }

    private var key: SymmetricKey {
        let text = secret.revealed
        let prefix = "whsec_"
        let decoded = text.hasPrefix(prefix) ? Base64.decode(String(text.dropFirst(prefix.count))) : nil
        return SymmetricKey(data: decoded ?? Array(text.utf8))
    }
}
