/* SPDX-License-Identifier: ISC */
/* GF(2^8) on 256 bits by vpshufb (AVX2).
 *
 * The product by a factor is linear, so that it is the sum of the products of
 * the low and the high nibble: each is looked up in a table of the factor's 16
 * multiples, which vpshufb holds in a register ([PGM13]). The factors are
 * public; what is looked up, a secret, is an index into a register only.
 *
 * gcc -O2 keeps arrays of vectors in memory, even where it unrolls the loops
 * over them: so EACH writes down a statement for each of eight variables, and
 * what is beyond a width, a constant where it is inlined, falls away.
 *
 * [PGM13] Plank, Greenan, Miller, Screaming fast Galois field arithmetic using
 *         Intel SIMD instructions, FAST 2013.
 */
#include "gf256_backend.h"

#include <string.h>

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))

#define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

#define VECTOR __m256i
#define SIZE   32

/* A factor's multiples by 0..15 and by 0, 16, .. 240. */
struct table {
    __m128i low;
    __m128i high;
};

/* Tables at hand at a time; 32 bytes each, of the stack. */
#define TABLES 32

/* Points that are evaluated at once. */
#define GROUP 8

/* Vectors that are summed at a time. */
#define BLOCK      4
#define BLOCK_SIZE (BLOCK * SIZE)

/* From so many bytes on a table for each power of a point is paid for. */
#define LONG_SIZE 512

/* From so many bytes on a sum does not stay in the caches anyway. */
#define PASSING_SIZE ((size_t)8 << 20)

INLINE VECTOR
load(const uint8_t *x)
{
    return _mm256_loadu_si256((const void *)x);
}

/* LEN <= SIZE bytes, and zeros. */
INLINE VECTOR
load_part(const uint8_t *x, size_t len)
{
    VECTOR v = _mm256_setzero_si256();

    if (len == SIZE)
        return load(x);
    memcpy(&v, x, len);
    return v;
}

INLINE void
store_part(uint8_t *y, VECTOR v, size_t len)
{
    if (len == SIZE)
        _mm256_storeu_si256((void *)y, v);
    else
        memcpy(y, &v, len);
}

/* Beside the caches, where the address allows it. */
INLINE void
store(uint8_t *y, VECTOR v, bool passing)
{
    if (passing && ((uintptr_t)y & (SIZE - 1)) == 0)
        _mm256_stream_si256((void *)y, v);
    else
        _mm256_storeu_si256((void *)y, v);
}

INLINE VECTOR
low_nibbles(VECTOR v)
{
    return _mm256_and_si256(v, _mm256_set1_epi8(0x0f));
}

INLINE VECTOR
high_nibbles(VECTOR v)
{
    return low_nibbles(_mm256_srli_epi16(v, 4));
}

/* The products of bytes by a factor, from their nibbles. */
INLINE VECTOR
look_up(const struct table *table, VECTOR low, VECTOR high)
{
    return _mm256_xor_si256(
        _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table->low), low),
        _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table->high), high));
}

/* Horner's rule over the factor's bits; a lane for each half. */
static void
table_begin(struct table *table, uint8_t factor)
{
    const VECTOR numbers = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
        11, 12, 13, 14, 15, 0, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, -0x80,
        -0x70, -0x60, -0x50, -0x40, -0x30, -0x20, -0x10);
    VECTOR v = _mm256_setzero_si256();

    for (unsigned bit = 8; bit-- > 0;) {
        const VECTOR top = _mm256_cmpgt_epi8(_mm256_setzero_si256(), v);
        const VECTOR mask = _mm256_set1_epi32(-(int32_t)(factor >> bit & 1));

        /* derive: 0x1b == 0x11b & 0xff */
        v = _mm256_xor_si256(_mm256_add_epi8(v, v),
            _mm256_and_si256(top, _mm256_set1_epi8(0x1b)));
        v = _mm256_xor_si256(v, _mm256_and_si256(numbers, mask));
    }
    table->low = _mm256_castsi256_si128(v);
    table->high = _mm256_extracti128_si256(v, 1);
}

/* ---- dot ---- */

/* Part of a sum: by COUNT <= TABLES factors, whose tables they are. */
struct part {
    uint8_t *y;
    const uint8_t *const *x;
    const struct table *tables;
    size_t count;
    bool more; /* of a sum that has begun in y */
};

/* WIDTH vectors. */
INLINE void
dot_block(const struct part *part, size_t at, unsigned width, bool passing)
{
    uint8_t *y = part->y + at;

#define BEGIN(i)                                                               \
    VECTOR sum##i = part->more && width > (i) ? load(y + (i)*SIZE)             \
                                              : _mm256_setzero_si256();
    EACH(BEGIN)
    for (size_t j = 0; j < part->count; j++) {
        const struct table *table = &part->tables[j];
        const uint8_t *from = part->x[j] + at;

#define ADD(i)                                                                 \
    if (width > (i)) {                                                         \
        const VECTOR v = load(from + (i)*SIZE);                                \
        sum##i = _mm256_xor_si256(                                             \
            sum##i, look_up(table, low_nibbles(v), high_nibbles(v)));          \
    }
        EACH(ADD)
    }
#define STORE(i)                                                               \
    if (width > (i))                                                           \
        store(y + (i)*SIZE, sum##i, passing);
    EACH(STORE)
#undef BEGIN
#undef ADD
#undef STORE
}

/* LEN < SIZE bytes. */
INLINE void
dot_rest(const struct part *part, size_t at, size_t len)
{
    VECTOR sum = _mm256_setzero_si256();

    if (part->more)
        sum = load_part(part->y + at, len);
    for (size_t j = 0; j < part->count; j++) {
        const VECTOR v = load_part(part->x[j] + at, len);

        sum = _mm256_xor_si256(
            sum, look_up(&part->tables[j], low_nibbles(v), high_nibbles(v)));
    }
    store_part(part->y + at, sum, len);
}

static void
dot_part(const struct part *part, size_t len)
{
    size_t at = 0;

    if (len >= PASSING_SIZE) {
        /* To an aligned address. */
        const size_t head = (0 - (uintptr_t)part->y) & (SIZE - 1);

        dot_rest(part, 0, head);
        for (at = head; len - at >= BLOCK_SIZE; at += BLOCK_SIZE)
            dot_block(part, at, BLOCK, true);
        _mm_sfence();
    }
    for (; len - at >= BLOCK_SIZE; at += BLOCK_SIZE)
        dot_block(part, at, BLOCK, false);
    for (; len - at >= SIZE; at += SIZE)
        dot_block(part, at, 1, false);
    if (at < len)
        dot_rest(part, at, len - at);
}

static void
dot(uint8_t *y, const uint8_t *c, const uint8_t *const *x, size_t count,
    size_t len)
{
    struct table tables[TABLES];
    struct part part = {y, x, tables, 0, false};
    size_t done = 0;

    do {
        part.count = count - done < TABLES ? count - done : TABLES;
        for (size_t j = 0; j < part.count; j++)
            table_begin(&tables[j], c[done + j]);
        dot_part(&part, len);
        part.x += part.count;
        part.more = true;
        done += part.count;
    } while (done < count);
}

/* ---- evaluate, short: Horner's rule, a table for each point ---- */

/* LEN <= SIZE bytes at AT, at GROUP points from FIRST on; where there are
 * fewer, at the last one again and again. */
INLINE void
horner(const struct gf256_evaluation *e, size_t first,
    const struct table *tables, size_t at, size_t len)
{
    const size_t last = e->count - 1;
    VECTOR term;

#define BEGIN(i) VECTOR sum##i = _mm256_setzero_si256();
    EACH(BEGIN)
    for (size_t k = e->degree; k > 0; k--) {
        term = load_part(e->higher + (k - 1) * e->stride + at, len);
#define STEP(i)                                                                \
    sum##i = _mm256_xor_si256(sum##i, term);                                   \
    sum##i = look_up(&tables[i], low_nibbles(sum##i), high_nibbles(sum##i));
        EACH(STEP)
    }
    term = load_part(e->constant + at, len);
#define STORE(i)                                                               \
    store_part(e->y[first + (i) < last ? first + (i) : last] + e->at + at,     \
        _mm256_xor_si256(sum##i, term), len);
    EACH(STORE)
#undef BEGIN
#undef STEP
#undef STORE
}

static void
evaluate_short(const struct gf256_evaluation *e)
{
    struct table tables[GROUP];

    for (size_t first = 0; first < e->count; first += GROUP) {
        size_t at = 0;

        for (size_t i = 0; i < GROUP; i++)
            table_begin(&tables[i],
                e->x[first + i < e->count ? first + i : e->count - 1]);
        for (; e->len - at >= SIZE; at += SIZE)
            horner(e, first, tables, at, SIZE);
        if (at < e->len)
            horner(e, first, tables, at, e->len - at);
    }
}

/* ---- evaluate, long: a table for each power of each point ---- */

/* Degrees whose tables are at hand at a time; 256 bytes each, of the stack. */
#define DEGREES 4

/* The powers of degrees BEGUN + 1 .. BEGUN + DEGREES. */
struct powers {
    struct table tables[DEGREES][GROUP]; /* by degree and point */
    uint8_t power[GROUP];                /* the last ones */
    size_t begun;
    size_t degrees;
};

/* a * b: b's multiples by a's nibbles. */
static uint8_t
multiply(uint8_t a, const struct table *b)
{
    const VECTOR v = _mm256_set1_epi8((char)a);

    return (uint8_t)_mm256_extract_epi8(
        look_up(b, low_nibbles(v), high_nibbles(v)), 0);
}

/* The next powers of WIDTH points. */
static void
powers_next(
    struct powers *powers, const uint8_t *x, unsigned width, size_t degree)
{
    powers->begun += powers->degrees;
    powers->degrees = degree - powers->begun;
    if (powers->degrees > DEGREES)
        powers->degrees = DEGREES;
    for (unsigned i = 0; i < width; i++) {
        struct table point;

        table_begin(&point, x[i]);
        for (size_t k = 0; k < powers->degrees; k++) {
            powers->power[i] = multiply(powers->power[i], &point);
            table_begin(&powers->tables[k][i], powers->power[i]);
        }
    }
}

INLINE void
sum_vector(const struct gf256_evaluation *e, const struct powers *powers,
    size_t first, unsigned width, size_t at)
{
    const uint8_t *from = e->higher + powers->begun * e->stride + at;
    const size_t place = e->at + at;
    const VECTOR constant = load(e->constant + at);

#define BEGIN(i)                                                               \
    VECTOR sum##i = constant;                                                  \
    if (width > (i) && powers->begun > 0)                                      \
        sum##i = load(e->y[first + (i)] + place);
    EACH(BEGIN)
    for (size_t k = 0; k < powers->degrees; k++) {
        const VECTOR v = load(from + k * e->stride);
        const VECTOR low = low_nibbles(v);
        const VECTOR high = high_nibbles(v);

#define ADD(i)                                                                 \
    if (width > (i))                                                           \
        sum##i = _mm256_xor_si256(                                             \
            sum##i, look_up(&powers->tables[k][i], low, high));
        EACH(ADD)
    }
#define STORE(i)                                                               \
    if (width > (i))                                                           \
        store(e->y[first + (i)] + place, sum##i, e->passing);
    EACH(STORE)
#undef BEGIN
#undef ADD
#undef STORE
}

/* All but the last bytes, less than a vector's. */
INLINE void
evaluate_group(const struct gf256_evaluation *e, struct powers *powers,
    size_t first, unsigned width)
{
    memset(powers->power, 1, sizeof powers->power);
    powers->begun = 0;
    powers->degrees = 0;
    do {
        powers_next(powers, e->x + first, width, e->degree);
        for (size_t at = 0; e->len - at >= SIZE; at += SIZE)
            sum_vector(e, powers, first, width, at);
    } while (powers->begun + powers->degrees < e->degree);
}

static void
evaluate_long(const struct gf256_evaluation *e)
{
    struct powers powers;
    size_t first = 0;

    for (; e->count - first >= GROUP; first += GROUP)
        evaluate_group(e, &powers, first, GROUP);
#define REST(i)                                                                \
    if ((i) > 0 && e->count - first == (i))                                    \
        evaluate_group(e, &powers, first, i);
    EACH(REST)
#undef REST
    if (e->passing)
        _mm_sfence();
}

static void
evaluate(const struct gf256_evaluation *e)
{
    struct gf256_evaluation rest = *e;

    if (e->len >= LONG_SIZE) {
        const size_t done = e->len & ~(size_t)(SIZE - 1);

        evaluate_long(e);
        rest.at += done;
        rest.constant += done;
        rest.higher += done;
        rest.len -= done;
    }
    evaluate_short(&rest);
}

const struct gf256_backend keyshare_gf256_avx2 = {
    .name = "avx2",
    .depth = 4096,
    .dot = dot,
    .evaluate = evaluate,
};
