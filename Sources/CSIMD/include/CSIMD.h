// Byte scanning with vectors: what Swift's SIMD types cannot say (movemask, shuffles by table, run-time dispatch).
//
// x86-64: SSE2 is the baseline and inline; longer runs go through AVX2 when the processor has it, asked at run time.
// Elsewhere, or with CSIMD_PORTABLE defined, plain C that a compiler may vectorise. All variants give the same
// answers and are compared with one another by the tests.
#ifndef CSIMD_H
#define CSIMD_H

#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__) && !defined(CSIMD_PORTABLE)
#define CSIMD_SSE2 1
#include <emmintrin.h>
#endif

// Whether a byte ends a run of plain string content: a quote, a backslash, a control character.
static inline int csimd_is_special(uint8_t byte) { return byte == '"' || byte == '\\' || byte < 0x20; }

// The number of bytes before the first special one. Reads up to 63 bytes beyond that; the text must hold one, which
// a terminating zero does.
size_t csimd_plain_run_long(const uint8_t *text);
size_t csimd_plain_run_portable(const uint8_t *text);

// The number of leading bytes that are string content with valid escapes, none of them cut in two: all before the
// closing quote, or fewer when there is a fault further on, or 0 where there are no vectors. Reads up to 63 bytes
// beyond the first control character or unescaped quote, of which there must be one.
size_t csimd_escaped_run(const uint8_t *text);

// The number of leading bytes that are well-formed UTF-8: `count` when all are. Otherwise the first ill-formed
// sequence begins there or within the 64 bytes after it.
size_t csimd_utf8_prefix(const uint8_t *text, size_t count);
size_t csimd_utf8_prefix_portable(const uint8_t *text, size_t count);

// The position after the last line feed, 0 when there is none.
size_t csimd_after_last_line_feed(const uint8_t *text, size_t count);

#if CSIMD_SSE2
// A bit for each special byte of sixteen.
static inline unsigned csimd_special_mask(const uint8_t *text) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)text);
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, backslashes), controls));
}
#endif

// As csimd_plain_run_long, with the short strings that most are handled inline.
static inline size_t csimd_plain_run(const uint8_t *text) {
#if CSIMD_SSE2
    unsigned mask = csimd_special_mask(text);
    if (mask) return (size_t)__builtin_ctz(mask);
    mask = csimd_special_mask(text + 16);
    if (mask) return 16 + (size_t)__builtin_ctz(mask);
    return 32 + csimd_plain_run_long(text + 32);
#else
    return csimd_plain_run_portable(text);
#endif
}

// The number of leading decimal digits. Reads up to 15 bytes beyond them.
static inline size_t csimd_digit_run(const uint8_t *text) {
    size_t length = 0;
#if CSIMD_SSE2
    for (;; length += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(text + length));
        const __m128i values = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
        const __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values);
        const unsigned others = (unsigned)_mm_movemask_epi8(digits) ^ 0xFFFF;
        if (others) return length + (size_t)__builtin_ctz(others);
    }
#else
    while ((uint8_t)(text[length] - '0') < 10) length += 1;
    return length;
#endif
}

// A bit for each of sixteen bytes in which the two texts agree.
static inline unsigned csimd_equal_mask(const uint8_t *text, const uint8_t *other) {
#if CSIMD_SSE2
    return (unsigned)_mm_movemask_epi8(
        _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)text), _mm_loadu_si128((const __m128i *)other)));
#else
    unsigned mask = 0;
    for (unsigned position = 0; position < 16; position += 1) {
        mask |= (unsigned)(text[position] == other[position]) << position;
    }
    return mask;
#endif
}

// The number of leading bytes that are not special; reads nothing beyond `count`.
static inline size_t csimd_plain_prefix(const uint8_t *text, size_t count) {
    size_t position = 0;
#if CSIMD_SSE2
    for (; position + 16 <= count; position += 16) {
        const unsigned mask = csimd_special_mask(text + position);
        if (mask) return position + (size_t)__builtin_ctz(mask);
    }
#endif
    while (position < count && !csimd_is_special(text[position])) position += 1;
    return position;
}

#endif
