#include "CSIMD.h"
#include <string.h>

// The length of the well-formed sequence at `text` (Unicode 15, table 3-7), 0 when it is ill-formed or cut off.
static size_t sequence_length(const uint8_t *text, size_t count) {
    const uint8_t first = text[0];
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    const size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (count < length) return 0;
    const uint8_t lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const uint8_t highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (text[1] < lowest || text[1] > highest) return 0;
    for (size_t position = 2; position < length; position += 1) {
        if ((text[position] & 0xC0) != 0x80) return 0;
    }
    return length;
}

static size_t ascii_prefix_portable(const uint8_t *text, size_t count) {
    size_t position = 0;
    for (uint64_t eight; count - position >= sizeof eight; position += sizeof eight) {
        memcpy(&eight, text + position, sizeof eight);
        if (eight & 0x8080808080808080u) break;
    }
    return position;
}

size_t csimd_utf8_prefix_portable(const uint8_t *text, size_t count) {
    size_t position = 0;
    while (position < count) {
        uint64_t eight;
        if (count - position >= sizeof eight) {
            memcpy(&eight, text + position, sizeof eight);
            if ((eight & 0x8080808080808080u) == 0) {
                position += sizeof eight;
                continue;
            }
        }
        const size_t length = sequence_length(text + position, count - position);
        if (length == 0) return position;
        position += length;
    }
    return count;
}

#if CSIMD_SSE2
#include <immintrin.h>

// The lookup method of J. Keiser and D. Lemire, "Validating UTF-8 in less than one instruction per byte" (2020): each
// pair of neighbouring bytes is classified by three tables of sixteen entries, whose common bits are the faults.
enum {
    TOO_SHORT = 1 << 0,       // a lead byte without its continuation
    TOO_LONG = 1 << 1,        // a continuation after ASCII
    OVERLONG_3 = 1 << 2,
    TOO_LARGE = 1 << 3,       // above U+10FFFF, by the second byte
    SURROGATE = 1 << 4,
    OVERLONG_2 = 1 << 5,
    TOO_LARGE_1000 = 1 << 6,  // above U+10FFFF, by the first byte
    OVERLONG_4 = 1 << 6,
    TWO_CONTINUATIONS = 1 << 7,
    // What does not depend on the low half of the first byte.
    ANY_LOW = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS,
    LARGE = TOO_LARGE | TOO_LARGE_1000,
};

#define TABLE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

// The 32 bytes that begin `back` bytes before `bytes`; `before` are the 32 in front of them.
#define SHIFTED(bytes, before, back) \
    _mm256_alignr_epi8(bytes, _mm256_permute2x128_si256(before, bytes, 0x21), 16 - (back))

__attribute__((target("avx2"))) static inline __m256i high_half(__m256i bytes) {
    return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
}

// Not zero where a byte does not fit those before it.
__attribute__((target("avx2"))) static inline __m256i faults(__m256i bytes, __m256i before) {
    const __m256i first_high = TABLE(
        TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
        (char)TWO_CONTINUATIONS, (char)TWO_CONTINUATIONS, (char)TWO_CONTINUATIONS, (char)TWO_CONTINUATIONS,
        TOO_SHORT | OVERLONG_2, TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE,
        TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4);
    const __m256i first_low = TABLE(
        (char)(ANY_LOW | OVERLONG_2 | OVERLONG_3 | OVERLONG_4), (char)(ANY_LOW | OVERLONG_2), (char)ANY_LOW,
        (char)ANY_LOW, (char)(ANY_LOW | TOO_LARGE), (char)(ANY_LOW | LARGE), (char)(ANY_LOW | LARGE),
        (char)(ANY_LOW | LARGE), (char)(ANY_LOW | LARGE), (char)(ANY_LOW | LARGE), (char)(ANY_LOW | LARGE),
        (char)(ANY_LOW | LARGE), (char)(ANY_LOW | LARGE), (char)(ANY_LOW | LARGE | SURROGATE),
        (char)(ANY_LOW | LARGE), (char)(ANY_LOW | LARGE));
    const __m256i second_high = TABLE(
        TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
        (char)(TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4),
        (char)(TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE),
        (char)(TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE),
        (char)(TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE),
        TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT);

    const __m256i previous = SHIFTED(bytes, before, 1);
    const __m256i pairs = _mm256_and_si256(
        _mm256_and_si256(
            _mm256_shuffle_epi8(first_high, high_half(previous)),
            _mm256_shuffle_epi8(first_low, _mm256_and_si256(previous, _mm256_set1_epi8(0x0F)))),
        _mm256_shuffle_epi8(second_high, high_half(bytes)));
    // Two continuations in a row are right exactly where a longer sequence began two or three bytes before.
    const __m256i third = _mm256_subs_epu8(SHIFTED(bytes, before, 2), _mm256_set1_epi8((char)(0xE0 - 0x80)));
    const __m256i fourth = _mm256_subs_epu8(SHIFTED(bytes, before, 3), _mm256_set1_epi8((char)(0xF0 - 0x80)));
    const __m256i continued = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
    return _mm256_xor_si256(continued, pairs);
}

// Where a sequence begins that reaches over `position`, else `position`.
static size_t boundary(const uint8_t *text, size_t position) {
    for (size_t back = 1; back <= 3 && back <= position; back += 1) {
        const uint8_t byte = text[position - back];
        if (byte >= 0xC0) return position - back;
        if (byte < 0x80) return position;
    }
    return position;
}

__attribute__((target("avx2"))) static inline __m256i load(const uint8_t *text) {
    return _mm256_loadu_si256((const __m256i *)text);
}

__attribute__((target("avx2"))) static inline int is_ascii(__m256i bytes) {
    return _mm256_movemask_epi8(bytes) == 0;
}

// Not zero where there is a control character of ASCII other than a tab or a line feed.
__attribute__((target("avx2"))) static inline __m256i controls(__m256i bytes) {
    const __m256i low = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1F)), bytes);
    const __m256i tabs = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\t'));
    return _mm256_andnot_si256(_mm256_or_si256(tabs, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n'))), low);
}

// Not zero where a control character of two bytes ends: U+0080 to U+009F.
__attribute__((target("avx2"))) static inline __m256i long_controls(__m256i bytes, __m256i before) {
    const __m256i leads = _mm256_cmpeq_epi8(SHIFTED(bytes, before, 1), _mm256_set1_epi8((char)0xC2));
    return _mm256_and_si256(leads, _mm256_cmpgt_epi8(_mm256_set1_epi8((char)0xA0), bytes));
}

__attribute__((target("avx2"))) static inline int is_zero(__m256i bytes) { return _mm256_testz_si256(bytes, bytes); }

// The position after the whole runs of 128 bytes that are ASCII, and no control characters in what is to be text.
__attribute__((target("avx2"), always_inline)) static inline size_t skip_ascii(
    const uint8_t *text, size_t position, size_t count, int is_text) {
    for (; count - position >= 128; position += 128) {
        const uint8_t *source = text + position;
        const __m256i a = load(source), b = load(source + 32), c = load(source + 64), d = load(source + 96);
        if (!is_ascii(_mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d)))) break;
        if (!is_text) continue;
        const __m256i first = _mm256_or_si256(controls(a), controls(b));
        if (!is_zero(_mm256_or_si256(first, _mm256_or_si256(controls(c), controls(d))))) break;
    }
    return position;
}

__attribute__((target("avx2"), always_inline)) static inline size_t prefix_avx2(
    const uint8_t *text, size_t count, int is_text) {
    __m256i before = _mm256_setzero_si256();
    for (size_t position = skip_ascii(text, 0, count, is_text); position < count;) {
        uint8_t last[64];
        const uint8_t *source = text + position;
        if (count - position < sizeof last) {
            memset(last, ' ', sizeof last);
            memcpy(last, source, count - position);
            source = last;
        }
        const __m256i low = load(source);
        const __m256i high = load(source + 32);
        if (is_text && !is_zero(_mm256_or_si256(controls(low), controls(high)))) return boundary(text, position);
        // `before` is part of the question, as a sequence may be open at its end.
        if (!is_ascii(_mm256_or_si256(_mm256_or_si256(low, high), before))) {
            __m256i wrong = _mm256_or_si256(faults(low, before), faults(high, low));
            if (is_text) {
                wrong = _mm256_or_si256(wrong, _mm256_or_si256(long_controls(low, before), long_controls(high, low)));
            }
            if (!is_zero(wrong)) return boundary(text, position);
        }
        before = high;
        if (count - position <= sizeof last) break;
        position += sizeof last;
        if (is_ascii(before)) position = skip_ascii(text, position, count, is_text);
    }
    // A last block of 64 bytes has no ASCII after it that would end an open sequence.
    const size_t last = boundary(text, count);
    return last < count && sequence_length(text + last, count - last) == 0 ? last : count;
}

__attribute__((target("avx2"))) static size_t utf8_prefix_avx2(const uint8_t *text, size_t count) {
    return prefix_avx2(text, count, 0);
}

__attribute__((target("avx2"))) static size_t text_prefix_avx2(const uint8_t *text, size_t count) {
    return prefix_avx2(text, count, 1);
}

size_t csimd_utf8_prefix(const uint8_t *text, size_t count) {
    return __builtin_cpu_supports("avx2") ? utf8_prefix_avx2(text, count) : csimd_utf8_prefix_portable(text, count);
}

__attribute__((target("avx2"))) static size_t ascii_prefix_avx2(const uint8_t *text, size_t count) {
    return skip_ascii(text, 0, count, 0);
}

size_t csimd_ascii_prefix(const uint8_t *text, size_t count) {
    return __builtin_cpu_supports("avx2") ? ascii_prefix_avx2(text, count) : ascii_prefix_portable(text, count);
}

size_t csimd_text_prefix(const uint8_t *text, size_t count) {
    return __builtin_cpu_supports("avx2") ? text_prefix_avx2(text, count) : 0;
}
#else
size_t csimd_utf8_prefix(const uint8_t *text, size_t count) { return csimd_utf8_prefix_portable(text, count); }

size_t csimd_ascii_prefix(const uint8_t *text, size_t count) { return ascii_prefix_portable(text, count); }

size_t csimd_text_prefix(const uint8_t *text, size_t count) {
    (void)text, (void)count;
    return 0;
}
#endif
