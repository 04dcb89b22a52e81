#ifndef FEEDSPINE_CRE2_H
#define FEEDSPINE_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled regular expression.
typedef struct cre2_pattern cre2_pattern;

/// Compiles a pattern of UTF-8 text with a bound on memory; never NULL. The result may be a pattern with an error.
cre2_pattern *cre2_compile(const char *text, size_t length, int64_t max_memory);

/// The reason why a pattern is bad, empty for a good one; lives as long as the pattern.
const char *cre2_error(const cre2_pattern *pattern);

/// Whether the pattern is found anywhere in UTF-8 text. Safe to call from several threads.
bool cre2_matches(const cre2_pattern *pattern, const char *text, size_t length);

/// The first place of `needle` in `text`, NULL if there is none: the C library's linear `memmem`, which Swift's module of
/// the C library leaves out.
const void *cre2_find(const void *text, size_t length, const void *needle, size_t needle_length);

void cre2_free(cre2_pattern *pattern);

#ifdef __cplusplus
}
#endif

#endif
