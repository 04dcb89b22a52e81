import Fetching
import Notation
import Records
import Streaming

/// How a source gets at Reddit's API.
struct RedditAccess: Sendable {
    private enum Proof: Sendable {
        case none
        case token(String)
        case client(id: String, secret: String)
    }

    static let oneProof = "takes either `token`, or `client_id` and `client_secret` together"

    private let proof: Proof
    private let username: String?
    private let tokenURL: WebURL
    /// Where the API is, without a slash at the end.
    let api: String

    /// - Throws: `FetchError`, ``WebAPIError/badOptions(_:)``.
    init(
        token: String?, clientID: String?, clientSecret: String?, username: String?, api: String?,
        tokenURL: String?
    ) throws {
        switch (token, clientID, clientSecret) {
        case (let token?, nil, nil) where !token.isEmpty: proof = .token(token)
        case (nil, let id?, let secret?): proof = .client(id: id, secret: secret)
        case (nil, nil, nil), ("", nil, nil): proof = .none
        default:
            throw WebAPIError.badOptions("'reddit' \(RedditAccess.oneProof)")
        }
        self.username = username
        let isSignedIn = if case .none = proof { false } else { true }
        let base = api ?? (isSignedIn ? "https://oauth.reddit.com" : "https://www.reddit.com")
        self.api = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.tokenURL = try WebURL(tokenURL ?? "https://www.reddit.com/api/v1/access_token")
    }

    /// What follows the name of a listing: without signing in Reddit serves JSON under a name of its own.
    var suffix: String { if case .none = proof { ".json" } else { "" } }

    /// The client with the user agent that Reddit asks for, and with a token.
    func signIn(_ api: WebAPI, for outlet: SourceOutlet) async throws -> WebAPI {
        var api = api
        if let username {
            api.client.headers.append(("User-Agent", userAgent(api.client.fetcher.userAgent, username)))
        }
        switch proof {
        case .none: break
        case .token(let token): api.client.credentials = .bearer(Secret(token))
        case .client(let id, let secret):
            api.client.credentials = .basic(user: id, password: Secret(secret))
            let form = [("grant_type", "client_credentials")]
            let page = try await api.post(tokenURL, form: form, for: outlet)
            guard let token = page.read({ $0["access_token"]?.string }) else {
                throw WebAPIError.unexpected(place: "\(tokenURL)", wanted: "an 'access_token'")
            }
            api.client.credentials = .bearer(Secret(token))
        }
        return api
    }

    /// `<platform>:<app>:<version> (by /u/<name>)`, as Reddit's rules have it.
    private func userAgent(_ ours: String, _ username: String) -> String {
        let parts = ours.prefix { $0 != " " }.split(separator: "/")
        let name = username.hasPrefix("u/") ? String(username.dropFirst(2)) : username
        return "linux:\(parts.first ?? "feedspine"):v\(parts.dropFirst().first ?? "1") (by /u/\(name))"
    }
}
