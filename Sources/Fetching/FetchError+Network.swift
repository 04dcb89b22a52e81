import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What the libraries below throw, in our words. Errors of cancellation stay what they are.
extension FetchError {
    /// An error before the head of the answer has arrived.
    static func beforeHead(_ error: any Error, url: WebURL, timeouts: FetchTimeouts) -> any Error {
        switch error {
        case is FetchError, is CancellationError: error
        case is ClientPool.PrivateAddressError:
            FetchError.redirectRefused(to: url.description, .privateAddress)
        case let error as HTTPClientError: client(error, url: url, timeouts: timeouts)
        case let error as NIOConnectionError: connection(error, url: url, timeouts: timeouts)
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            FetchError.tls(host: url.host, reason: tlsReason(error))
        case let error as IOError: failure(code: error.errnoCode, url: url)
        case is HTTPParserError: FetchError.malformedResponse(reason: "\(error)")
        case let error as ChannelError where error.isConnectTimeout:
            FetchError.timedOut(.connect, after: timeouts.connect)
        case is ChannelError: FetchError.connectionFailed(host: url.host, reason: "closed before it answered")
        default: FetchError.connectionFailed(host: url.host, reason: String(describing: type(of: error)))
        }
    }

    /// An error after the head of the answer.
    static func duringBody(_ error: any Error, host: String, received: Int, expected: Int?) -> any Error {
        switch error {
        case is FetchError, is CancellationError: error
        case let error as HTTPClientError where error == .cancelled: CancellationError()
        case is HTTPParserError where !isEarlyEnd(error): FetchError.malformedResponse(reason: "\(error)")
        default: FetchError.brokenOff(received: received, expected: expected)
        }
    }

    private static func isEarlyEnd(_ error: any Error) -> Bool {
        (error as? HTTPParserError) == .invalidEOFState
    }

    private static func client(_ error: HTTPClientError, url: WebURL, timeouts: FetchTimeouts) -> any Error {
        switch error {
        case .cancelled: CancellationError()
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .httpProxyHandshakeTimeout,
            .socksHandshakeTimeout:
            FetchError.timedOut(.connect, after: timeouts.connect)
        case .readTimeout: FetchError.timedOut(.read, after: timeouts.read)
        case .deadlineExceeded: FetchError.timedOut(.total, after: timeouts.total)
        case .invalidProxyResponse, .proxyAuthenticationRequired:
            FetchError.proxy(reason: error.shortDescription)
        case .remoteConnectionClosed:
            FetchError.connectionFailed(host: url.host, reason: "closed before it answered")
        default: FetchError.connectionFailed(host: url.host, reason: error.shortDescription)
        }
    }

    /// Of several addresses tried in vain the first failure counts, as it is the one of the preferred address.
    private static func connection(
        _ error: NIOConnectionError, url: WebURL, timeouts: FetchTimeouts
    ) -> any Error {
        guard let first = error.connectionErrors.first?.error else {
            return FetchError.hostNotFound(host: error.host)
        }
        return beforeHead(first, url: url, timeouts: timeouts)
    }

    private static func failure(code: CInt, url: WebURL) -> FetchError {
        switch code {
        case ECONNREFUSED: .connectionRefused(host: url.host, port: url.port)
        case ECONNRESET, EPIPE: .connectionFailed(host: url.host, reason: "closed before it answered")
        case ENETUNREACH, EHOSTUNREACH: .connectionFailed(host: url.host, reason: "unreachable")
        case ETIMEDOUT: .connectionFailed(host: url.host, reason: "no answer")
        default: .connectionFailed(host: url.host, reason: String(cString: strerror(code)))
        }
    }

    private static func tlsReason(_ error: any Error) -> String {
        let text = String(describing: error)
        return switch true {
        case text.contains("CERTIFICATE_VERIFY_FAILED"): "the certificate is not trusted"
        case text.contains("failedToValidateHostname"): "the certificate is for another host"
        case text.contains("WRONG_VERSION_NUMBER"): "the server does not speak TLS"
        case text.contains("EOF during handshake"): "the server ended the handshake"
        default: text
        }
    }
}

extension ChannelError {
    fileprivate var isConnectTimeout: Bool {
        if case .connectTimeout = self { true } else { false }
    }
}
