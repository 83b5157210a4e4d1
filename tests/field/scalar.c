/* SPDX-License-Identifier: ISC */
/* Scalars against libsodium's, and at the edges of L.
 *
 * [RFC9496] The ristretto255 and decaf448 Groups.
 */
#include "scalar.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "gen.h"
#include "hex.h"
#include "suite.h"

#define SIZE      KEYSHARE_SCALAR_SIZE
#define WIDE_SIZE KEYSHARE_SCALAR_WIDE_SIZE

/* [RFC9496] section 4.1, little-endian */
#define L_MINUS_1                                                              \
    "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"
#define L_ITSELF                                                               \
    "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"
#define L_PLUS_1                                                               \
    "eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE  "0100000000000000000000000000000000000000000000000000000000000000"
#define POWER_252                                                              \
    "0000000000000000000000000000000000000000000000000000000000000010"
#define ONES "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static const struct prime *const field = &keyshare_scalar_field;

static mp_limb_t *
scratch_new(void)
{
    mp_limb_t *scratch =
        malloc((size_t)keyshare_prime_itch(field) * sizeof *scratch);

    ck_assert_ptr_nonnull(scratch);
    return scratch;
}

/* The canonical integers at the edges, then random ones. */
static void
make_scalar(struct gen *gen, uint8_t *bytes, size_t which)
{
    static const char *const edges[] = {ZERO, ONE, POWER_252, L_MINUS_1};
    uint8_t wide[WIDE_SIZE];

    if (which < 4) {
        hex_read(bytes, SIZE, edges[which]);
        return;
    }
    gen_bytes(gen, wide, sizeof wide);
    crypto_core_ristretto255_scalar_reduce(bytes, wide);
}

#define SCALARS 12

START_TEST(field_is_that_of_the_group)
{
    uint8_t bytes[SIZE];
    uint8_t expected[SIZE];

    hex_read(expected, SIZE, L_ITSELF);
    keyshare_prime_store(bytes, SIZE, field->modulus, field->limbs);
    ck_assert_mem_eq(bytes, expected, SIZE);
    ck_assert_int_eq(field->limbs, KEYSHARE_SCALAR_LIMBS);
}
END_TEST

/* What is written down is what the prime field computes, and what plain integers
 * compute. */
START_TEST(reciprocal_is_that_of_the_order)
{
    const mp_size_t itch = keyshare_prime_begin_itch(KEYSHARE_SCALAR_LIMBS);
    mp_limb_t *scratch = malloc((size_t)itch * sizeof *scratch);
    mp_limb_t reciprocal[KEYSHARE_SCALAR_LIMBS + 1];
    struct prime p;
    mpz_t expected;
    mpz_t order;

    ck_assert_ptr_nonnull(scratch);
    keyshare_prime_begin(
        &p, field->modulus, KEYSHARE_SCALAR_LIMBS, reciprocal, scratch);
    ck_assert_mem_eq(field->reciprocal, reciprocal, sizeof reciprocal);
    ck_assert_uint_eq(field->subtractions, p.subtractions);
    mpz_init_set_ui(expected, 1);
    mpz_mul_2exp(expected, expected, 512);
    mpz_fdiv_q(
        expected, expected, mpz_roinit_n(order, field->modulus, field->limbs));
    ck_assert_uint_eq(mpz_size(expected), KEYSHARE_SCALAR_LIMBS + 1);
    for (mp_size_t i = 0; i <= KEYSHARE_SCALAR_LIMBS; i++)
        ck_assert_uint_eq(field->reciprocal[i], mpz_getlimbn(expected, i));
    mpz_clear(expected);
    free(scratch);
}
END_TEST

/* One pair: a + b, a - b, a * b. */
static void
check_pair(const uint8_t *a, const uint8_t *b, mp_limb_t *scratch,
    const struct gen *gen)
{
    mp_limb_t x[KEYSHARE_SCALAR_LIMBS];
    mp_limb_t y[KEYSHARE_SCALAR_LIMBS];
    mp_limb_t r[KEYSHARE_SCALAR_LIMBS];
    uint8_t ours[3][SIZE];
    uint8_t theirs[3][SIZE];

    ck_assert_uint_eq(keyshare_scalar_load(x, a, SIZE, scratch), UINT32_MAX);
    ck_assert_uint_eq(keyshare_scalar_load(y, b, SIZE, scratch), UINT32_MAX);
    keyshare_prime_add(field, r, x, y, scratch);
    keyshare_scalar_store(ours[0], r);
    keyshare_prime_sub(field, r, x, y);
    keyshare_scalar_store(ours[1], r);
    keyshare_prime_mul(field, r, x, y, scratch);
    keyshare_scalar_store(ours[2], r);
    crypto_core_ristretto255_scalar_add(theirs[0], a, b);
    crypto_core_ristretto255_scalar_sub(theirs[1], a, b);
    crypto_core_ristretto255_scalar_mul(theirs[2], a, b);
    for (int i = 0; i < 3; i++)
        ck_assert_msg(memcmp(ours[i], theirs[i], SIZE) == 0,
            "seed %" PRIu64 " operation %c", gen->seed, "+-*"[i]);
}

START_TEST(arithmetic_is_libsodiums)
{
    struct gen gen = gen_begin();
    mp_limb_t *scratch = scratch_new();
    uint8_t a[SIZE];
    uint8_t b[SIZE];

    for (size_t i = 0; i < SCALARS; i++)
        for (size_t j = 0; j < SCALARS; j++) {
            make_scalar(&gen, a, i);
            make_scalar(&gen, b, j);
            check_pair(a, b, scratch, &gen);
        }
    for (size_t i = 0; i < gen_count(2000); i++) {
        make_scalar(&gen, a, SCALARS);
        make_scalar(&gen, b, SCALARS);
        check_pair(a, b, scratch, &gen);
    }
    free(scratch);
}
END_TEST

START_TEST(inverses_are_libsodiums)
{
    struct gen gen = gen_begin();
    mp_limb_t *scratch = scratch_new();
    mp_limb_t x[KEYSHARE_SCALAR_LIMBS];
    uint8_t a[SIZE];
    uint8_t ours[SIZE];
    uint8_t theirs[SIZE] = {0};

    for (size_t i = 0; i < gen_count(100); i++) {
        make_scalar(&gen, a, i);
        (void)keyshare_scalar_load(x, a, SIZE, scratch);
        keyshare_prime_invert(field, x, x, scratch);
        keyshare_scalar_store(ours, x);
        /* Of 0 it has none, and says so. */
        if (crypto_core_ristretto255_scalar_invert(theirs, a) != 0)
            memset(theirs, 0, sizeof theirs);
        ck_assert_msg(memcmp(ours, theirs, SIZE) == 0,
            "seed %" PRIu64 " case %zu", gen.seed, i);
    }
    free(scratch);
}
END_TEST

/* Random, all ones, and multiples of L with their neighbours. */
START_TEST(wide_reduction_is_libsodiums)
{
    struct gen gen = gen_begin();
    mp_limb_t *scratch = scratch_new();

    for (size_t i = 0; i < gen_count(2000); i++) {
        mp_limb_t x[KEYSHARE_SCALAR_LIMBS];
        uint8_t wide[WIDE_SIZE] = {0};
        uint8_t ours[SIZE];
        uint8_t theirs[SIZE];

        if (i == 0) {
            memset(wide, 0xff, sizeof wide);
        } else if (i < 4) {
            const char *edges[] = {L_MINUS_1, L_ITSELF, L_PLUS_1};

            hex_read(wide, SIZE, edges[i - 1]);
        } else if (i < 7) {
            const char *edges[] = {L_MINUS_1, L_ITSELF, L_PLUS_1};

            hex_read(wide + SIZE, SIZE, edges[i - 4]);
        } else {
            gen_bytes(&gen, wide, gen_below(&gen, sizeof wide + 1));
        }
        keyshare_scalar_reduce_wide(x, wide, scratch);
        keyshare_scalar_store(ours, x);
        crypto_core_ristretto255_scalar_reduce(theirs, wide);
        ck_assert_msg(memcmp(ours, theirs, SIZE) == 0,
            "seed %" PRIu64 " case %zu", gen.seed, i);
    }
    free(scratch);
}
END_TEST

static const struct {
    const char *bytes;
    uint32_t reduced;
} loads[] = {
    {ZERO, UINT32_MAX},
    {ONE, UINT32_MAX},
    {POWER_252, UINT32_MAX},
    {L_MINUS_1, UINT32_MAX},
    {L_ITSELF, 0},
    {L_PLUS_1, 0},
    {ONES, 0},
    /* 2^253, 2^255, and L + 2^255 */
    {"0000000000000000000000000000000000000000000000000000000000000020", 0},
    {"0000000000000000000000000000000000000000000000000000000000000080", 0},
    {"edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000090", 0},
};

/* Canonical or not, the integer is loaded as it stands. */
START_TEST(load_says_whether_it_is_canonical)
{
    mp_limb_t *scratch = scratch_new();
    mp_limb_t x[KEYSHARE_SCALAR_LIMBS];
    uint8_t bytes[SIZE];
    uint8_t stored[SIZE];

    hex_read(bytes, SIZE, loads[_i].bytes);
    ck_assert_uint_eq(
        keyshare_scalar_load(x, bytes, SIZE, scratch), loads[_i].reduced);
    ck_assert_uint_eq(keyshare_scalar_is_canonical(bytes), loads[_i].reduced);
    keyshare_scalar_store(stored, x);
    ck_assert_mem_eq(stored, bytes, SIZE);
    free(scratch);
}
END_TEST

/* Shorter than a scalar: zeros above, and up to 31 bytes always below L. */
START_TEST(load_of_fewer_bytes)
{
    mp_limb_t *scratch = scratch_new();

    for (size_t len = 0; len < SIZE; len++) {
        uint8_t *ones = malloc(len == 0 ? 1 : len);
        mp_limb_t x[KEYSHARE_SCALAR_LIMBS];
        uint8_t stored[SIZE];

        ck_assert_ptr_nonnull(ones);
        memset(ones, 0xff, len);
        ck_assert_uint_eq(
            keyshare_scalar_load(x, ones, len, scratch), UINT32_MAX);
        keyshare_scalar_store(stored, x);
        for (size_t i = 0; i < SIZE; i++)
            ck_assert_uint_eq(stored[i], i < len ? 0xff : 0);
        free(ones);
    }
    free(scratch);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("scalar");
    TCase *vectors = tcase_create("vectors");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_test(vectors, field_is_that_of_the_group);
    tcase_add_test(vectors, reciprocal_is_that_of_the_order);
    suite_add_tcase(suite, vectors);
    tcase_add_test(laws, arithmetic_is_libsodiums);
    tcase_add_test(laws, inverses_are_libsodiums);
    tcase_add_test(laws, wide_reduction_is_libsodiums);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(bounds, load_says_whether_it_is_canonical, 0,
        (int)(sizeof loads / sizeof *loads));
    tcase_add_test(bounds, load_of_fewer_bytes);
    suite_add_tcase(suite, bounds);
    return suite;
}
