#include "CSIMD.h"
#include <string.h>

// What ends a run of text is told by a class: a function from 32 bytes, and the bytes one further on, to a mask.

static inline int is_break(uint8_t byte, uint8_t next) { return byte < ' ' || (byte == ' ' && next == ' '); }

static inline int is_control(uint8_t byte, uint8_t next) { return (void)next, byte < ' '; }

static inline int ends_html_text(uint8_t byte, uint8_t next) {
    return byte == '<' || byte == '&' || byte == 0xC2 || byte < ' ' || (byte == ' ' && next <= ' ');
}

#define RUN_PORTABLE(ends) \
    size_t position = 0; \
    while (position < count && !ends(text[position], position + 1 < count ? text[position + 1] : 'a')) position += 1; \
    return position

size_t csimd_control_free_run_portable(const uint8_t *text, size_t count) { RUN_PORTABLE(is_control); }
size_t csimd_line_run_portable(const uint8_t *text, size_t count) { RUN_PORTABLE(is_break); }
size_t csimd_html_text_run_portable(const uint8_t *text, size_t count) { RUN_PORTABLE(ends_html_text); }

static size_t either_portable(const uint8_t *text, size_t count, uint8_t first, uint8_t second) {
    size_t position = 0;
    while (position < count && text[position] != first && text[position] != second) position += 1;
    return position;
}

size_t csimd_occurrences_portable(const uint8_t *text, size_t count, uint8_t byte) {
    size_t total = 0;
    for (size_t position = 0; position < count; position += 1) total += text[position] == byte;
    return total;
}

#if CSIMD_SSE2
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i load(const uint8_t *text) { return _mm256_loadu_si256((const __m256i *)text); }

AVX2 static inline __m256i equal(__m256i bytes, uint8_t byte) {
    return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8((char)byte));
}

AVX2 static inline __m256i at_most(__m256i bytes, uint8_t byte) {
    return _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8((char)byte)), bytes);
}

AVX2 static inline uint32_t mask(__m256i bytes) { return (uint32_t)_mm256_movemask_epi8(bytes); }

AVX2 static inline uint32_t breaks(__m256i bytes, __m256i next) {
    const __m256i two = _mm256_and_si256(equal(bytes, ' '), equal(next, ' '));
    return mask(_mm256_or_si256(at_most(bytes, ' ' - 1), two));
}

AVX2 static inline uint32_t controls(__m256i bytes, __m256i next) { return (void)next, mask(at_most(bytes, ' ' - 1)); }

AVX2 static inline uint32_t html_text_ends(__m256i bytes, __m256i next) {
    const __m256i spaces = _mm256_and_si256(equal(bytes, ' '), at_most(next, ' '));
    const __m256i marks = _mm256_or_si256(_mm256_or_si256(equal(bytes, '<'), equal(bytes, '&')), equal(bytes, 0xC2));
    return mask(_mm256_or_si256(_mm256_or_si256(at_most(bytes, ' ' - 1), spaces), marks));
}

// Fewer than 33 bytes in front of others that are in no class.
static inline void copy_short(uint8_t *to, const uint8_t *from, size_t count) {
    memset(to, 'a', 64);
    if (count >= 16) {
        memcpy(to, from, 16);
        memcpy(to + count - 16, from + count - 16, 16);
    } else if (count >= 8) {
        memcpy(to, from, 8);
        memcpy(to + count - 8, from + count - 8, 8);
    } else {
        for (size_t position = 0; position < count; position += 1) to[position] = from[position];
    }
}

#define RUN_AVX2(ends) \
    size_t position = 0; \
    for (; count - position > 32; position += 32) { \
        const uint32_t found = ends(load(text + position), load(text + position + 1)); \
        if (found) return position + (size_t)__builtin_ctz(found); \
    } \
    uint8_t last[64]; \
    copy_short(last, text + position, count - position); \
    const uint32_t found = ends(load(last), load(last + 1)); \
    return found ? position + (size_t)__builtin_ctz(found) : count

AVX2 static size_t control_free_run_avx2(const uint8_t *text, size_t count) { RUN_AVX2(controls); }
AVX2 static size_t line_run_avx2(const uint8_t *text, size_t count) { RUN_AVX2(breaks); }
AVX2 static size_t html_text_run_avx2(const uint8_t *text, size_t count) { RUN_AVX2(html_text_ends); }

AVX2 static size_t either_avx2(const uint8_t *text, size_t count, uint8_t first, uint8_t second) {
    size_t position = 0;
    for (; count - position >= 32; position += 32) {
        const __m256i bytes = load(text + position);
        const uint32_t found = mask(_mm256_or_si256(equal(bytes, first), equal(bytes, second)));
        if (found) return position + (size_t)__builtin_ctz(found);
    }
    return position + either_portable(text + position, count - position, first, second);
}

AVX2 static size_t occurrences_avx2(const uint8_t *text, size_t count, uint8_t byte) {
    size_t total = 0;
    size_t position = 0;
    for (; count - position >= 32; position += 32) {
        total += (size_t)__builtin_popcount(mask(equal(load(text + position), byte)));
    }
    return total + csimd_occurrences_portable(text + position, count - position, byte);
}

#define CHOOSE(fast, portable) return __builtin_cpu_supports("avx2") ? fast : portable
#else
#define CHOOSE(fast, portable) return portable
#endif

size_t csimd_control_free_run(const uint8_t *text, size_t count) {
    CHOOSE(control_free_run_avx2(text, count), csimd_control_free_run_portable(text, count));
}

size_t csimd_line_run(const uint8_t *text, size_t count) {
    CHOOSE(line_run_avx2(text, count), csimd_line_run_portable(text, count));
}

size_t csimd_html_text_run(const uint8_t *text, size_t count) {
    CHOOSE(html_text_run_avx2(text, count), csimd_html_text_run_portable(text, count));
}

size_t csimd_either_long(const uint8_t *text, size_t count, uint8_t first, uint8_t second) {
    CHOOSE(either_avx2(text, count, first, second), either_portable(text, count, first, second));
}

void csimd_hexadecimal(const uint8_t *bytes, size_t count, uint8_t *digits) {
    size_t position = 0;
#if CSIMD_SSE2
    const __m128i halves = _mm_set1_epi8(0x0F);
    for (; count - position >= 16; position += 16) {
        const __m128i source = _mm_loadu_si128((const __m128i *)(bytes + position));
        const __m128i high = _mm_and_si128(_mm_srli_epi16(source, 4), halves), low = _mm_and_si128(source, halves);
        const __m128i values[2] = {_mm_unpacklo_epi8(high, low), _mm_unpackhi_epi8(high, low)};
        for (int half = 0; half < 2; half += 1) {
            // From 10 on there are letters, which do not stand behind the digits.
            const __m128i letters = _mm_cmpgt_epi8(values[half], _mm_set1_epi8(9));
            const __m128i distance = _mm_and_si128(letters, _mm_set1_epi8('a' - 10 - '0'));
            _mm_storeu_si128(
                (__m128i *)(digits + 2 * position + 16 * half),
                _mm_add_epi8(_mm_add_epi8(values[half], _mm_set1_epi8('0')), distance));
        }
    }
#endif
    for (; position < count; position += 1) {
        digits[2 * position] = (uint8_t)"0123456789abcdef"[bytes[position] >> 4];
        digits[2 * position + 1] = (uint8_t)"0123456789abcdef"[bytes[position] & 15];
    }
}

size_t csimd_occurrences(const uint8_t *text, size_t count, uint8_t byte) {
    CHOOSE(occurrences_avx2(text, count, byte), csimd_occurrences_portable(text, count, byte));
}
