/* SPDX-License-Identifier: ISC */
/* What the layer field takes: integers modulo L, GF(2^8), the group. */
#include "bench.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "gf256.h"
#include "group.h"
#include "scalar.h"

#define VECTORS_MAX 5
#define LIMBS       KEYSHARE_SCALAR_LIMBS

struct numbers {
    mp_limb_t a[LIMBS];
    mp_limb_t b[LIMBS];
    mp_limb_t product[2 * LIMBS];
    mp_limb_t *scratch;
    uint8_t wide[KEYSHARE_SCALAR_WIDE_SIZE];
    uint8_t scalar[KEYSHARE_SCALAR_SIZE];
    uint8_t point[KEYSHARE_GROUP_SIZE];
};

static void
run_mul(void *state)
{
    struct numbers *n = state;

    keyshare_prime_mul(&keyshare_scalar_field, n->a, n->a, n->b, n->scratch);
}

static void
run_mul_index(void *state)
{
    struct numbers *n = state;

    keyshare_prime_mul_index(
        &keyshare_scalar_field, n->a, n->a, 251, n->scratch);
}

static void
run_add(void *state)
{
    struct numbers *n = state;

    keyshare_prime_add(&keyshare_scalar_field, n->a, n->a, n->b, n->scratch);
}

static void
run_invert(void *state)
{
    struct numbers *n = state;

    keyshare_prime_invert(&keyshare_scalar_field, n->a, n->a, n->scratch);
}

static void
run_reduce(void *state)
{
    struct numbers *n = state;

    keyshare_scalar_reduce_wide(n->a, n->wide, n->scratch);
}

/* What GMP's own division takes for the same: the yardstick. */
static void
run_division(void *state)
{
    struct numbers *n = state;
    const mp_limb_t *modulus = keyshare_scalar_field.modulus;

    mpn_sec_mul(n->product, n->a, LIMBS, n->b, LIMBS, n->scratch);
    mpn_sec_div_r(n->product, 2 * LIMBS, modulus, LIMBS, n->scratch);
    mpn_copyi(n->a, n->product, LIMBS);
}

static void
run_sodium_mul(void *state)
{
    struct numbers *n = state;

    crypto_core_ristretto255_scalar_mul(n->scalar, n->scalar, n->scalar);
}

static void
run_group_mul(void *state)
{
    struct numbers *n = state;

    keyshare_group_mul(n->point, n->scalar, n->point);
}

static void
run_group_mul_base(void *state)
{
    struct numbers *n = state;

    keyshare_group_mul_base(n->point, n->scalar);
}

static void
run_group_add(void *state)
{
    struct numbers *n = state;

    keyshare_group_add(n->point, n->point, n->point);
}

static void
run_group_is_element(void *state)
{
    struct numbers *n = state;

    bench_require(keyshare_group_is_element(n->point), "an element");
}

static void
measure_group(struct bench *bench, struct numbers *numbers)
{
    const struct bench_row rows[] = {
        {.name = "variable-base multiplication",
            .run = run_group_mul,
            .context = numbers},
        {.name = "fixed-base multiplication",
            .run = run_group_mul_base,
            .context = numbers},
        {.name = "addition", .run = run_group_add, .context = numbers},
        {.name = "is it an element?",
            .run = run_group_is_element,
            .context = numbers},
    };

    bench_group(bench, "ristretto255");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        bench_add(bench, &rows[i]);
    bench_measure(bench);
}

static void
measure_scalars(struct bench *bench, struct numbers *numbers)
{
    const struct bench_row rows[] = {
        {.name = "a * b", .run = run_mul, .context = numbers},
        {.name = "a * b by libsodium",
            .run = run_sodium_mul,
            .context = numbers},
        {.name = "a * b by mpn_sec_div_r",
            .run = run_division,
            .context = numbers},
        {.name = "a * index", .run = run_mul_index, .context = numbers},
        {.name = "a + b", .run = run_add, .context = numbers},
        {.name = "1 / a", .run = run_invert, .context = numbers},
        {.name = "64 bytes, reduced", .run = run_reduce, .context = numbers},
    };
    const struct bench_term sodium = {1, 1};
    const struct bench_term division = {1, 2};

    bench_group(bench, "modulo L");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        bench_add(bench, &rows[i]);
    bench_measure(bench);
    bench_ratio(bench, "a * b to libsodium's", 0, &sodium, 1, 0);
    bench_ratio(
        bench, "a * b: mpn_sec_mul + mpn_sec_div_r", 0, &division, 1, 0.6);
}

/* ---- GF(2^8) ---- */

struct vectors {
    size_t count;
    size_t len;
    uint8_t *y;
    uint8_t *memory; /* of all x */
    uint8_t c[VECTORS_MAX];
    const uint8_t *x[VECTORS_MAX];
};

static void *
setup_vectors(void *context)
{
    struct vectors *v = context;

    v->y = malloc(v->len);
    v->memory = malloc(v->count * v->len);
    bench_require(v->y != NULL && v->memory != NULL, "memory");
    randombytes_buf(v->memory, v->count * v->len);
    for (size_t j = 0; j < v->count; j++) {
        v->c[j] = (uint8_t)(0x53 + 29 * j);
        v->x[j] = v->memory + j * v->len;
    }
    return v;
}

static void
teardown_vectors(void *state)
{
    struct vectors *v = state;

    free(v->y);
    free(v->memory);
}

static void
run_dot(void *state)
{
    struct vectors *v = state;

    keyshare_gf256_dot(v->y, v->c, v->x, v->count, v->len);
}

static void
measure_gf256(struct bench *bench)
{
    static struct vectors sizes[] = {
        {.count = 5, .len = 32},
        {.count = 5, .len = 4 << 10},
        {.count = 5, .len = 1 << 20},
    };
    static const char *const names[] = {"dot, 5 vectors of 32 bytes",
        "dot, 5 vectors of 4 KiB", "dot, 5 vectors of 1 MiB"};

    bench_group(bench, "GF(2^8), portable");
    for (size_t i = 0; i < 3; i++) {
        const struct bench_row row = {
            .name = names[i],
            .run = run_dot,
            .context = &sizes[i],
            .setup = setup_vectors,
            .teardown = teardown_vectors,
            .bytes = sizes[i].len,
        };

        bench_add(bench, &row);
    }
    bench_measure(bench);
}

int
main(int argc, char **argv)
{
    struct bench *bench = bench_begin(&argc, argv, "field");
    struct numbers numbers;
    size_t itch = (size_t)keyshare_prime_itch(&keyshare_scalar_field) +
                  (size_t)mpn_sec_div_r_itch(2 * LIMBS, LIMBS);

    bench_require(argc == 1 && sodium_init() >= 0, "arguments, libsodium");
    numbers.scratch = calloc(itch, sizeof *numbers.scratch);
    bench_require(numbers.scratch != NULL, "memory");
    randombytes_buf(numbers.wide, sizeof numbers.wide);
    crypto_core_ristretto255_scalar_reduce(numbers.scalar, numbers.wide);
    crypto_core_ristretto255_random(numbers.point);
    keyshare_scalar_load(
        numbers.a, numbers.scalar, sizeof numbers.scalar, numbers.scratch);
    memcpy(numbers.b, numbers.a, sizeof numbers.b);
    measure_scalars(bench, &numbers);
    measure_group(bench, &numbers);
    measure_gf256(bench);
    free(numbers.scratch);
    return bench_end(bench);
}
