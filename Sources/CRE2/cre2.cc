#include "cre2.h"

#include <re2/re2.h>
#include <string.h>

struct cre2_pattern {
    re2::RE2 expression;

    cre2_pattern(const re2::StringPiece &text, const re2::RE2::Options &options)
        : expression(text, options) {}
};

extern "C" cre2_pattern *cre2_compile(const char *text, size_t length, int64_t max_memory) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(max_memory);
    // Nothing asks for submatches, and without them RE2 stays with its fastest engines.
    options.set_never_capture(true);
    return new cre2_pattern(re2::StringPiece(text, length), options);
}

extern "C" const char *cre2_error(const cre2_pattern *pattern) {
    return pattern->expression.ok() ? "" : pattern->expression.error().c_str();
}

extern "C" bool cre2_matches(const cre2_pattern *pattern, const char *text, size_t length) {
    return pattern->expression.Match(re2::StringPiece(text, length), 0, length, re2::RE2::UNANCHORED, nullptr, 0);
}

extern "C" const void *cre2_find(const void *text, size_t length, const void *needle, size_t needle_length) {
    return memmem(text, length, needle, needle_length);
}

extern "C" void cre2_free(cre2_pattern *pattern) { delete pattern; }
