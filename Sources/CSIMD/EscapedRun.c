#include "CSIMD.h"

#if CSIMD_SSE2
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2"))) static inline

// The 64 bytes that are looked at together.
typedef struct {
    __m256i low, high;
} block;

AVX2 uint64_t mask_of(__m256i low, __m256i high) {
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32 | (uint32_t)_mm256_movemask_epi8(low);
}

AVX2 uint64_t equal(block bytes, char byte) {
    const __m256i wanted = _mm256_set1_epi8(byte);
    return mask_of(_mm256_cmpeq_epi8(bytes.low, wanted), _mm256_cmpeq_epi8(bytes.high, wanted));
}

AVX2 __m256i at_most(__m256i bytes, char largest) {
    return _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(largest)), bytes);
}

AVX2 __m256i hex_digits(__m256i bytes) {
    const __m256i letters = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
    return _mm256_or_si256(
        at_most(_mm256_sub_epi8(bytes, _mm256_set1_epi8('0')), 9),
        at_most(_mm256_sub_epi8(letters, _mm256_set1_epi8('a')), 5));
}

// What may follow a backslash, by the halves of the byte: a bit for each high half that has such a character.
AVX2 __m256i escape_letters(__m256i bytes) {
    enum { HIGH_2 = 1, HIGH_5 = 2, HIGH_6 = 4, HIGH_7 = 8 };  // " /   \\   b f n   r t u
    const __m256i by_low = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        0, 0, HIGH_2 | HIGH_6 | HIGH_7, 0, HIGH_7, HIGH_7, HIGH_6, 0, 0, 0, 0, 0, HIGH_5, 0, HIGH_6, HIGH_2));
    const __m256i by_high = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 0, HIGH_2, 0, 0, HIGH_5, HIGH_6, HIGH_7, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i half = _mm256_set1_epi8(0x0F);
    const __m256i common = _mm256_and_si256(
        _mm256_shuffle_epi8(by_low, _mm256_and_si256(bytes, half)),
        _mm256_shuffle_epi8(by_high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half)));
    return _mm256_cmpgt_epi8(common, _mm256_setzero_si256());
}

// The backslashes that begin an escape: of those in a row every other one.
static inline uint64_t escape_starts(uint64_t backslashes) {
    if ((backslashes & backslashes << 1) == 0) return backslashes;
    uint64_t starts = 0;
    while (backslashes) {
        const uint64_t first = backslashes & (0 - backslashes);
        starts |= first;
        backslashes &= ~(first | first << 1);
    }
    return starts;
}

__attribute__((target("avx2"))) static size_t escaped_run_avx2(const uint8_t *text) {
    // From the block before: whether the first byte is escaped, and which of the first four must be hexadecimal.
    uint64_t is_escaped = 0, must_be_hex = 0;
    // The last block that begins outside of an escape.
    size_t safe = 0;
    for (size_t position = 0;; position += 64) {
        const block bytes = {
            _mm256_loadu_si256((const __m256i *)(text + position)),
            _mm256_loadu_si256((const __m256i *)(text + position + 32))};
        const uint64_t backslashes = equal(bytes, '\\');
        const uint64_t quotes = equal(bytes, '"');
        const uint64_t controls = mask_of(at_most(bytes.low, 0x1F), at_most(bytes.high, 0x1F));
        if ((is_escaped | must_be_hex) == 0) {
            safe = position;
            if (backslashes == 0) {
                const uint64_t stops = quotes | controls;
                if (stops) return position + (size_t)__builtin_ctzll(stops);
                continue;
            }
        }
        const uint64_t starts = escape_starts(backslashes & ~is_escaped);
        const uint64_t escaped = starts << 1 | is_escaped;
        const uint64_t stops = (quotes & ~escaped) | controls;
        // Up to the first stop and with it, as an escape must not reach into it.
        const uint64_t seen = stops ^ (stops - 1);
        const uint64_t unicode = escaped & equal(bytes, 'u') & seen;
        const uint64_t hex = unicode << 1 | unicode << 2 | unicode << 3 | unicode << 4 | must_be_hex;
        const uint64_t faults =
            (escaped & ~mask_of(escape_letters(bytes.low), escape_letters(bytes.high)))
            | (hex & ~mask_of(hex_digits(bytes.low), hex_digits(bytes.high)));
        if (faults & seen) return safe;
        if (stops) return position + (size_t)__builtin_ctzll(stops);
        is_escaped = starts >> 63;
        must_be_hex = unicode >> 63 | unicode >> 62 | unicode >> 61 | unicode >> 60;
    }
}

size_t csimd_escaped_run(const uint8_t *text) {
    return __builtin_cpu_supports("avx2") ? escaped_run_avx2(text) : 0;
}
#else
size_t csimd_escaped_run(const uint8_t *text) {
    (void)text;
    return 0;
}
#endif
