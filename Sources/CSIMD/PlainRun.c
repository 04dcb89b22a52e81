#include "CSIMD.h"

size_t csimd_plain_run_portable(const uint8_t *text) {
    size_t length = 0;
    while (!csimd_is_special(text[length])) length += 1;
    return length;
}

#if CSIMD_SSE2
#include <immintrin.h>

static size_t plain_run_sse2(const uint8_t *text) {
    for (size_t length = 0;; length += 16) {
        const unsigned mask = csimd_special_mask(text + length);
        if (mask) return length + (size_t)__builtin_ctz(mask);
    }
}

__attribute__((target("avx2"))) static inline __m256i special_bytes(__m256i bytes) {
    const __m256i quotes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
    const __m256i backslashes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
    const __m256i controls = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1F)), bytes);
    return _mm256_or_si256(_mm256_or_si256(quotes, backslashes), controls);
}

__attribute__((target("avx2"))) static size_t plain_run_avx2(const uint8_t *text) {
    for (size_t length = 0;; length += 64) {
        const __m256i low = special_bytes(_mm256_loadu_si256((const __m256i *)(text + length)));
        const __m256i high = special_bytes(_mm256_loadu_si256((const __m256i *)(text + length + 32)));
        const uint64_t mask = (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32
            | (uint32_t)_mm256_movemask_epi8(low);
        if (mask) return length + (size_t)__builtin_ctzll(mask);
    }
}

size_t csimd_plain_run_long(const uint8_t *text) {
    return __builtin_cpu_supports("avx2") ? plain_run_avx2(text) : plain_run_sse2(text);
}
#else
size_t csimd_plain_run_long(const uint8_t *text) { return csimd_plain_run_portable(text); }
#endif

size_t csimd_after_last_line_feed(const uint8_t *text, size_t count) {
#if CSIMD_SSE2
    for (; count >= 16; count -= 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(text + count - 16));
        const unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
        if (mask) return count - 16 + (32 - (size_t)__builtin_clz(mask));
    }
#endif
    while (count > 0 && text[count - 1] != '\n') count -= 1;
    return count;
}
