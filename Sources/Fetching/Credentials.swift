package import Notation

/// How a request proves who sends it.
package enum Credentials: Sendable, Hashable {
    case basic(user: String, password: Secret)
    case bearer(Secret)

    /// The value of the `Authorization` header.
    var authorization: String {
        switch self {
        case .basic(let user, let password):
            "Basic " + Base64.encode("\(user):\(password.revealed)".utf8)
        case .bearer(let token): "Bearer " + token.revealed
        }
    }
}

extension Credentials: CustomStringConvertible {
    package var description: String {
        switch self {
        case .basic(let user, let password): "basic \(user):\(password)"
        case .bearer(let token): "bearer \(token)"
        }
    }
}
