/* SPDX-License-Identifier: ISC */
/* Masks: all ones for yes, zero for no, and nothing between. */
#include "ct.h"

#include <inttypes.h>
#include <string.h>

#include "suite.h"

#define LEN_MAX 40

static void
check_is_zero(uint32_t x)
{
    ck_assert_msg(keyshare_ct_is_zero(x) == (x == 0 ? UINT32_MAX : 0),
        "is_zero(0x%" PRIx32 ") = 0x%" PRIx32, x, keyshare_ct_is_zero(x));
}

/* Each half of the word alone and below and above ones, whatever it is. */
START_TEST(is_zero_at_every_half_word)
{
    for (uint32_t x = 0; x <= 0xffff; x++) {
        check_is_zero(x);
        check_is_zero(x << 16);
        check_is_zero(x << 16 | 0xffff);
        check_is_zero(0xffff0000 | x);
    }
}
END_TEST

/* Round each power of two, where a carry or a borrow changes its length. */
START_TEST(is_zero_round_powers_of_two)
{
    for (unsigned bit = 0; bit < 32; bit++) {
        uint32_t power = (uint32_t)1 << bit;

        check_is_zero(power - 1);
        check_is_zero(power);
        check_is_zero(power + 1);
        check_is_zero(0 - power);
        check_is_zero(~power);
    }
}
END_TEST

START_TEST(barrier_changes_nothing)
{
    for (unsigned bit = 0; bit < 32; bit++) {
        uint32_t power = (uint32_t)1 << bit;

        ck_assert_uint_eq(keyshare_ct_barrier(power), power);
        ck_assert_uint_eq(keyshare_ct_barrier(~power), ~power);
    }
}
END_TEST

/* At every length, equal but for one bit, wherever that is; what lies behind
 * the bytes is not looked at. */
START_TEST(equal_sees_every_bit)
{
    uint8_t a[LEN_MAX + 1];
    uint8_t b[LEN_MAX + 1];

    for (size_t len = 0; len <= LEN_MAX; len++) {
        for (size_t i = 0; i <= len; i++)
            a[i] = b[i] = (uint8_t)(0x5a + 7 * i);
        b[len] ^= 0xff;
        ck_assert_uint_eq(keyshare_ct_equal(a, b, len), UINT32_MAX);
        for (size_t bit = 0; bit < 8 * len; bit++) {
            b[bit / 8] ^= (uint8_t)(1 << bit % 8);
            ck_assert_msg(keyshare_ct_equal(a, b, len) == 0,
                "length %zu, bit %zu", len, bit);
            b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}
END_TEST

START_TEST(all_zero_sees_every_bit)
{
    uint8_t a[LEN_MAX + 1];

    for (size_t len = 0; len <= LEN_MAX; len++) {
        memset(a, 0, sizeof a);
        a[len] = 0xff;
        ck_assert_uint_eq(keyshare_ct_all_zero(a, len), UINT32_MAX);
        for (size_t bit = 0; bit < 8 * len; bit++) {
            a[bit / 8] = (uint8_t)(1 << bit % 8);
            ck_assert_msg(keyshare_ct_all_zero(a, len) == 0,
                "length %zu, bit %zu", len, bit);
            a[bit / 8] = 0;
        }
    }
}
END_TEST

/* Differences in several bytes must not cancel. */
START_TEST(differences_do_not_cancel)
{
    const uint8_t ones[4] = {0xff, 0xff, 0xff, 0xff};
    const uint8_t zeros[4] = {0};

    ck_assert_uint_eq(keyshare_ct_equal(ones, zeros, 2), 0);
    ck_assert_uint_eq(keyshare_ct_equal(ones, zeros, 4), 0);
    ck_assert_uint_eq(keyshare_ct_all_zero(ones, 2), 0);
    ck_assert_uint_eq(keyshare_ct_all_zero(ones, 4), 0);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("ct");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_test(laws, barrier_changes_nothing);
    tcase_add_test(laws, equal_sees_every_bit);
    tcase_add_test(laws, all_zero_sees_every_bit);
    tcase_add_test(laws, differences_do_not_cancel);
    suite_add_tcase(suite, laws);
    tcase_add_test(bounds, is_zero_at_every_half_word);
    tcase_add_test(bounds, is_zero_round_powers_of_two);
    suite_add_tcase(suite, bounds);
    return suite;
}
