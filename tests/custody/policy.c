/* SPDX-License-Identifier: ISC */
/* Policies: the presets, which may be dealt under, and their words. */
#include <keyshare/policy.h>

#include <string.h>

#include "suite.h"

static const struct {
    keyshare_role role;
    unsigned threshold, count;
    const char *text;
} roles[] = {
    {KEYSHARE_ROLE_RKSH, 5, 7, "rksh"},
    {KEYSHARE_ROLE_CO, 3, 7, "co"},
    {KEYSHARE_ROLE_SO, 3, 7, "so"},
    {KEYSHARE_ROLE_TRANSFER, 2, 3, "transfer"},
};

START_TEST(presets)
{
    keyshare_policy policy;

    memset(&policy, 0xa5, sizeof policy);
    ck_assert_int_eq(
        keyshare_policy_preset(&policy, roles[_i].role), KEYSHARE_OK);
    ck_assert_int_eq(policy.role, roles[_i].role);
    ck_assert_int_eq(policy.scheme, KEYSHARE_SCHEME_PEDERSEN);
    ck_assert_uint_eq(policy.threshold, roles[_i].threshold);
    ck_assert_uint_eq(policy.count, roles[_i].count);
    ck_assert_int_eq(keyshare_policy_check(&policy), KEYSHARE_OK);
    ck_assert_str_eq(keyshare_role_text(roles[_i].role), roles[_i].text);
}
END_TEST

static const int not_preset[] = {0, -1, 5, 255, 256, 0x7fffffff, -0x7fffffff};

START_TEST(no_preset)
{
    const keyshare_policy zero = {0};
    keyshare_policy policy;

    memset(&policy, 0xa5, sizeof policy);
    ck_assert_int_eq(
        keyshare_policy_preset(&policy, (keyshare_role)not_preset[_i]),
        KEYSHARE_ERR_POLICY);
    ck_assert_int_eq(policy.role, zero.role);
    ck_assert_int_eq(policy.scheme, zero.scheme);
    ck_assert_uint_eq(policy.threshold, 0);
    ck_assert_uint_eq(policy.count, 0);
}
END_TEST

/* What DESIGN says, of all numbers near the limits. */
START_TEST(every_policy)
{
    for (int role = -1; role <= 5; role++)
        for (int scheme = -1; scheme <= 3; scheme++)
            for (unsigned count = 0; count <= 257; count++)
                for (unsigned threshold = 0; threshold <= 258; threshold++) {
                    const keyshare_policy policy = {(keyshare_role)role,
                        (keyshare_scheme)scheme, threshold, count};
                    const int is_good = role >= 0 && role <= 4 && scheme >= 1 &&
                                        scheme <= 2 &&
                                        threshold >= (role == 0 ? 1U : 2U) &&
                                        threshold <= count && count <= 255;
                    const keyshare_error error = keyshare_policy_check(&policy);

                    if (error != (is_good ? KEYSHARE_OK : KEYSHARE_ERR_POLICY))
                        ck_abort_msg("role %d scheme %d %u-of-%u", role, scheme,
                            threshold, count);
                }
}
END_TEST

static const keyshare_policy bad[] = {
    {KEYSHARE_ROLE_CUSTOM, KEYSHARE_SCHEME_PEDERSEN, 0xffffffff, 0xffffffff},
    {KEYSHARE_ROLE_CUSTOM, KEYSHARE_SCHEME_PEDERSEN, 2, 0x100 + 3},
    {KEYSHARE_ROLE_CUSTOM, KEYSHARE_SCHEME_PEDERSEN, 0x100 + 1, 3},
    {(keyshare_role)0x100, KEYSHARE_SCHEME_PEDERSEN, 2, 3},
    {KEYSHARE_ROLE_CUSTOM, (keyshare_scheme)0x101, 2, 3},
};

START_TEST(no_number_is_cut)
{
    ck_assert_int_eq(keyshare_policy_check(&bad[_i]), KEYSHARE_ERR_POLICY);
}
END_TEST

START_TEST(nothing_given)
{
    ck_assert_int_eq(
        keyshare_policy_preset(NULL, KEYSHARE_ROLE_CO), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_policy_check(NULL), KEYSHARE_ERR_ARGUMENT);
}
END_TEST

START_TEST(words)
{
    ck_assert_str_eq(keyshare_role_text(KEYSHARE_ROLE_CUSTOM), "custom");
    ck_assert_str_eq(keyshare_role_text((keyshare_role)5), "unknown");
    ck_assert_str_eq(
        keyshare_role_text((keyshare_role)KEYSHARE_ROLE_ANY), "unknown");
    ck_assert_str_eq(keyshare_scheme_text(KEYSHARE_SCHEME_GF256), "gf256");
    ck_assert_str_eq(
        keyshare_scheme_text(KEYSHARE_SCHEME_PEDERSEN), "pedersen");
    ck_assert_str_eq(keyshare_scheme_text((keyshare_scheme)0), "unknown");
    ck_assert_str_eq(keyshare_scheme_text((keyshare_scheme)3), "unknown");
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("policy");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_loop_test(laws, presets, 0, (int)(sizeof roles / sizeof *roles));
    tcase_add_test(laws, every_policy);
    tcase_add_test(laws, words);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(
        bounds, no_preset, 0, (int)(sizeof not_preset / sizeof *not_preset));
    tcase_add_loop_test(
        bounds, no_number_is_cut, 0, (int)(sizeof bad / sizeof *bad));
    tcase_add_test(bounds, nothing_given);
    suite_add_tcase(suite, bounds);
    return suite;
}
