package import Notation
package import Pacing

/// How long the parts of an exchange may take.
///
/// Only time spent waiting for the server counts: a slow consumer of the body uses up none of it.
package struct FetchTimeouts: Sendable, Equatable {
    /// Until the connection stands, the TLS handshake included; the same for all requests of a ``Fetcher``.
    package var connect: Duration
    /// Between two pieces of the answer.
    package var read: Duration
    /// For the whole exchange, redirects included.
    package var total: Duration

    package init(
        connect: Duration = .seconds(10), read: Duration = .seconds(30), total: Duration = .seconds(300)
    ) {
        self.connect = connect
        self.read = read
        self.total = total
    }
}

/// One thing to fetch.
package struct FetchRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var url: WebURL
    package var method = Method.get
    package var body: [UInt8]?
    /// What the answer should be, for the `Accept` header.
    package var accept = "*/*"
    /// Further fields. They may hold keys, so they are sent to the origin of ``home`` only, never on to where it
    /// redirects; but for those of ``travellingHeaders``.
    package var headers: [(name: String, value: Secret)] = []
    /// Sent to the origin of ``home`` only; instead of these, those that stand in the URL are used.
    package var credentials: Credentials?
    /// The address that ``headers`` and ``credentials`` are meant for.
    package var home: WebURL
    /// The document that named ``url``, where no person did. That counts like a redirect: a public document does not
    /// lead to a private address.
    package var referrer: WebURL?
    /// Makes the request conditional, while they are valid.
    package var validators: Validators?
    /// The most bytes of the body, as sent and as decoded.
    package var maxSize = FetchRequest.defaultMaxSize
    /// Whether a redirect from a public host to a private address is followed.
    package var allowPrivate = false
    /// For an address that came from outside with what is to be sent there: whether private ones are refused.
    package var isPublicOnly = false
    /// Overrides the ``Fetcher``'s timeouts, but for `connect`.
    package var timeouts: FetchTimeouts?
    /// Overrides the ``Fetcher``'s policy.
    package var retry: RetryPolicy?

    /// Hears how many bytes of the answer's body have come, piece by piece, as they were sent.
    package var onReceive: (@Sendable (Int) -> Void)?

    package static let defaultMaxSize = 50_000_000
    /// Headers, in lower case, that hold no secrets and go along everywhere.
    package static let travellingHeaders: Set = ["user-agent", "accept", "accept-language"]

    package init(_ url: WebURL) {
        self.url = url
        home = url
        credentials = url.credentials
    }

    /// - Throws: ``FetchError/invalidURL(_:)``.
    package init(_ url: String) throws(FetchError) {
        self.init(try WebURL(url))
    }
}

extension FetchRequest: CustomStringConvertible {
    package var description: String { "\(method.rawValue) \(url)" }
}
