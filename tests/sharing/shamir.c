/* SPDX-License-Identifier: ISC */
/* Shamir byte by byte: every subset gives the polynomial's values, and what is
 * on no polynomial is noticed. */
#include "shamir.h"

#include <inttypes.h>
#include <string.h>

#include "gen.h"
#include "gf256.h"
#include "suite.h"

#define COUNT_MAX 255
#define LEN       40

/* Polynomials and their values at indices 0..255: value 0 is the secret. */
static uint8_t coefficients[COUNT_MAX][LEN];
static const uint8_t *coefficient[COUNT_MAX];
static uint8_t values[COUNT_MAX + 1][LEN];

static void
draw_polynomial(struct gen *gen, size_t threshold)
{
    for (size_t k = 0; k < threshold; k++) {
        gen_bytes(gen, coefficients[k], LEN);
        coefficient[k] = coefficients[k];
    }
}

static void
evaluate_all(size_t threshold)
{
    for (unsigned x = 0; x <= COUNT_MAX; x++)
        keyshare_shamir_evaluate(
            values[x], (uint8_t)x, coefficient, threshold, LEN);
}

/* The value at x from those at the indices. */
static void
interpolate(uint8_t *value, const uint8_t *indices, size_t count, uint8_t x)
{
    uint8_t weights[COUNT_MAX];
    const uint8_t *at[COUNT_MAX];
    uint8_t sum = 0;

    keyshare_shamir_weights(weights, indices, count, x);
    for (size_t j = 0; j < count; j++) {
        at[j] = values[indices[j]];
        sum ^= weights[j];
    }
    /* As the constant polynomial 1 has it: weights sum to 1. */
    ck_assert_uint_eq(sum, 1);
    keyshare_shamir_interpolate(value, weights, at, count, LEN);
}

/* Sums of powers, term by term. */
START_TEST(evaluate_is_the_sum_of_terms)
{
    struct gen gen = gen_begin();

    for (size_t threshold = 1; threshold <= 6; threshold++) {
        draw_polynomial(&gen, threshold);
        evaluate_all(threshold);
        ck_assert_mem_eq(values[0], coefficients[0], LEN);
        for (unsigned x = 0; x <= COUNT_MAX; x++)
            for (size_t i = 0; i < LEN; i++) {
                uint8_t sum = 0;
                uint8_t power = 1;

                for (size_t k = 0; k < threshold; k++) {
                    sum ^= keyshare_gf256_mul_public(coefficients[k][i], power);
                    power = keyshare_gf256_mul_public(power, (uint8_t)x);
                }
                ck_assert_msg(values[x][i] == sum,
                    "seed %" PRIu64 " threshold %zu x %u", gen.seed, threshold,
                    x);
            }
    }
}
END_TEST

/* The indices of a set of bits, lowest first. */
static size_t
indices_of(unsigned bits, uint8_t *indices)
{
    size_t count = 0;

    for (uint8_t i = 1; bits != 0; i++, bits >>= 1)
        if (bits & 1)
            indices[count++] = i;
    return count;
}

/* M = _i of up to 6: whichever M, at 0 and everywhere else. */
START_TEST(every_subset_gives_every_value)
{
    const size_t threshold = (size_t)_i;
    struct gen gen = gen_begin();

    draw_polynomial(&gen, threshold);
    evaluate_all(threshold);
    for (unsigned bits = 1; bits < 1 << 6; bits++) {
        uint8_t indices[6];

        if (indices_of(bits, indices) != threshold)
            continue;
        for (unsigned x = 0; x <= COUNT_MAX; x++) {
            uint8_t value[LEN];

            if (memchr(indices, (int)x, threshold) != NULL)
                continue;
            interpolate(value, indices, threshold, (uint8_t)x);
            ck_assert_msg(memcmp(value, values[x], LEN) == 0,
                "seed %" PRIu64 " subset 0x%x at %u", gen.seed, bits, x);
        }
    }
}
END_TEST

/* More points than the degree asks for do no harm; fewer give something else. */
START_TEST(more_agree_and_fewer_do_not)
{
    static const uint8_t indices[] = {9, 200, 3, 77, 255, 1};
    struct gen gen = gen_begin();
    uint8_t value[LEN];

    draw_polynomial(&gen, 4);
    evaluate_all(4);
    for (size_t count = 1; count <= 6; count++) {
        interpolate(value, indices, count, 0);
        ck_assert_msg(
            (memcmp(value, coefficients[0], LEN) == 0) == (count >= 4),
            "seed %" PRIu64 " count %zu", gen.seed, count);
    }
}
END_TEST

START_TEST(order_does_not_matter)
{
    struct gen gen = gen_begin();

    draw_polynomial(&gen, 7);
    evaluate_all(7);
    for (size_t c = 0; c < gen_count(200); c++) {
        size_t chosen[7];
        uint8_t indices[7];
        uint8_t value[LEN];

        gen_choice(&gen, chosen, 7, COUNT_MAX);
        for (size_t j = 0; j < 7; j++)
            indices[j] = (uint8_t)(chosen[j] + 1);
        interpolate(value, indices, 7, 0);
        ck_assert_msg(memcmp(value, coefficients[0], LEN) == 0,
            "seed %" PRIu64 " case %zu", gen.seed, c);
    }
}
END_TEST

/* All indices that there are: a polynomial of degree 254. */
START_TEST(all_indices)
{
    struct gen gen = gen_begin();
    uint8_t indices[COUNT_MAX];
    const uint8_t *at[COUNT_MAX];
    uint8_t value[LEN];
    uint8_t room[LEN];

    draw_polynomial(&gen, COUNT_MAX);
    evaluate_all(COUNT_MAX);
    for (unsigned i = 0; i < COUNT_MAX; i++) {
        indices[i] = (uint8_t)(COUNT_MAX - i);
        at[i] = values[indices[i]];
    }
    interpolate(value, indices, COUNT_MAX, 0);
    ck_assert_mem_eq(value, coefficients[0], LEN);
    /* Of degree 254, it is on none of degree 253. */
    ck_assert_uint_eq(keyshare_shamir_consistent(
                          indices, at, COUNT_MAX, COUNT_MAX - 1, LEN, room),
        0);
    draw_polynomial(&gen, COUNT_MAX - 1);
    evaluate_all(COUNT_MAX - 1);
    ck_assert_uint_eq(keyshare_shamir_consistent(
                          indices, at, COUNT_MAX, COUNT_MAX - 1, LEN, room),
        UINT32_MAX);
}
END_TEST

/* Whichever byte of whichever value is changed, however. */
START_TEST(one_changed_byte_is_inconsistent)
{
    static const uint8_t indices[] = {4, 1, 250, 99, 7, 31};
    const size_t threshold = (size_t)_i;
    struct gen gen = gen_begin();
    const uint8_t *at[6];
    uint8_t room[LEN];

    draw_polynomial(&gen, threshold);
    evaluate_all(threshold);
    for (size_t j = 0; j < 6; j++)
        at[j] = values[indices[j]];
    ck_assert_uint_eq(
        keyshare_shamir_consistent(indices, at, 6, threshold, LEN, room),
        UINT32_MAX);
    for (size_t j = 0; j < 6; j++)
        for (size_t i = 0; i < LEN; i++)
            for (unsigned bit = 0; bit < 8; bit++) {
                values[indices[j]][i] ^= (uint8_t)(1 << bit);
                ck_assert_msg(keyshare_shamir_consistent(
                                  indices, at, 6, threshold, LEN, room) == 0,
                    "threshold %zu value %zu byte %zu bit %u", threshold, j, i,
                    bit);
                values[indices[j]][i] ^= (uint8_t)(1 << bit);
            }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("shamir");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_test(laws, evaluate_is_the_sum_of_terms);
    tcase_add_loop_test(laws, every_subset_gives_every_value, 1, 7);
    tcase_add_test(laws, more_agree_and_fewer_do_not);
    tcase_add_test(laws, order_does_not_matter);
    tcase_add_loop_test(laws, one_changed_byte_is_inconsistent, 1, 6);
    suite_add_tcase(suite, laws);
    tcase_add_test(bounds, all_indices);
    suite_add_tcase(suite, bounds);
    return suite;
}
