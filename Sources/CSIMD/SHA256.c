#include "CSIMD.h"

#if CSIMD_SSE2
#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>
#include <string.h>

#define SHA __attribute__((target("sha,ssse3,sse4.1")))

static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// The instructions want the eight words of the state as A, B, E, F and C, D, G, H.
typedef struct {
    __m128i abef, cdgh;
} state;

SHA static inline state rounds(state hash, const uint8_t *block) {
    const __m128i swap = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
    const state before = hash;
    __m128i words[4];
    for (int i = 0; i < 4; i += 1) {
        words[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(block + 16 * i)), swap);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i += 1) {
        const __m128i sum = _mm_add_epi32(words[i & 3], _mm_load_si128((const __m128i *)(constants + 4 * i)));
        hash.cdgh = _mm_sha256rnds2_epu32(hash.cdgh, hash.abef, sum);
        hash.abef = _mm_sha256rnds2_epu32(hash.abef, hash.cdgh, _mm_shuffle_epi32(sum, 0x0E));
        if (i >= 12) continue;
        const __m128i third = words[(i + 2) & 3], fourth = words[(i + 3) & 3];
        const __m128i next = _mm_add_epi32(
            _mm_sha256msg1_epu32(words[i & 3], words[(i + 1) & 3]), _mm_alignr_epi8(fourth, third, 4));
        words[i & 3] = _mm_sha256msg2_epu32(next, fourth);
    }
    hash.abef = _mm_add_epi32(hash.abef, before.abef);
    hash.cdgh = _mm_add_epi32(hash.cdgh, before.cdgh);
    return hash;
}

SHA static void sha256(const uint8_t *text, size_t count, uint8_t *digest) {
    state hash = {
        _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c),
        _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19),
    };
    size_t position = 0;
    for (; count - position >= 64; position += 64) hash = rounds(hash, text + position);

    uint8_t last[128] = {0};
    const size_t rest = count - position;
    const size_t end = rest < 56 ? 64 : 128;
    if (rest > 0) memcpy(last, text + position, rest);
    last[rest] = 0x80;
    const uint64_t bits = __builtin_bswap64((uint64_t)count * 8);
    memcpy(last + end - 8, &bits, 8);
    for (size_t block = 0; block < end; block += 64) hash = rounds(hash, last + block);

    const __m128i swap = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
    const __m128i feba = _mm_shuffle_epi32(hash.abef, 0x1B), dchg = _mm_shuffle_epi32(hash.cdgh, 0xB1);
    const __m128i low = _mm_blend_epi16(feba, dchg, 0xF0), high = _mm_alignr_epi8(dchg, feba, 8);
    _mm_storeu_si128((__m128i *)digest, _mm_shuffle_epi8(low, swap));
    _mm_storeu_si128((__m128i *)(digest + 16), _mm_shuffle_epi8(high, swap));
}

// Asked of the processor once: the answer takes as long as a short hash.
static int has_instructions(void) {
    static atomic_int known;
    int answer = atomic_load_explicit(&known, memory_order_relaxed);
    if (answer == 0) {
        unsigned a, b = 0, c, d;
        answer = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1) ? 2 : 1;
        atomic_store_explicit(&known, answer, memory_order_relaxed);
    }
    return answer == 2;
}

int csimd_sha256(const uint8_t *text, size_t count, uint8_t *digest) {
    if (!has_instructions()) return 0;
    sha256(text, count, digest);
    return 1;
}
#else
int csimd_sha256(const uint8_t *text, size_t count, uint8_t *digest) {
    (void)text, (void)count, (void)digest;
    return 0;
}
#endif
