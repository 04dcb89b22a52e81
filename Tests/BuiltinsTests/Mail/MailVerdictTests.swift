import Testing

@testable import Builtins

/// What is done about a server's answer.
@Suite struct MailVerdictTests {
    @Test(arguments: [
        (MailOutcome(), MailVerdict.taken),
        (
            MailOutcome(code: 55, reply: 550, text: "no such user", command: "RCPT TO:<a@b.c>"),
            .refused("recipient a@b.c is refused: the mail server answered 550: no such user")
        ),
        (
            MailOutcome(code: 55, reply: 451, text: "greylisted", command: "RCPT TO:<a@b.c>"),
            .again("the mail server answered 451: greylisted")
        ),
        (
            MailOutcome(code: 8, reply: 554, text: "spam", command: "message"),
            .refused("the mail server answered 554: spam")
        ),
        (
            MailOutcome(code: 8, reply: 552, command: "MAIL FROM:<a@b.c>"),
            .refused("the mail server answered 552")
        ),
        (
            MailOutcome(code: 55, reply: 550, command: "MAIL FROM:<a@b.c> SIZE=3"),
            .wrong("sender a@b.c is refused: the mail server answered 550")
        ),
        (
            MailOutcome(code: 67, reply: 535, text: "no", command: "AUTH"),
            .wrong("cannot sign in: the mail server answered 535: no")
        ),
        (MailOutcome(code: 67, reply: 454, command: "AUTH"), .again("the mail server answered 454")),
        (
            MailOutcome(code: 55, reply: 530, command: "MAIL FROM:<a@b.c>"),
            .wrong("cannot sign in: the mail server answered 530")
        ),
        (MailOutcome(code: 8, reply: 554, text: "full"), .again("the mail server answered 554: full")),
        (
            MailOutcome(code: 64, reply: 250, command: "EHLO"),
            .wrong(
                "the server does not encrypt the connection (STARTTLS); `starttls: false` would do without")
        ),
        (
            MailOutcome(code: 7, error: "Connection refused"),
            .again("the mail server cannot be talked to: Connection refused")
        ),
        (
            MailOutcome(code: 56, reply: 354, command: "message", error: "gone"),
            .again("the mail server cannot be talked to: gone (at message)")
        ),
        (MailOutcome(code: 42), .interrupted)
    ])
    func `an answer decides`(outcome: MailOutcome, verdict: MailVerdict) {
        #expect(MailVerdict(outcome) == verdict)
    }
}
