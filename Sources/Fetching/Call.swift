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
    private var method: FetchRequest.Method
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
    /// - Throws: ``FetchError/invalidHeader(name:)``.
    func clientRequest(userAgent: String) throws(FetchError) -> HTTPClientRequest {
        var result = HTTPClientRequest(url: url.string)
        result.method = HTTPMethod(rawValue: method.rawValue)
        result.body = body.map { .bytes(ByteBuffer(bytes: $0)) }
        result.headers = [
            "User-Agent": userAgent, "Accept": request.accept,
            "Accept-Encoding": ContentDecoder.acceptEncoding
        ]
        if let etag = validators?.etag { result.headers.add(name: "If-None-Match", value: etag) }
        if let date = validators?.lastModified { result.headers.add(name: "If-Modified-Since", value: date) }
        let isAtHome = RedirectTrail.mayCarryCredentials(from: request.home, to: url)
        for (name, value) in request.headers
        where isAtHome || FetchRequest.travellingHeaders.contains(name.lowercased()) {
            try result.headers.setChecked(name, value.revealed)
        }
        if isAtHome, let credentials = request.credentials {
            try result.headers.setChecked("Authorization", credentials.authorization)
        }
        if let cookies = cookies.field(for: url, beside: result.headers.first(name: "Cookie")) {
            try result.headers.setChecked("Cookie", cookies)
        }
        return result
    }
}

extension HTTPHeaders {
    /// Sets a field, without the white space that secrets read from files end with.
    fileprivate mutating func setChecked(_ name: String, _ value: String) throws(FetchError) {
        let separators = Set("()<>@,;:\\\"/[]?={}".utf8)
        let isToken =
            !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !separators.contains($0) }
        let text = value.trimmingCharacters(where: { $0.isWhitespace })
        let isLine = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
        guard isToken, isLine else { throw .invalidHeader(name: isToken ? name : "") }
        replaceOrAdd(name: name, value: text)
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

extension HTTPClientRequest {
    /// Sends a request to a proxy that is to forward it; ``ForwardProxyHeads`` does the rest.
    mutating func readdress(from url: WebURL, to proxy: ProxyServer) {
        headers.replaceOrAdd(name: "Host", value: url.authority)
        let host = proxy.host.contains(":") ? "[\(proxy.host)]" : proxy.host
        self.url = "http://\(host):\(proxy.port)\(url.target)"
    }
}

/// The head of one hop's answer, with the body still to come.
struct Answer: Sendable {
    let status: Int
    let headers: HeaderFields
    let body: HTTPClientResponse.Body
    let permit: Permit
    /// Given back when the body has been read or is let go of.
    let connection: Permit
    /// When the request was sent.
    let sent: Duration

    init(_ response: HTTPClientResponse, _ permit: Permit, _ connection: Permit, sent: Duration) {
        status = Int(response.status.code)
        headers = HeaderFields(response.headers.map { ($0.name, $0.value) })
        body = response.body
        self.permit = permit
        self.connection = connection
        self.sent = sent
    }

    var contentLength: Int? { headers["content-length"].flatMap { Int($0) } }
}
