import Crypto
package import Notation

/// What a client has to show.
package struct BearerToken: Sendable {
    package static let leastLength = 16

    /// The token itself is not kept, and comparing hashes takes as long whatever is compared.
    private let digest: SHA256Digest

    /// - Throws: ``BearerTokenProblem``.
    package init(_ token: Secret) throws(BearerTokenProblem) {
        let bytes = token.revealed.utf8
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .characters }
        guard bytes.count >= BearerToken.leastLength else { throw .length }
        digest = SHA256.hash(data: Array(bytes))
    }

    /// Whether an `Authorization` header shows it.
    func isShown(in header: String?) -> Bool {
        guard let header, let blank = header.firstIndex(of: " "), header[..<blank].lowercased() == "bearer"
        else { return false }
        let token = header[blank...].drop { $0 == " " }
        return SHA256.hash(data: Array(token.utf8)) == digest
    }
}

/// Why a token is none.
package enum BearerTokenProblem: Error, Equatable, CustomStringConvertible {
    case length
    case characters

    package var description: String {
        switch self {
        case .length:
            "a token has at least \(BearerToken.leastLength) characters; `openssl rand -hex 32` makes one"
        case .characters: "a token has letters, digits and ASCII signs, and neither blanks nor line ends"
        }
    }
}
