/* SPDX-License-Identifier: ISC */
/* Verdicts: their words, and that no flipped bit makes a card good. */
#include <keyshare/verdict.h>

#include <string.h>

#include <keyshare/recover.h>

#include "suite.h"

static const struct {
    keyshare_verdict verdict;
    const char *text;
} verdicts[] = {
    {KEYSHARE_VERDICT_NONE, "not judged"},
    {KEYSHARE_VERDICT_OK, "ok"},
    {KEYSHARE_VERDICT_DAMAGED, "damaged"},
    {KEYSHARE_VERDICT_OTHER_ROLE, "other-role"},
    {KEYSHARE_VERDICT_OTHER_EPOCH, "other-epoch"},
    {KEYSHARE_VERDICT_OTHER_SET, "other-set"},
    {KEYSHARE_VERDICT_INVALID, "invalid"},
    {KEYSHARE_VERDICT_DUPLICATE, "duplicate"},
};

#define COUNT (int)(sizeof verdicts / sizeof *verdicts)

START_TEST(words)
{
    ck_assert_str_eq(
        keyshare_verdict_text(verdicts[_i].verdict), verdicts[_i].text);
    ck_assert_uint_gt(
        strlen(keyshare_verdict_explain(verdicts[_i].verdict)), 20);
    for (int i = 0; i < _i; i++)
        ck_assert_str_ne(keyshare_verdict_explain(verdicts[i].verdict),
            keyshare_verdict_explain(verdicts[_i].verdict));
}
END_TEST

START_TEST(unknown_is_not_judged)
{
    const int unknown[] = {1, 2, 0xff, -1, 0x7fffffff};

    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        ck_assert_str_eq(
            keyshare_verdict_text((keyshare_verdict)unknown[i]), "not judged");
        ck_assert_str_eq(keyshare_verdict_explain((keyshare_verdict)unknown[i]),
            keyshare_verdict_explain(KEYSHARE_VERDICT_NONE));
    }
}
END_TEST

/* Good is at least three bits from zero and from each other verdict. */
START_TEST(good_is_far_from_all)
{
    for (int i = 0; i < COUNT; i++) {
        unsigned difference =
            (unsigned)verdicts[i].verdict ^ KEYSHARE_VERDICT_OK;
        unsigned bits = 0;

        for (; difference != 0; difference &= difference - 1)
            bits++;
        ck_assert(verdicts[i].verdict == KEYSHARE_VERDICT_OK || bits >= 3);
    }
}
END_TEST

START_TEST(recoverable_words)
{
    ck_assert_str_eq(keyshare_recoverable_text(KEYSHARE_RECOVERABLE_NO), "no");
    ck_assert_str_eq(
        keyshare_recoverable_text(KEYSHARE_RECOVERABLE_YES), "yes");
    ck_assert_str_eq(
        keyshare_recoverable_text(KEYSHARE_RECOVERABLE_AS_DEALT), "as-dealt");
    ck_assert_str_eq(
        keyshare_recoverable_text(KEYSHARE_RECOVERABLE_INCONSISTENT),
        "inconsistent");
    ck_assert_str_eq(keyshare_recoverable_text((keyshare_recoverable)1), "no");
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("verdict");
    TCase *laws = tcase_create("laws");

    tcase_add_loop_test(laws, words, 0, COUNT);
    tcase_add_test(laws, unknown_is_not_judged);
    tcase_add_test(laws, good_is_far_from_all);
    tcase_add_test(laws, recoverable_words);
    suite_add_tcase(suite, laws);
    return suite;
}
