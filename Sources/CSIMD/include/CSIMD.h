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

// The same, and no control characters but tabs and line feeds; 0 where there are no vectors.
size_t csimd_text_prefix(const uint8_t *text, size_t count);

// Some number of leading bytes that are ASCII, at least all but 127 of them.
size_t csimd_ascii_prefix(const uint8_t *text, size_t count);

// The number of leading bytes that are no control characters of ASCII.
size_t csimd_control_free_run(const uint8_t *text, size_t count);
size_t csimd_control_free_run_portable(const uint8_t *text, size_t count);

// The number of leading bytes without a control character and without two spaces in a row.
size_t csimd_line_run(const uint8_t *text, size_t count);
size_t csimd_line_run_portable(const uint8_t *text, size_t count);

// The number of leading bytes that mean themselves in HTML text with its white space collapsed: before a `<`, a `&`, a
// control character, a space with another or a control character behind it, or what may be a no-break space (0xC2).
size_t csimd_html_text_run(const uint8_t *text, size_t count);
size_t csimd_html_text_run_portable(const uint8_t *text, size_t count);

// The number of leading bytes that are neither of two.
size_t csimd_either_long(const uint8_t *text, size_t count, uint8_t first, uint8_t second);

size_t csimd_occurrences(const uint8_t *text, size_t count, uint8_t byte);
size_t csimd_occurrences_portable(const uint8_t *text, size_t count, uint8_t byte);

// Writes two digits a byte, in lower case.
void csimd_hexadecimal(const uint8_t *bytes, size_t count, uint8_t *digits);

// Writes the SHA-256 of a text in 32 bytes, in one call and without memory of its own; 0 when the processor has no
// instructions for that, so that a library has to do it.
int csimd_sha256(const uint8_t *text, size_t count, uint8_t *digest);

// The position after the last line feed, 0 when there is none.
size_t csimd_after_last_line_feed(const uint8_t *text, size_t count);

#if CSIMD_SSE2
// A bit for each special byte of sixteen.
static inline unsigned csimd_special_bytes(__m128i bytes) {
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, backslashes), controls));
}

static inline unsigned csimd_special_mask(const uint8_t *text) {
    return csimd_special_bytes(_mm_loadu_si128((const __m128i *)text));
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

// As csimd_either_long, with what is near found inline.
static inline size_t csimd_either(const uint8_t *text, size_t count, uint8_t first, uint8_t second) {
    size_t position = 0;
#if CSIMD_SSE2
    const __m128i firsts = _mm_set1_epi8((char)first), seconds = _mm_set1_epi8((char)second);
    for (; position + 16 <= count; position += 16) {
        if (position == 64) return position + csimd_either_long(text + position, count - position, first, second);
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(text + position));
        const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, firsts), _mm_cmpeq_epi8(bytes, seconds));
        const unsigned mask = (unsigned)_mm_movemask_epi8(found);
        if (mask) return position + (size_t)__builtin_ctz(mask);
    }
#endif
    while (position < count && text[position] != first && text[position] != second) position += 1;
    return position;
}

// The number of leading letters of ASCII and colons.
static inline size_t csimd_name_run(const uint8_t *text, size_t count) {
    size_t position = 0;
#if CSIMD_SSE2
    for (; position + 16 <= count; position += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(text + position));
        const __m128i places = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        const __m128i letters = _mm_cmpeq_epi8(_mm_min_epu8(places, _mm_set1_epi8(25)), places);
        const __m128i colons = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(':'));
        const unsigned others = (unsigned)_mm_movemask_epi8(_mm_or_si128(letters, colons)) ^ 0xFFFF;
        if (others) return position + (size_t)__builtin_ctz(others);
    }
#endif
    while (position < count && ((uint8_t)((text[position] | 0x20) - 'a') < 26 || text[position] == ':')) position += 1;
    return position;
}

// Tells the processor that what stands here will be read soon, and mostly written.
static inline void csimd_prefetch(const void *place) { __builtin_prefetch(place, 1); }

// Copies a text up to its first special byte and answers how many bytes that is; up to `count` bytes are written.
static inline size_t csimd_copy_plain(uint8_t *to, const uint8_t *from, size_t count) {
    size_t position = 0;
#if CSIMD_SSE2
    if (count >= 16) {
        for (; position + 16 <= count; position += 16) {
            const unsigned mask = csimd_special_mask(from + position);
            _mm_storeu_si128((__m128i *)(to + position), _mm_loadu_si128((const __m128i *)(from + position)));
            if (mask) return position + (size_t)__builtin_ctz(mask);
        }
        // The last sixteen once more rather than one by one.
        position = count - 16;
        const unsigned mask = csimd_special_mask(from + position);
        _mm_storeu_si128((__m128i *)(to + position), _mm_loadu_si128((const __m128i *)(from + position)));
        return mask ? position + (size_t)__builtin_ctz(mask) : count;
    }
    if (count >= 8) {
        const __m128i start = _mm_loadl_epi64((const __m128i *)from);
        const __m128i end = _mm_loadl_epi64((const __m128i *)(from + count - 8));
        _mm_storel_epi64((__m128i *)to, start);
        _mm_storel_epi64((__m128i *)(to + count - 8), end);
        if (!csimd_special_bytes(_mm_unpacklo_epi64(start, end))) return count;
    }
#endif
    for (; position < count && !csimd_is_special(from[position]); position += 1) to[position] = from[position];
    return position;
}

#endif
