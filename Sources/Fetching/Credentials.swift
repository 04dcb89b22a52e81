import FoundationEssentials

/// A string that no description, log or dump shows.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The text itself; only what is sent to its own server may hold it.
    package let revealed: String

    package init(_ text: String) { revealed = text }

    package var description: String { "<redacted>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// How a request proves who sends it.
package enum Credentials: Sendable, Hashable {
    case basic(user: String, password: Secret)
    case bearer(Secret)

    /// The value of the `Authorization` header.
    var authorization: String {
        switch self {
        case .basic(let user, let password):
            "Basic " + Data("\(user):\(password.revealed)".utf8).base64EncodedString()
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
