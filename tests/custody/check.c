/* SPDX-License-Identifier: ISC */
/* Check: what gf256 can say of a dealing that was bad itself. */
#include <keyshare/recover.h>

#include <string.h>

#include "odd.h"
#include "suite.h"

#define THRESHOLD 3
#define COUNT     6

/* The card, from 1, whose share is off the others' polynomial, truly tagged. */
#define ODD 4

static bool
holds_odd(const size_t *chosen, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (chosen[i] == ODD - 1)
            return true;
    return false;
}

/* Every subset: all cards verify; more than M with the odd one among them are
 * inconsistent, and a recovery is refused iff it is among the first M. */
START_TEST(bad_dealing)
{
    struct gen gen = gen_begin();
    struct set set;

    odd_deal(&set, &gen, THRESHOLD, COUNT, ODD);
    for (size_t size = 0; size <= COUNT; size++) {
        size_t chosen[COUNT];

        choice_first(chosen, size);
        do {
            keyshare_image cards[COUNT];
            keyshare_verdict verdicts[COUNT];
            keyshare_recoverable recoverable, expected;
            keyshare_secret *key;
            size_t good;

            set_choose(&set, cards, chosen, size);
            ck_assert_int_eq(keyshare_check(verdicts, &recoverable, &good,
                                 set.record, NULL, cards, size),
                KEYSHARE_OK);
            ck_assert_uint_eq(good, size);
            expected = size < THRESHOLD ? KEYSHARE_RECOVERABLE_NO
                       : size > THRESHOLD && holds_odd(chosen, size)
                           ? KEYSHARE_RECOVERABLE_INCONSISTENT
                           : KEYSHARE_RECOVERABLE_AS_DEALT;
            ck_assert_int_eq(recoverable, expected);
            ck_assert_int_eq(
                keyshare_recover(&key, verdicts, set.record, NULL, cards, size),
                size < THRESHOLD               ? KEYSHARE_ERR_QUORUM
                : holds_odd(chosen, THRESHOLD) ? KEYSHARE_ERR_MISMATCH
                                               : KEYSHARE_OK);
            for (size_t i = 0; i < size; i++)
                ck_assert_int_eq(verdicts[i], KEYSHARE_VERDICT_OK);
            keyshare_secret_free(&key);
        } while (choice_next(chosen, size, COUNT));
    }
    set_free(&set);
}
END_TEST

/* An honest dealing is never called inconsistent; duplicates count once. */
START_TEST(honest_dealing)
{
    static const keyshare_scheme schemes[] = {
        KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};
    struct gen gen = gen_begin();
    struct set set;

    set_deal(&set, &gen, set_policy(schemes[_i], THRESHOLD, COUNT), 16);
    for (size_t size = 0; size <= COUNT; size++) {
        keyshare_image cards[2 * COUNT];
        keyshare_verdict verdicts[2 * COUNT];
        keyshare_recoverable recoverable;
        size_t good;

        for (size_t i = 0; i < 2 * size; i++)
            cards[i] = set.cards[i / 2];
        ck_assert_int_eq(keyshare_check(verdicts, &recoverable, &good,
                             set.record, NULL, cards, 2 * size),
            KEYSHARE_OK);
        ck_assert_uint_eq(good, size);
        ck_assert_int_eq(recoverable, size < THRESHOLD ? KEYSHARE_RECOVERABLE_NO
                                      : _i == 0 ? KEYSHARE_RECOVERABLE_AS_DEALT
                                                : KEYSHARE_RECOVERABLE_YES);
        for (size_t i = 0; i < 2 * size; i++)
            ck_assert_int_eq(verdicts[i],
                i % 2 == 0 ? KEYSHARE_VERDICT_OK : KEYSHARE_VERDICT_DUPLICATE);
    }
    set_free(&set);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("check");
    TCase *laws = tcase_create("laws");

    tcase_add_test(laws, bad_dealing);
    tcase_add_loop_test(laws, honest_dealing, 0, 2);
    suite_add_tcase(suite, laws);
    return suite;
}
