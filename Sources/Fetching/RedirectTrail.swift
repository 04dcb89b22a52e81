/// The way from the requested address through its redirects. Pure.
struct RedirectTrail: Sendable {
    /// More hops than this are refused.
    static let limit = 10

    /// What is asked for on the way. An address that is asked again with other cookies may answer otherwise.
    private struct Stop: Hashable {
        let url: WebURL
        let cookies: String?
    }

    private(set) var url: WebURL
    private let start: WebURL
    /// Where the permanent redirects at the beginning of the way lead.
    private var permanentTarget: WebURL?
    private(set) var hops = 0
    private var visited: Set<Stop>
    private var isPermanent = true

    init(_ start: WebURL) {
        url = start
        self.start = start
        visited = [Stop(url: start, cookies: nil)]
    }

    /// Where the document has moved to for good; nil where the way leads back to its beginning.
    var permanentLocation: WebURL? { permanentTarget == start ? nil : permanentTarget }

    static func isRedirect(_ status: Int) -> Bool { [301, 302, 303, 307, 308].contains(status) }

    /// Whether the same request is to be made elsewhere.
    static func isRedirect(_ status: Int, toTheSameOf method: FetchRequest.Method) -> Bool {
        method == .get ? isRedirect(status) : [307, 308].contains(status)
    }

    /// Takes the next step.
    ///
    /// - Parameter cookies: those that an address gets.
    /// - Throws: ``FetchError/redirectRefused(to:_:)``, ``FetchError/redirectLoop(at:)`` or
    ///   ``FetchError/tooManyRedirects(limit:)``.
    mutating func follow(
        _ status: Int, to location: String?, cookies: (WebURL) -> String? = { _ in nil }
    ) throws(FetchError) {
        guard let location, !location.isEmpty else {
            throw .redirectRefused(to: url.description, .missingLocation)
        }
        guard let target = url.resolving(location) else {
            throw .redirectRefused(to: WebURL.redacted(location), .unsupportedTarget)
        }
        guard hops < RedirectTrail.limit else { throw .tooManyRedirects(limit: RedirectTrail.limit) }
        guard visited.insert(Stop(url: target, cookies: cookies(target))).inserted else {
            throw .redirectLoop(at: target.description)
        }
        isPermanent = isPermanent && (status == 301 || status == 308)
        if isPermanent { permanentTarget = target }
        hops += 1
        url = target
    }

    /// Whether what belongs to one origin may be sent to another: to the same, or to its secured twin.
    static func mayCarryCredentials(from origin: WebURL, to target: WebURL) -> Bool {
        if origin.origin == target.origin { return true }
        let isUpgrade = origin.scheme == .http && target.scheme == .https
        return isUpgrade && origin.host == target.host && origin.port == 80 && target.port == 443
    }
}
