/* SPDX-License-Identifier: ISC */
/* The back ends on gf2p8mulb, which multiplies in this very field: what is
 * the same for vectors of 128, 256 and 512 bits.
 *
 * Included once by each of them, which defines VECTOR, SIZE (of one), GROUP
 * (points that are evaluated at once, 4 or 8) and the static functions load,
 * store, pass (store beside the caches, to an aligned address), passed (all of
 * these are done), load_part, store_part (of less than SIZE bytes), repeat (a
 * byte in each place), multiply, add, invert (by gf2p8affineinvqb), nonzero (1
 * in the place of 0).
 *
 * gcc -O2 keeps arrays of vectors in memory, even where it unrolls the loops
 * over them: so EACH writes down a statement for each of eight variables, and
 * what is beyond a width, a constant where it is inlined, falls away.
 */
#ifndef GF256_GFNI_H
#define GF256_GFNI_H

#define INLINE static inline __attribute__((always_inline))

#define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

/* Vectors that are summed at a time. */
#define BLOCK      8
#define BLOCK_SIZE (BLOCK * SIZE)

/* From so many bytes on a sum does not stay in the caches anyway. */
#define PASSING_SIZE ((size_t)8 << 20)

/* From so many bytes on it pays to store whole lines. */
#define ALIGNED_SIZE (8 * SIZE)

/* How far ahead memory is fetched then. */
#define FETCH_AHEAD 1024

/* Bytes to the next address that vectors can be passed to. */
INLINE size_t
misalignment(const uint8_t *y)
{
    return (0 - (uintptr_t)y) & (SIZE - 1);
}

/* ---- dot ---- */

/* WIDTH vectors. */
INLINE void
dot_block(uint8_t *y, const uint8_t *c, const uint8_t *const *x, size_t count,
    size_t at, unsigned width, bool passing)
{
#define BEGIN(i) VECTOR sum##i = repeat(0);
    EACH(BEGIN)
    for (size_t j = 0; j < count; j++) {
        const VECTOR factor = repeat(c[j]);
        const uint8_t *from = x[j] + at;

        /* What a processor fetches by itself ends with a page. */
        if (passing)
            for (size_t i = 0; i < BLOCK_SIZE; i += 64)
                __builtin_prefetch(from + FETCH_AHEAD + i, 0, 2);
#define ADD(i)                                                                 \
    if (width > (i))                                                           \
        sum##i = add(sum##i, multiply(load(from + (i)*SIZE), factor));
        EACH(ADD)
    }
#define STORE(i)                                                               \
    if (width > (i) && passing)                                                \
        pass(y + at + (i)*SIZE, sum##i);                                       \
    else if (width > (i))                                                      \
        store(y + at + (i)*SIZE, sum##i);
    EACH(STORE)
#undef BEGIN
#undef ADD
#undef STORE
}

/* LEN < SIZE bytes. */
INLINE void
dot_part(uint8_t *y, const uint8_t *c, const uint8_t *const *x, size_t count,
    size_t len)
{
    VECTOR sum = repeat(0);

    for (size_t j = 0; j < count; j++)
        sum = add(sum, multiply(load_part(x[j], len), repeat(c[j])));
    store_part(y, sum, len);
}

static void
dot(uint8_t *y, const uint8_t *c, const uint8_t *const *x, size_t count,
    size_t len)
{
    size_t at = 0;

    if (len < SIZE) {
        dot_part(y, c, x, count, len);
        return;
    }
    if (len >= PASSING_SIZE) {
        dot_block(y, c, x, count, 0, 1, false);
        for (at = misalignment(y); len - at >= BLOCK_SIZE; at += BLOCK_SIZE)
            dot_block(y, c, x, count, at, BLOCK, true);
        passed();
    }
    for (; len - at >= BLOCK_SIZE; at += BLOCK_SIZE)
        dot_block(y, c, x, count, at, BLOCK, false);
    /* The last vector ends where the bytes do, and has some once more. */
    for (; at < len; at += SIZE)
        dot_block(y, c, x, count, at < len - SIZE ? at : len - SIZE, 1, false);
}

/* ---- evaluate ---- */

/* Horner's rule at WIDTH points, x, for the vector at AT. */
INLINE void
evaluate_vector(const struct gf256_evaluation *e, size_t first, const VECTOR *x,
    unsigned width, size_t at)
{
    const uint8_t *from = e->higher + at;
    VECTOR term;

#define BEGIN(i) VECTOR sum##i = repeat(0);
    EACH(BEGIN)
    for (size_t k = e->degree; k > 0; k--) {
        term = load(from + (k - 1) * e->stride);
#define STEP(i)                                                                \
    if (width > (i))                                                           \
        sum##i = multiply(add(sum##i, term), x[i]);
        EACH(STEP)
    }
    term = load(e->constant + at);
    at += e->at;
    /* An aligned vector is passed only where all are aligned alike. */
#define STORE(i)                                                               \
    if (width > (i)) {                                                         \
        uint8_t *y = e->y[first + (i)] + at;                                   \
        sum##i = add(sum##i, term);                                            \
        if (e->passing && misalignment(y) == 0)                                \
            pass(y, sum##i);                                                   \
        else                                                                   \
            store(y, sum##i);                                                  \
    }
    EACH(STORE)
#undef BEGIN
#undef STEP
#undef STORE
}

INLINE void
evaluate_group(const struct gf256_evaluation *e, size_t first, unsigned width)
{
    const size_t last = e->len - SIZE;
    VECTOR x[8];
    size_t at = 0;

#define REPEAT(i)                                                              \
    if (width > (i))                                                           \
        x[i] = repeat(e->x[first + (i)]);
    EACH(REPEAT)
#undef REPEAT
    for (;;) {
        size_t step = SIZE;

        evaluate_vector(e, first, x, width, at);
        if (at == last)
            break;
        /* On to aligned addresses; and the last vector ends where the bytes
         * do, and has some once more. */
        if (e->passing || (SIZE == 64 && e->len >= ALIGNED_SIZE))
            step -= (uintptr_t)(e->y[first] + e->at + at) & (SIZE - 1);
        at = step < last - at ? at + step : last;
    }
}

/* Less than a vector's bytes, at GROUP points from FIRST on; where there are
 * fewer, at the last one again and again. */
static void
evaluate_part(const struct gf256_evaluation *e, size_t first)
{
    const size_t last = e->count - 1;
    VECTOR term;

#define BEGIN(i)                                                               \
    const size_t point##i = first + (i) < last ? first + (i) : last;           \
    const VECTOR x##i = repeat(e->x[point##i]);                                \
    VECTOR sum##i = repeat(0);
    EACH(BEGIN)
    for (size_t k = e->degree; k > 0; k--) {
        term = load_part(e->higher + (k - 1) * e->stride, e->len);
#define STEP(i)                                                                \
    if (GROUP > (i))                                                           \
        sum##i = multiply(add(sum##i, term), x##i);
        EACH(STEP)
    }
    term = load_part(e->constant, e->len);
#define STORE(i)                                                               \
    if (GROUP > (i))                                                           \
        store_part(e->y[point##i] + e->at, add(sum##i, term), e->len);
    EACH(STORE)
#undef BEGIN
#undef STEP
#undef STORE
}

static void
evaluate_groups(const struct gf256_evaluation *e)
{
    size_t first = 0;

    for (; e->count - first >= GROUP; first += GROUP)
        evaluate_group(e, first, GROUP);
#define REST(i)                                                                \
    if (GROUP > (i) && (i) > 0 && e->count - first == (i))                     \
        evaluate_group(e, first, i);
    EACH(REST)
#undef REST
    if (e->passing)
        passed();
}

static void
evaluate(const struct gf256_evaluation *e)
{
    if (e->len >= SIZE) {
        evaluate_groups(e);
        return;
    }
    for (size_t first = 0; first < e->count; first += GROUP)
        evaluate_part(e, first);
}

/* ---- weights ---- */

/* Each lane has the product that all have: over (x - x_i). */
INLINE VECTOR
product(const uint8_t *indices, size_t count, uint8_t x)
{
    VECTOR product = repeat(1);

    for (size_t i = 0; i < count; i++)
        product = multiply(product, repeat(indices[i] ^ x));
    return product;
}

/* Lane j: the product over i != j of (own_j - x_i). */
INLINE VECTOR
differences(VECTOR own, const uint8_t *indices, size_t count)
{
    /* Two products, so that one does not wait for the other. */
    VECTOR even = repeat(1);
    VECTOR odd = repeat(1);
    size_t i = 0;

    for (; count - i >= 2; i += 2) {
        even = multiply(even, nonzero(add(own, repeat(indices[i]))));
        odd = multiply(odd, nonzero(add(own, repeat(indices[i + 1]))));
    }
    if (i < count)
        even = multiply(even, nonzero(add(own, repeat(indices[i]))));
    return multiply(even, odd);
}

/* weights_j = product over i != j of (x - x_i) / (x_j - x_i): above is the
 * whole product, and so below the factor x_j - x. */
static void
weights(uint8_t *result, const uint8_t *indices, size_t count, uint8_t x)
{
    const VECTOR above = product(indices, count, x);

    for (size_t at = 0; at < count; at += SIZE) {
        const size_t len = count - at < SIZE ? count - at : SIZE;
        const VECTOR own =
            len < SIZE ? load_part(indices + at, len) : load(indices + at);
        const VECTOR below =
            multiply(differences(own, indices, count), add(own, repeat(x)));
        const VECTOR quotient = multiply(above, invert(below));

        if (len < SIZE)
            store_part(result + at, quotient, len);
        else
            store(result + at, quotient);
    }
}

#endif
