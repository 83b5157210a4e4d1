/* SPDX-License-Identifier: ISC */
/* The beginning of repair, refresh and re-share: which plans are refused, and
 * what is told beforehand. */
#include <keyshare/maintenance.h>

#include <string.h>

#include <keyshare/fingerprint.h>

#include "lineage.h"
#include "suite.h"
#include "upkeep.h"

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

#define SCHEMES 2

/* Up to so many cards every policy is tried. */
#define COUNT_MAX 5

static const struct operation {
    const char *name;
    keyshare_error (*begin)(
        keyshare_maintenance **maintenance, const keyshare_plan *plan);
    size_t (*memory)(const keyshare_plan *plan);
} operations[] = {
    {"repair", keyshare_repair_begin, keyshare_repair_memory},
    {"refresh", keyshare_refresh_begin, keyshare_refresh_memory},
    {"re-share", keyshare_reshare_begin, keyshare_reshare_memory},
};

enum {
    REPAIR,
    REFRESH,
    RESHARE
};

/* ---- Plans that are refused ---- */

/* All that a plan speaks of: of a 3-of-5 set, whose indices 2, 4 and 5 are
 * present. */
struct desk {
    keyshare_scheme scheme;
    int operation;
    struct set set;
    uint8_t present[4];
    uint8_t later[2];
    keyshare_terms terms;
    keyshare_expected expected;
    keyshare_random random;
    keyshare_plan plan;
};

static void
lay_desk(struct desk *desk, int operation)
{
    static const uint8_t present[4] = {2, 4, 5, 1};

    memcpy(desk->present, present, sizeof present);
    desk->later[0] = 1;
    desk->later[1] = 3;
    desk->operation = operation;
    desk->terms = keyshare_record_terms(desk->set.record);
    desk->expected = (keyshare_expected)KEYSHARE_EXPECTED_INIT;
    desk->random = (keyshare_random)KEYSHARE_RANDOM_INIT;
    desk->plan = (keyshare_plan)KEYSHARE_PLAN_INIT;
    desk->plan.record = desk->set.record;
    desk->plan.present = desk->present;
    desk->plan.present_count = 3;
    if (operation == REPAIR)
        desk->plan.index = 3;
    else
        desk->plan.terms = &desk->terms;
}

static void
small_plan(struct desk *desk)
{
    desk->plan.size--;
}

static void
no_record(struct desk *desk)
{
    desk->plan.record = NULL;
}

static void
no_present(struct desk *desk)
{
    desk->plan.present = NULL;
}

static void
nobody_present(struct desk *desk)
{
    desk->plan.present = NULL;
    desk->plan.present_count = 0;
}

static void
too_few(struct desk *desk)
{
    desk->plan.present_count = 2;
}

static void
index_0(struct desk *desk)
{
    desk->present[1] = 0;
}

static void
index_above(struct desk *desk)
{
    desk->present[2] = 6;
}

static void
index_twice(struct desk *desk)
{
    desk->present[2] = 2;
}

/* Beyond the quorum too. */
static void
fourth_twice(struct desk *desk)
{
    desk->plan.present_count = 4;
    desk->present[3] = 5;
}

static void
repairs_0(struct desk *desk)
{
    desk->plan.index = 0;
}

static void
repairs_above(struct desk *desk)
{
    desk->plan.index = 6;
}

static void
repairs_far_above(struct desk *desk)
{
    desk->plan.index = 0x10003;
}

static void
repairs_present(struct desk *desk)
{
    desk->plan.index = 4;
}

static void
repairs_present_beyond_quorum(struct desk *desk)
{
    desk->plan.present_count = 4;
    desk->plan.index = 1;
}

static void
says_index(struct desk *desk)
{
    desk->plan.index = 3;
}

static void
says_terms(struct desk *desk)
{
    desk->plan.terms = &desk->terms;
}

static void
no_terms(struct desk *desk)
{
    desk->plan.terms = NULL;
}

static void
small_terms(struct desk *desk)
{
    desk->terms.size--;
}

static void
says_random(struct desk *desk)
{
    desk->plan.random = &desk->random;
}

static void
says_later(struct desk *desk)
{
    desk->plan.later = desk->later;
    desk->plan.later_count = 1;
}

static void
no_later(struct desk *desk)
{
    desk->plan.later_count = 1;
}

static void
later_0(struct desk *desk)
{
    says_later(desk);
    desk->later[0] = 0;
}

static void
later_above(struct desk *desk)
{
    says_later(desk);
    desk->later[0] = 6;
}

static void
later_twice(struct desk *desk)
{
    says_later(desk);
    desk->plan.later_count = 2;
    desk->later[1] = 1;
}

static void
later_present(struct desk *desk)
{
    says_later(desk);
    desk->later[0] = 4;
}

static void
lowers_unasked(struct desk *desk)
{
    desk->terms.policy.threshold = 2;
}

static void
says_lower(struct desk *desk)
{
    desk->plan.lower_threshold = 1;
}

static void
small_expected(struct desk *desk)
{
    desk->plan.expected = &desk->expected;
    desk->expected.size--;
}

static void
other_role_expected(struct desk *desk)
{
    desk->plan.expected = &desk->expected;
    desk->expected.role = KEYSHARE_ROLE_CO;
}

static void
other_fingerprint_expected(struct desk *desk)
{
    static const uint8_t other[KEYSHARE_FINGERPRINT_SIZE];

    desk->plan.expected = &desk->expected;
    desk->expected.fingerprint = other;
}

static void
other_scheme(struct desk *desk)
{
    desk->terms.policy.scheme = desk->scheme == KEYSHARE_SCHEME_GF256
                                    ? KEYSHARE_SCHEME_PEDERSEN
                                    : KEYSHARE_SCHEME_GF256;
}

static void
other_role(struct desk *desk)
{
    desk->terms.policy.role = KEYSHARE_ROLE_RKSH;
}

static void
other_threshold(struct desk *desk)
{
    desk->terms.policy.threshold = 4;
}

static void
other_count(struct desk *desk)
{
    desk->terms.policy.count = 6;
}

static void
no_policy(struct desk *desk)
{
    desk->terms.policy.threshold = 6;
}

static void
bad_label(struct desk *desk)
{
    desk->terms.label = "\x01";
    desk->terms.label_len = 1;
}

static const struct refusal {
    void (*spoil)(struct desk *desk);
    bool of[3]; /* repair, refresh, re-share */
    keyshare_error error;
} refusals[] = {
    {small_plan, {true, true, true}, KEYSHARE_ERR_ARGUMENT},
    {no_record, {true, true, true}, KEYSHARE_ERR_ARGUMENT},
    {no_present, {true, true, true}, KEYSHARE_ERR_ARGUMENT},
    {nobody_present, {true, true, true}, KEYSHARE_ERR_QUORUM},
    {too_few, {true, true, true}, KEYSHARE_ERR_QUORUM},
    {index_0, {true, true, true}, KEYSHARE_ERR_INDEX},
    {index_above, {true, true, true}, KEYSHARE_ERR_INDEX},
    {index_twice, {true, true, true}, KEYSHARE_ERR_INDEX},
    {fourth_twice, {true, true, true}, KEYSHARE_ERR_INDEX},
    {repairs_0, {true, false, false}, KEYSHARE_ERR_INDEX},
    {repairs_above, {true, false, false}, KEYSHARE_ERR_INDEX},
    {repairs_far_above, {true, false, false}, KEYSHARE_ERR_INDEX},
    {repairs_present, {true, false, false}, KEYSHARE_ERR_INDEX},
    {repairs_present_beyond_quorum, {true, false, false}, KEYSHARE_ERR_INDEX},
    {says_index, {false, true, true}, KEYSHARE_ERR_ARGUMENT},
    {says_terms, {true, false, false}, KEYSHARE_ERR_ARGUMENT},
    {no_terms, {false, true, true}, KEYSHARE_ERR_ARGUMENT},
    {small_terms, {false, true, true}, KEYSHARE_ERR_ARGUMENT},
    {says_random, {true, false, false}, KEYSHARE_ERR_ARGUMENT},
    {says_later, {true, false, true}, KEYSHARE_ERR_ARGUMENT},
    {no_later, {true, true, true}, KEYSHARE_ERR_ARGUMENT},
    {later_0, {false, true, false}, KEYSHARE_ERR_INDEX},
    {later_above, {false, true, false}, KEYSHARE_ERR_INDEX},
    {later_twice, {false, true, false}, KEYSHARE_ERR_INDEX},
    {later_present, {false, true, false}, KEYSHARE_ERR_INDEX},
    {says_lower, {true, true, false}, KEYSHARE_ERR_ARGUMENT},
    {lowers_unasked, {false, true, true}, KEYSHARE_ERR_POLICY},
    {small_expected, {true, true, true}, KEYSHARE_ERR_ARGUMENT},
    {other_role_expected, {true, true, true}, KEYSHARE_ERR_UNEXPECTED},
    {other_fingerprint_expected, {true, true, true}, KEYSHARE_ERR_UNEXPECTED},
    {other_scheme, {false, true, true}, KEYSHARE_ERR_POLICY},
    {other_role, {false, true, false}, KEYSHARE_ERR_POLICY},
    {other_threshold, {false, true, false}, KEYSHARE_ERR_POLICY},
    {other_count, {false, true, false}, KEYSHARE_ERR_POLICY},
    {no_policy, {false, true, true}, KEYSHARE_ERR_POLICY},
    {bad_label, {false, true, true}, KEYSHARE_ERR_LABEL},
};

static void
is_refused(const struct desk *desk, keyshare_error expected, size_t number)
{
    const struct operation *operation = &operations[desk->operation];
    keyshare_maintenance *maintenance = (keyshare_maintenance *)1;
    const keyshare_error error = operation->begin(&maintenance, &desk->plan);

    ck_assert_msg(error == expected, "%s, refusal %zu: %s", operation->name,
        number, keyshare_error_name(error));
    ck_assert_ptr_null(maintenance);
    ck_assert_uint_eq(operation->memory(&desk->plan), 0);
}

START_TEST(refuses)
{
    static struct desk desk;
    struct gen gen = gen_begin();

    desk.scheme = schemes[_i];
    set_deal(&desk.set, &gen, set_policy(desk.scheme, 3, 5), 32);
    for (int operation = REPAIR; operation <= RESHARE; operation++) {
        keyshare_maintenance *maintenance;

        lay_desk(&desk, operation);
        ck_assert_int_eq(operations[operation].begin(NULL, &desk.plan),
            KEYSHARE_ERR_ARGUMENT);
        ck_assert_int_eq(operations[operation].begin(&maintenance, NULL),
            KEYSHARE_ERR_ARGUMENT);
        ck_assert_uint_eq(operations[operation].memory(NULL), 0);
        /* Nothing was wrong with the desk. */
        ck_assert_int_eq(
            operations[operation].begin(&maintenance, &desk.plan), KEYSHARE_OK);
        ck_assert_uint_gt(operations[operation].memory(&desk.plan), 0);
        keyshare_maintenance_free(&maintenance);
        ck_assert_ptr_null(maintenance);
        keyshare_maintenance_free(&maintenance);
        for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
            if (!refusals[i].of[operation])
                continue;
            lay_desk(&desk, operation);
            refusals[i].spoil(&desk);
            is_refused(&desk, refusals[i].error, i);
        }
    }
    keyshare_maintenance_free(NULL);
    set_free(&desk.set);
}
END_TEST

/* What draws is not asked how much memory it would take. */
START_TEST(refuses_a_source_that_is_none)
{
    static struct desk desk;
    struct gen gen = gen_begin();

    set_deal(&desk.set, &gen, set_policy(schemes[_i], 3, 5), 32);
    for (int operation = REFRESH; operation <= RESHARE; operation++) {
        keyshare_maintenance *maintenance;

        lay_desk(&desk, operation);
        desk.plan.random = &desk.random;
        ck_assert_int_eq(operations[operation].begin(&maintenance, &desk.plan),
            KEYSHARE_ERR_ARGUMENT);
        ck_assert_ptr_null(maintenance);
    }
    set_free(&desk.set);
}
END_TEST

/* Of the last epoch there is no successor. */
START_TEST(epochs_end)
{
    static struct desk desk;
    struct lineage lineage = lineage_begin(schemes[_i], 16);
    const struct lineage_terms last = {
        KEYSHARE_ROLE_CUSTOM, 3, 5, .epoch = UINT32_MAX};

    desk.set.record = lineage_record(&lineage, &last);
    for (int operation = REPAIR; operation <= RESHARE; operation++) {
        keyshare_maintenance *maintenance;

        lay_desk(&desk, operation);
        ck_assert_int_eq(operations[operation].begin(&maintenance, &desk.plan),
            operation == REPAIR ? KEYSHARE_OK : KEYSHARE_ERR_POLICY);
        keyshare_maintenance_free(&maintenance);
    }
    keyshare_record_free(&desk.set.record);
}
END_TEST

/* ---- What is told beforehand ---- */

static void
is_told(const struct desk *desk, unsigned awaited, unsigned together,
    bool together_quorum, unsigned needed)
{
    keyshare_maintenance *maintenance;
    const keyshare_maintenance_status *status;

    ck_assert_int_eq(
        operations[desk->operation].begin(&maintenance, &desk->plan),
        KEYSHARE_OK);
    status = keyshare_maintenance_status_of(maintenance);
    ck_assert_int_eq(status->phase, KEYSHARE_PHASE_COLLECTING);
    ck_assert_uint_eq(status->accepted, 0);
    ck_assert_uint_eq(status->awaited, awaited);
    ck_assert_uint_eq(status->together, together);
    ck_assert_int_eq(status->together_quorum != 0, together_quorum);
    ck_assert_uint_eq(status->good, 0);
    ck_assert_uint_eq(status->needed, needed);
    for (unsigned i = 0; i <= KEYSHARE_COUNT_MAX + 1; i++) {
        const bool is_awaited =
            i < 256 && memchr(desk->plan.present, (int)i, awaited) != NULL;

        if ((keyshare_maintenance_awaits(maintenance, i) != 0) != is_awaited)
            ck_abort_msg("index %u", i);
    }
    keyshare_maintenance_free(&maintenance);
}

/* Present are the last PRESENT indices, later come the first LATER ones. */
static void
plan_for(struct desk *desk, int operation, unsigned present, unsigned later)
{
    static uint8_t indices[COUNT_MAX];
    static uint8_t absent[COUNT_MAX];

    lay_desk(desk, operation);
    for (unsigned i = 0; i < present; i++)
        indices[i] = (uint8_t)(desk->set.policy.count - i);
    for (unsigned i = 0; i < later; i++)
        absent[i] = (uint8_t)(i + 1);
    desk->plan.present = indices;
    desk->plan.present_count = present;
    desk->plan.later = absent;
    desk->plan.later_count = later;
    if (operation == REPAIR)
        desk->plan.index = 1;
}

static void
policy_is_told(struct desk *desk, unsigned m, unsigned n)
{
    for (unsigned present = m; present <= n; present++) {
        for (unsigned later = 0; later <= n - present; later++) {
            const unsigned absent = n - present;
            /* gf256 tags shares: they are made, and not handed out. */
            const unsigned together =
                schemes[0] == desk->scheme ? absent : absent - later;

            plan_for(desk, REFRESH, present, later);
            is_told(
                desk, present, together, together > 0 && together + 1 >= m, m);
        }
        plan_for(desk, RESHARE, present, 0);
        desk->terms.policy.threshold = m + 1;
        desk->terms.policy.count = n + 2;
        is_told(desk, m, n + 2, true, m + 1);
        if (present == n)
            continue;
        plan_for(desk, REPAIR, present, 0);
        is_told(desk, m, 1, m <= 2, 1);
    }
}

START_TEST(tells_beforehand)
{
    static struct desk desk;
    struct gen gen = gen_begin();

    for (unsigned n = 1; n <= COUNT_MAX; n++)
        for (unsigned m = 1; m <= n; m++) {
            desk.scheme = schemes[_i];
            set_deal(&desk.set, &gen, set_policy(desk.scheme, m, n), 16);
            policy_is_told(&desk, m, n);
            set_free(&desk.set);
        }
}
END_TEST

START_TEST(terms_of_a_record)
{
    static struct set set;
    struct gen gen = gen_begin();
    keyshare_terms terms;
    const char *label;
    size_t len;

    set_deal(&set, &gen, set_policy(schemes[_i], 2, 3), 16);
    terms = keyshare_record_terms(set.record);
    label = keyshare_record_label(set.record, &len);
    ck_assert_uint_eq(terms.size, sizeof terms);
    ck_assert_int_eq(terms.policy.role, set.policy.role);
    ck_assert_int_eq(terms.policy.scheme, schemes[_i]);
    ck_assert_uint_eq(terms.policy.threshold, 2);
    ck_assert_uint_eq(terms.policy.count, 3);
    ck_assert_ptr_eq(terms.label, label);
    ck_assert_uint_eq(terms.label_len, len);
    ck_assert_uint_ne(keyshare_record_time(set.record), 0);
    ck_assert_uint_eq(terms.time, 0);
    set_free(&set);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("maintenance_begin");
    TCase *plans = tcase_create("plans");
    TCase *told = tcase_create("told");

    tcase_add_unchecked_fixture(plans, set_plain_memory, NULL);
    tcase_add_loop_test(plans, refuses, 0, SCHEMES);
    tcase_add_loop_test(plans, refuses_a_source_that_is_none, 0, SCHEMES);
    tcase_add_loop_test(plans, epochs_end, 0, SCHEMES);
    suite_add_tcase(suite, plans);
    tcase_add_unchecked_fixture(told, set_plain_memory, NULL);
    tcase_add_loop_test(told, tells_beforehand, 0, SCHEMES);
    tcase_add_loop_test(told, terms_of_a_record, 0, SCHEMES);
    suite_add_tcase(suite, told);
    return suite;
}
