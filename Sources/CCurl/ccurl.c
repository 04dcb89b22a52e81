#include "ccurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// libcurl brings thirty other libraries, which take ten times as long to load as the program needs to start; so it is loaded
// when there is mail, and is no part of what is shipped.
static struct {
    CURLcode (*global_init)(long);
    curl_version_info_data *(*version_info)(CURLversion);
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
    CURLcode (*easy_perform)(CURL *);
    const char *(*easy_strerror)(CURLcode);
    void (*easy_cleanup)(CURL *);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
} curl;

static const char *problem;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    // The second name is that of Debian's flavour with GnuTLS, the third what a machine with Homebrew has.
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.4.dylib"};
    void *library = NULL;
    for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++) library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        problem = "it is not installed";
        return;
    }
    struct { const char *name; void **place; } functions[] = {
        {"curl_global_init", (void **)&curl.global_init},
        {"curl_version_info", (void **)&curl.version_info},
        {"curl_easy_init", (void **)&curl.easy_init},
        {"curl_easy_setopt", (void **)&curl.easy_setopt},
        {"curl_easy_perform", (void **)&curl.easy_perform},
        {"curl_easy_strerror", (void **)&curl.easy_strerror},
        {"curl_easy_cleanup", (void **)&curl.easy_cleanup},
        {"curl_slist_append", (void **)&curl.slist_append},
        {"curl_slist_free_all", (void **)&curl.slist_free_all},
    };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        *functions[i].place = dlsym(library, functions[i].name);
        if (!*functions[i].place) {
            problem = "it lacks functions that are needed";
            return;
        }
    }
    if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        problem = "it does not start";
        return;
    }
    // 7.77 was the first to take authorities from memory.
    if (curl.version_info(CURLVERSION_NOW)->version_num < 0x074D00) {
        problem = "it is older than 7.77";
        return;
    }
    const char *const *protocol = curl.version_info(CURLVERSION_NOW)->protocols;
    while (*protocol && strcmp(*protocol, "smtps")) protocol++;
    if (!*protocol) problem = "it was built without mail (smtps)";
}

const char *ccurl_unavailable(void) {
    pthread_once(&once, load);
    return problem;
}

const char *ccurl_default_authorities(void) {
    const curl_version_info_data *info = curl.version_info(CURLVERSION_NOW);
    return info->age >= CURLVERSION_SEVENTH ? info->cainfo : NULL;
}

struct ccurl_mailer {
    CURL *handle;
    atomic_bool is_interrupted;
    const uint8_t *rest;
    size_t length;
    ccurl_outcome *outcome;
    /// Whether the line that came last says that its answer goes on.
    bool goes_on;
    /// Whether all that follows is farewell.
    bool is_over;
};

static size_t read_message(char *buffer, size_t size, size_t count, void *context) {
    ccurl_mailer *mailer = context;
    size_t most = size * count;
    if (most > mailer->length) most = mailer->length;
    memcpy(buffer, mailer->rest, most);
    mailer->rest += most;
    mailer->length -= most;
    return most;
}

static int progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    return atomic_load(&((ccurl_mailer *)context)->is_interrupted);
}

static void copy(char *to, size_t room, const char *from, size_t length) {
    if (length >= room) length = room - 1;
    memcpy(to, from, length);
    to[length] = 0;
}

static size_t line_length(const char *text, size_t length) {
    while (length > 0 && (text[length - 1] == '\r' || text[length - 1] == '\n')) length--;
    return length;
}

static void sent(ccurl_mailer *mailer, const char *text, size_t length) {
    ccurl_outcome *outcome = mailer->outcome;
    length = line_length(text, length);
    // What went wrong was said before.
    if (mailer->is_over || (length == 4 && !strncasecmp(text, "QUIT", 4))) {
        mailer->is_over = true;
        return;
    }
    outcome->reply = 0;
    outcome->text[0] = 0;
    mailer->goes_on = false;
    if ((length >= 5 && !strncasecmp(text, "RCPT ", 5)) || (length >= 5 && !strncasecmp(text, "MAIL ", 5))) {
        copy(outcome->command, sizeof outcome->command, text, length);
        return;
    }
    static const char *const words[] = {"EHLO", "HELO", "STARTTLS", "DATA"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t word = strlen(words[i]);
        if (length >= word && !strncasecmp(text, words[i], word) && (length == word || text[word] == ' ')) {
            copy(outcome->command, sizeof outcome->command, words[i], word);
            return;
        }
    }
    // `AUTH`, or what it is answered with: a password, if in Base64.
    copy(outcome->command, sizeof outcome->command, "AUTH", 4);
}

static void received(ccurl_mailer *mailer, const char *text, size_t length) {
    ccurl_outcome *outcome = mailer->outcome;
    length = line_length(text, length);
    if (length < 3 || mailer->is_over) return;
    int code = 0;
    for (int i = 0; i < 3; i++) {
        if (text[i] < '0' || text[i] > '9') return;
        code = code * 10 + text[i] - '0';
    }
    if (!mailer->goes_on) outcome->text[0] = 0;
    outcome->reply = code;
    mailer->goes_on = length > 3 && text[3] == '-';
    size_t used = strlen(outcome->text);
    if (used > 0 && used + 1 < sizeof outcome->text) outcome->text[used++] = ' ', outcome->text[used] = 0;
    if (length > 4) copy(outcome->text + used, sizeof outcome->text - used, text + 4, length - 4);
}

static int heard(CURL *handle, curl_infotype type, char *data, size_t length, void *context) {
    (void)handle;
    ccurl_mailer *mailer = context;
    // A connection that is closed has its last words outside of any mail.
    if (!mailer->outcome) return 0;
    switch (type) {
    case CURLINFO_HEADER_OUT: sent(mailer, data, length); break;
    case CURLINFO_HEADER_IN: received(mailer, data, length); break;
    case CURLINFO_DATA_OUT: copy(mailer->outcome->command, sizeof mailer->outcome->command, "message", 7); break;
    default: break;
    }
    return 0;
}

ccurl_mailer *ccurl_open(const ccurl_server *server) {
    ccurl_mailer *mailer = calloc(1, sizeof *mailer);
    if (!mailer) return NULL;
    CURL *handle = mailer->handle = curl.easy_init();
    if (!handle) {
        free(mailer);
        return NULL;
    }
    curl.easy_setopt(handle, CURLOPT_URL, server->url);
    // Neither ~/.netrc nor the proxies of the environment, which are for the web.
    curl.easy_setopt(handle, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl.easy_setopt(handle, CURLOPT_PROXY, "");
    if (server->user) curl.easy_setopt(handle, CURLOPT_USERNAME, server->user);
    if (server->password) curl.easy_setopt(handle, CURLOPT_PASSWORD, server->password);
    curl.easy_setopt(handle, CURLOPT_USE_SSL, (long)(server->requires_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    curl.easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl.easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    curl.easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (server->authorities) {
        struct curl_blob blob = {
            .data = (void *)server->authorities, .len = strlen(server->authorities), .flags = CURL_BLOB_COPY};
        curl.easy_setopt(handle, CURLOPT_CAINFO_BLOB, &blob);
    }
    curl.easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, server->connect_milliseconds);
    curl.easy_setopt(handle, CURLOPT_TIMEOUT_MS, server->total_milliseconds);
    curl.easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    // A name server that does not answer holds up nothing for longer than the time-outs.
    curl.easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
#endif
    curl.easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl.easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
    curl.easy_setopt(handle, CURLOPT_XFERINFODATA, mailer);
    // What was asked and answered is known from here alone.
    curl.easy_setopt(handle, CURLOPT_VERBOSE, 1L);
    curl.easy_setopt(handle, CURLOPT_DEBUGFUNCTION, heard);
    curl.easy_setopt(handle, CURLOPT_DEBUGDATA, mailer);
    curl.easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl.easy_setopt(handle, CURLOPT_READFUNCTION, read_message);
    curl.easy_setopt(handle, CURLOPT_READDATA, mailer);
    return mailer;
}

void ccurl_send(ccurl_mailer *mailer, const char *from, const char *const *recipients, size_t count,
                const uint8_t *message, size_t length, ccurl_outcome *outcome) {
    memset(outcome, 0, sizeof *outcome);
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < count; i++) {
        struct curl_slist *longer = curl.slist_append(list, recipients[i]);
        if (!longer) {
            curl.slist_free_all(list);
            outcome->code = CURLE_OUT_OF_MEMORY;
            copy(outcome->error, sizeof outcome->error, "out of memory", 13);
            return;
        }
        list = longer;
    }
    mailer->rest = message;
    mailer->length = length;
    mailer->outcome = outcome;
    mailer->goes_on = false;
    mailer->is_over = false;
    CURL *handle = mailer->handle;
    curl.easy_setopt(handle, CURLOPT_ERRORBUFFER, outcome->error);
    curl.easy_setopt(handle, CURLOPT_MAIL_FROM, from);
    curl.easy_setopt(handle, CURLOPT_MAIL_RCPT, list);
    curl.easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, (curl_off_t)length);
    CURLcode code = curl.easy_perform(handle);
    outcome->code = code;
    if (code != CURLE_OK && !outcome->error[0]) {
        const char *text = curl.easy_strerror(code);
        copy(outcome->error, sizeof outcome->error, text, strlen(text));
    }
    mailer->outcome = NULL;
    mailer->rest = NULL;
    curl.easy_setopt(handle, CURLOPT_ERRORBUFFER, NULL);
    curl.easy_setopt(handle, CURLOPT_MAIL_RCPT, NULL);
    curl.slist_free_all(list);
}

void ccurl_interrupt(ccurl_mailer *mailer) { atomic_store(&mailer->is_interrupted, true); }

void ccurl_close(ccurl_mailer *mailer) {
    curl.easy_cleanup(mailer->handle);
    free(mailer);
}
