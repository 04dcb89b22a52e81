import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Notation

/// One try of a request on its way through redirects.
struct Call: Sendable {
    let request: FetchRequest
    let validators: Validators?
    private(set) var trail: RedirectTrail
    private var cookies = CookieJar()
    var budget: TimeBudget
    /// Whether a public host has been on the way, so that private addresses are out of bounds.
    var isGuarded = false
    private(set) var method: FetchRequest.Method
    private var body: [UInt8]?

    init(_ request: FetchRequest, timeouts: FetchTimeouts, now: Date) {
        self.request = request
        validators = request.validators.flatMap { $0.isValid(at: now) ? $0 : nil }
        trail = RedirectTrail(request.url)
        budget = TimeBudget(timeouts)
        method = request.method
        body = request.body
    }

    var url: WebURL { trail.url }

    /// - Throws: the ``FetchError`` of a redirect that is not to be followed.
    mutating func redirect(_ answer: Answer, now: Date) throws {
        cookies.take(answer.headers, from: url, now: now)
        try trail.follow(answer.status, to: answer.headers["location"]) { cookies.field(for: $0) }
        if answer.status == 303 && method != .head || [301, 302].contains(answer.status) && method == .post {
            method = .get
            body = nil
        }
    }

    /// The request of the current hop.
    ///
    /// - Parameter proxy: one that is to forward it; ``ForwardProxyHeads`` does the rest.
    /// - Throws: ``FetchError/invalidHeader(name:)``, ``FetchError/invalidURL(_:)``.
    func clientRequest(userAgent: String, forwardedBy proxy: ProxyServer?) throws(FetchError)
        -> HTTPClient.Request
    {
        var headers = try headers(userAgent: userAgent)
        if proxy != nil { headers.replaceOrAdd(name: "Host", value: url.authority) }
        do {
            return try HTTPClient.Request(
                url: proxy.map { url.forwarded(by: $0) } ?? url.string,
                method: HTTPMethod(rawValue: method.rawValue), headers: headers,
                body: body.map { .byteBuffer(ByteBuffer(bytes: $0)) })
        } catch {
            throw .invalidURL(url.description)
        }
    }

    private func headers(userAgent: String) throws(FetchError) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "User-Agent": userAgent, "Accept": request.accept,
            "Accept-Encoding": ContentDecoder.acceptEncoding
        ]
        if let etag = validators?.etag { headers.add(name: "If-None-Match", value: etag) }
        if let date = validators?.lastModified { headers.add(name: "If-Modified-Since", value: date) }
        let isAtHome = RedirectTrail.mayCarryCredentials(from: request.home, to: url)
        for (name, value) in request.headers
        where isAtHome || FetchRequest.travellingHeaders.contains(name.lowercased()) {
            try headers.setChecked(name, value.revealed)
        }
        if isAtHome, let credentials = request.credentials {
            try headers.setChecked("Authorization", credentials.authorization)
        }
        if let cookies = cookies.field(for: url, beside: headers.first(name: "Cookie")) {
            try headers.setChecked("Cookie", cookies)
        }
        return headers
    }
}

extension HTTPHeaders {
    /// Sets a field, without the white space that secrets read from files end with.
    fileprivate mutating func setChecked(_ name: String, _ value: String) throws(FetchError) {
        let isToken = !name.isEmpty && name.utf8.allSatisfy(\.isOfToken)
        let text = value.trimmingCharacters(where: { $0.isWhitespace })
        let isLine = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
        guard isToken, isLine else { throw .invalidHeader(name: isToken ? name : "") }
        replaceOrAdd(name: name, value: text)
    }
}

extension UInt8 {
    /// Whether names of header fields may have it.
    fileprivate var isOfToken: Bool {
        switch self {
        case 0...0x20, 0x7F...: false
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
            UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "?"), UInt8(ascii: "="),
            UInt8(ascii: "{"), UInt8(ascii: "}"):
            false
        default: true
        }
    }
}

extension String {
    fileprivate func trimmingCharacters(where isUnwanted: (Character) -> Bool) -> String {
        guard let first = firstIndex(where: { !isUnwanted($0) }),
            let last = lastIndex(where: { !isUnwanted($0) })
        else { return "" }
        return String(self[first...last])
    }
}

extension WebURL {
    /// Where a request goes that a proxy is to forward.
    fileprivate func forwarded(by proxy: ProxyServer) -> String {
        let host = proxy.host.contains(":") ? "[\(proxy.host)]" : proxy.host
        return "http://\(host):\(proxy.port)\(target)"
    }
}

/// The head of one hop's answer, with the body still to come.
struct Answer: Sendable {
    let status: Int
    let headers: HeaderFields
    let body: HeldAnswer
    let permit: Permit
    /// Given back when the body has been read or is let go of.
    let connection: Permit
    /// When the request was sent.
    let sent: Duration

    init(
        _ head: HTTPResponseHead, _ body: HeldAnswer, _ permit: Permit, _ connection: Permit, sent: Duration
    ) {
        status = Int(head.status.code)
        headers = HeaderFields(head.headers.map { ($0.name, $0.value) })
        self.body = body
        self.permit = permit
        self.connection = connection
        self.sent = sent
    }

    var contentLength: Int? { headers["content-length"].flatMap { Int($0) } }
}
