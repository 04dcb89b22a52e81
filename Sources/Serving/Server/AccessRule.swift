import HTTPTypes
import Notation

/// Who is answered.
struct AccessRule: Sendable {
    private let token: BearerToken?
    private let isLoopback: Bool

    init(token: BearerToken?, address: ListenAddress) {
        self.token = token
        isLoopback = address.isLoopback
    }

    /// - Parameter isOpen: whether what is asked for is for everybody.
    /// - Returns: nil where the request is to be answered.
    func refusal(of head: HTTPRequest, isOpen: Bool) -> Reply? {
        if let token {
            if isOpen || token.isShown(in: head.headerFields[.authorization]) { return nil }
            var reply = Reply.text(.unauthorized, "a bearer token is needed (Authorization: Bearer …)")
            reply.head.headerFields[.wwwAuthenticate] = "Bearer realm=\"feedspine\""
            return reply
        }
        // A page in a browser of this machine can have a name of its own stand for this address, and would be answered.
        if isLoopback, !AccessRule.isOfThisMachine(head.authority) {
            return .text(
                .misdirectedRequest,
                "without a token only requests for localhost or a loopback address are answered")
        }
        return nil
    }

    private static func isOfThisMachine(_ authority: String?) -> Bool {
        // A client that names no host is no browser.
        guard let authority, !authority.isEmpty else { return true }
        let host =
            if authority.hasPrefix("[") {
                String(authority.dropFirst().prefix { $0 != "]" })
            } else {
                String(authority.prefix { $0 != ":" })
            }
        return host.lowercased() == "localhost" || IPAddress(address: host)?.isLoopback == true
    }
}
