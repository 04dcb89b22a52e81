/// What the server and libcurl said to a mail.
struct MailOutcome: Sendable, Hashable {
    /// libcurl's code; 0 when the server has taken the mail.
    var code = 0
    /// The server's last answer; 0 when there was none.
    var reply = 0
    var text = ""
    /// What that was the answer to: `RCPT TO:<…>`, `MAIL FROM:<…>`, `AUTH`, `DATA`, `message`; empty for the connection.
    var command = ""
    /// What libcurl says.
    var error = ""
}

/// What is to be done about a mail.
enum MailVerdict: Sendable, Hashable {
    case taken
    /// The server does not want this one.
    case refused(String)
    /// It may take it another time.
    case again(String)
    /// No mail can be sent as the spec has it.
    case wrong(String)
    /// Nobody waits for it any more.
    case interrupted

    /// - Parameter outcome: as ``MailConnection`` has it.
    init(_ outcome: MailOutcome) {
        let code = CurlCode(rawValue: outcome.code)
        switch (code, outcome.reply) {
        case (.ok, _): self = .taken
        case (.interrupted, _): self = .interrupted
        case (.notEncrypted, _):
            self = .wrong(
                "the server does not encrypt the connection (STARTTLS); `starttls: false` would do without")
        case (.notSignedIn, let reply) where !(400..<500).contains(reply):
            self = .wrong("cannot sign in: \(MailVerdict.answer(outcome))")
        case (_, 500..<600): self = MailVerdict.refusal(outcome)
        default: self = .again(MailVerdict.answer(outcome))
        }
    }

    /// Of what the server refused for good.
    private static func refusal(_ outcome: MailOutcome) -> MailVerdict {
        let answer = answer(outcome)
        if isAboutAccess(outcome.reply) { return .wrong("cannot sign in: \(answer)") }
        if outcome.command.hasPrefix("RCPT") {
            return .refused("recipient \(address(outcome.command)) is refused: \(answer)")
        }
        if outcome.command == "DATA" || outcome.command == "message" { return .refused(answer) }
        guard outcome.command.hasPrefix("MAIL") else { return .again(answer) }
        return outcome.reply == tooLarge
            ? .refused(answer) : .wrong("sender \(address(outcome.command)) is refused: \(answer)")
    }

    /// RFC 4954, 6.
    private static func isAboutAccess(_ reply: Int) -> Bool { [530, 534, 535, 538].contains(reply) }
    /// "Requested mail action aborted: exceeded storage allocation", also for a size that is told beforehand (RFC 1870).
    private static let tooLarge = 552

    private static func answer(_ outcome: MailOutcome) -> String {
        guard outcome.reply >= 400 else {
            let step = outcome.command.isEmpty ? "" : " (at \(outcome.command))"
            return "the mail server cannot be talked to: \(outcome.error)\(step)"
        }
        let text = OneLine.text(Array(outcome.text.utf8), limit: HTTPAnswer.longestQuote)
        return "the mail server answered \(outcome.reply)" + (text.isEmpty ? "" : ": \(text)")
    }

    /// What stands between the brackets of a command.
    private static func address(_ command: String) -> Substring {
        let rest = command.drop { $0 != "<" }.dropFirst()
        return rest.prefix { $0 != ">" }
    }
}

/// The codes of libcurl that say more than that something went wrong.
enum CurlCode: Int {
    case ok = 0
    case interrupted = 42
    case notEncrypted = 64
    case notSignedIn = 67
}
