#ifndef FEEDSPINE_CCURL_H
#define FEEDSPINE_CCURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A connection to a mail server, over libcurl. One thread at a time may use it, but for `ccurl_interrupt`.
typedef struct ccurl_mailer ccurl_mailer;

/// Which server, and how. Texts end in NUL and live as long as the call that they are given to.
typedef struct {
    /// `smtp://host:port/name` or `smtps://…`; the name is what we call ourselves.
    const char *url;
    /// NULL for none.
    const char *user;
    const char *password;
    /// Certificates in PEM of authorities that are trusted beside those of libcurl's folder; NULL for none.
    const char *authorities;
    /// Whether nothing is said before the connection is encrypted.
    bool requires_tls;
    long connect_milliseconds;
    /// For a whole mail.
    long total_milliseconds;
} ccurl_server;

/// What became of a mail.
typedef struct {
    /// libcurl's code; 0 when the server has taken the mail.
    int code;
    /// The server's last answer, 0 when there was none, and its text on one line.
    int reply;
    char text[1024];
    /// What that was the answer to: `RCPT TO:<…>` and `MAIL FROM:<…>` whole, of others the first word, `message` for the
    /// end of the mail, empty for the connection. Never a password.
    char command[512];
    /// What libcurl says.
    char error[256];
} ccurl_outcome;

/// Loads libcurl, the first time; NULL when it is there, else why it is not. Safe to call from several threads.
const char *ccurl_unavailable(void);

/// The file of authorities that libcurl trusts by itself; NULL for none. Needs libcurl.
const char *ccurl_default_authorities(void);

/// NULL when there is no memory. Needs libcurl.
ccurl_mailer *ccurl_open(const ccurl_server *server);

/// Sends a mail and waits for the answer.
///
/// Addresses stand without brackets; the message ends its lines with CR LF.
void ccurl_send(ccurl_mailer *mailer, const char *from, const char *const *recipients, size_t count,
                const uint8_t *message, size_t length, ccurl_outcome *outcome);

/// Has the mail under way, and all that follow, end soon. Safe to call from any thread while the mailer is open.
void ccurl_interrupt(ccurl_mailer *mailer);

void ccurl_close(ccurl_mailer *mailer);

#endif
