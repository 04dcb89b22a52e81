/// What can go wrong between a request and the last byte of its answer.
package enum FetchError: Error, Sendable, Equatable {
    /// The part of an exchange that took too long.
    package enum Phase: String, Sendable {
        case connect, read, total
    }

    /// Why a redirect was not followed.
    package enum RedirectRefusal: Sendable, Equatable {
        /// A public host sends us to a private, loopback or link-local address.
        case privateAddress
        /// The target is no http or https address.
        case unsupportedTarget
        /// The answer names no target.
        case missingLocation
    }

    /// Why a body could not be decompressed.
    package enum DecodingFailure: Sendable, Equatable {
        /// The bytes are not what the header announced.
        case corrupt
        /// The answer ended before the compressed stream did.
        case truncated
        /// The coding is not one that we understand.
        case unsupported
    }

    case invalidURL(String)
    /// A header of the request has a name or a value that cannot be sent; an unusable name is left out.
    case invalidHeader(name: String)
    case hostNotFound(host: String)
    case connectionRefused(host: String, port: Int)
    case connectionFailed(host: String, reason: String)
    case tls(host: String, reason: String)
    case proxy(reason: String)
    case timedOut(Phase, after: Duration)
    /// The server's answer is no success; `retryAfter` is what it asks for, already capped.
    case status(Int, retryAfter: Duration?)
    /// The host asked for more patience than a request may have.
    case throttled(host: String, for: Duration)
    case malformedResponse(reason: String)
    case redirectRefused(to: String, RedirectRefusal)
    case redirectLoop(at: String)
    case tooManyRedirects(limit: Int)
    /// More than `limit` bytes, compressed or not.
    case tooLarge(limit: Int)
    /// The connection ended after `received` bytes of the body as it is sent.
    case brokenOff(received: Int, expected: Int?)
    case decoding(coding: String, DecodingFailure)
}

extension FetchError {
    /// Whether the same request may succeed a little later.
    package var isRetryable: Bool {
        switch self {
        case .hostNotFound, .connectionRefused, .connectionFailed, .timedOut, .brokenOff: true
        case .status(let code, _): code == 408 || code == 425 || code == 429 || code >= 500 && code != 501
        case .decoding(_, .truncated): true
        case .invalidURL, .invalidHeader, .tls, .proxy, .throttled, .malformedResponse, .redirectRefused,
            .redirectLoop,
            .tooManyRedirects, .tooLarge, .decoding:
            false
        }
    }

    /// How long the server asks us to wait.
    package var retryAfter: Duration? {
        switch self {
        case .status(_, let delay): delay
        case .throttled(_, let delay): delay
        default: nil
        }
    }
}

extension FetchError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidURL(let text): "'\(text)' is no http or https address"
        case .invalidHeader(let name):
            "the header '\(name)' cannot be sent: it has characters that none may have"
        case .hostNotFound(let host): "the host name '\(host)' cannot be resolved"
        case .connectionRefused(let host, let port): "\(host):\(port) refuses connections"
        case .connectionFailed(let host, let reason): "no connection to \(host): \(reason)"
        case .tls("", let reason): "no secure connections: \(reason)"
        case .tls(let host, let reason): "no secure connection to \(host): \(reason)"
        case .proxy(let reason): "the proxy failed: \(reason)"
        case .timedOut(.connect, let limit): "no connection within \(limit)"
        case .timedOut(.read, let limit): "nothing received for \(limit)"
        case .timedOut(.total, let limit): "not finished within \(limit)"
        case .status(let code, nil): "the server answered \(StatusText.of(code))"
        case .status(let code, let delay?):
            "the server answered \(StatusText.of(code)), asking to wait \(FetchError.seconds(delay))"
        case .throttled(let host, let delay):
            "\(host) asked not to be called for another \(FetchError.seconds(delay))"
        case .malformedResponse(let reason): "the server's answer is no valid HTTP: \(reason)"
        case .redirectRefused(let target, .privateAddress):
            "led from a public to the private address \(target); set 'allow_private: true' to follow"
        case .redirectRefused(let target, .unsupportedTarget):
            "redirected to '\(target)', which cannot be fetched"
        case .redirectRefused(let source, .missingLocation): "\(source) redirects without saying where to"
        case .redirectLoop(let place): "redirected in a circle, back to \(place)"
        case .tooManyRedirects(let limit): "redirected more than \(limit) times"
        case .tooLarge(let limit): "larger than \(limit) bytes; 'max_size' sets the limit"
        case .brokenOff(let received, let expected?): "broken off after \(received) of \(expected) bytes"
        case .brokenOff(let received, nil): "broken off after \(received) bytes"
        case .decoding(let coding, .corrupt): "the body is not valid \(coding)"
        case .decoding(let coding, .truncated): "the \(coding) body ends too early"
        case .decoding(let coding, .unsupported): "the content coding '\(coding)' is not supported"
        }
    }
}

extension FetchError {
    /// A time that nobody needs to know to the fraction of a second.
    private static func seconds(_ time: Duration) -> String { "\(Int((time / .seconds(1)).rounded(.up))) s" }
}

/// Status codes with the names that people know them by.
private enum StatusText {
    static func of(_ code: Int) -> String {
        names[code].map { "\(code) (\($0))" } ?? "\(code)"
    }

    private static let names = [
        400: "bad request", 401: "unauthorized", 403: "forbidden", 404: "not found", 406: "not acceptable",
        408: "request timeout", 418: "teapot", 429: "too many requests", 451: "unavailable for legal reasons",
        500: "internal server error", 502: "bad gateway", 503: "service unavailable", 504: "gateway timeout"
    ]
}
