import CCurl
import Foundation
import Notation
import Streaming

/// How a mail server is spoken to.
struct MailAccess: Sendable {
    var server: MailServer
    /// Whether nothing is said to a server that does not encrypt the connection.
    var isEncrypted = true
    var user: String?
    var password: Secret?
    /// What we call ourselves; nil for the machine's name.
    var helo: String?
    /// For a whole mail.
    var timeout = Duration.seconds(60)
    /// A PEM file with authorities that are trusted beside those of the system.
    var extraAuthorities: String?
}

/// A connection to a mail server, kept from one mail to the next. Its calls block; one task at a time makes them.
///
/// Safe because what is behind the pointer is used by one caller at a time, the sink, but for the flag that ends a call,
/// which is atomic, and because whoever holds the object keeps what it points to.
final class MailConnection: @unchecked Sendable {
    private static let longestConnecting = Duration.seconds(30)

    private let mailer: OpaquePointer

    /// - Throws: ``MailProblem``.
    init(_ access: MailAccess) throws(MailProblem) {
        if let reason = ccurl_unavailable() { throw .noLibrary(String(cString: reason)) }
        let url = access.server.url(callingOurselves: access.helo)
        let authorities = try MailConnection.authorities(access.extraAuthorities)
        let mailer = withCString(access.user) { user in
            withCString(access.password?.revealed) { password in
                withCString(authorities) { authorities in
                    url.withCString { url in
                        var server = ccurl_server(
                            url: url, user: user, password: password, authorities: authorities,
                            requires_tls: access.isEncrypted,
                            connect_milliseconds: min(access.timeout, MailConnection.longestConnecting)
                                .milliseconds,
                            total_milliseconds: access.timeout.milliseconds)
                        return ccurl_open(&server)
                    }
                }
            }
        }
        guard let mailer else { throw .noLibrary("it does not start") }
        self.mailer = mailer
    }

    deinit { ccurl_close(mailer) }

    /// Sends a mail, and waits until it is decided or the time is up.
    func send(_ bytes: [UInt8], from: String, to recipients: [String]) -> MailOutcome {
        var outcome = ccurl_outcome()
        let texts = recipients.map { strdup($0) }
        defer { for text in texts { free(text) } }
        let pointers = texts.map { UnsafePointer($0) }
        bytes.withUnsafeBufferPointer { bytes in
            pointers.withUnsafeBufferPointer { pointers in
                ccurl_send(
                    mailer, from, pointers.baseAddress, pointers.count, bytes.baseAddress, bytes.count,
                    &outcome)
            }
        }
        return MailOutcome(
            code: Int(outcome.code), reply: Int(outcome.reply), text: String(fixed: outcome.text),
            command: String(fixed: outcome.command), error: String(fixed: outcome.error))
    }

    /// Has the mail that is under way end soon, and all that follow at once.
    func interrupt() { ccurl_interrupt(mailer) }

    /// Both those of the system and those of a file; nil where nothing is added to what libcurl knows.
    private static func authorities(_ file: String?) throws(MailProblem) -> String? {
        guard let file else { return nil }
        guard let extra = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw .noAuthorities(file)
        }
        let own = ccurl_default_authorities().map { String(cString: $0) }
        return [own.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) }, extra].compactMap(\.self)
            .joined(separator: "\n")
    }
}

/// Why no mail can be sent at all.
enum MailProblem: Error, Hashable {
    case noLibrary(String)
    case noAuthorities(String)
    case misled(String)
}

extension MailProblem: PermanentFailure, CustomStringConvertible {
    var description: String {
        switch self {
        case .noLibrary(let reason):
            "mail needs libcurl (libcurl.so.4), and \(reason); on Debian and Ubuntu `apt install libcurl4`"
        case .noAuthorities(let file): "cannot read the certificates of `SSL_CERT_FILE` (\(file))"
        case .misled(let reason): reason
        }
    }
}

private func withCString<Value>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Value) -> Value {
    guard let text else { return body(nil) }
    return text.withCString(body)
}

extension String {
    /// A text that ends in NUL, out of an array of C's.
    fileprivate init<Characters>(fixed characters: Characters) {
        self = withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

extension Duration {
    fileprivate var milliseconds: Int { Int(self / .milliseconds(1)) }
}
