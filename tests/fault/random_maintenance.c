/* SPDX-License-Identifier: ISC */
/* Randomness that fails, or is zeros only, at any call of a refresh or a
 * re-sharing: an error where the set would be weak or the sum bare, and never a
 * set that does not give its key. */
#include <string.h>

#include "suite.h"
#include "upkeep.h"

/* Who is present are the indices 1 to M, in a refresh one more. */
static const struct job {
    bool is_refresh;
    keyshare_scheme scheme;
    unsigned threshold, count;
    unsigned to_threshold, to_count;
    /* What is drawn, in this order: whether zeros of it are refused. */
    const char *draws;
} jobs[] = {
    /* d; masks of the proof, which do not rest on it; what is checked with. */
    {true, KEYSHARE_SCHEME_GF256, 3, 5, 3, 5, "x"},
    {true, KEYSHARE_SCHEME_GF256, 1, 2, 1, 2, ""},
    {true, KEYSHARE_SCHEME_PEDERSEN, 3, 5, 3, 5, "x."},
    {true, KEYSHARE_SCHEME_PEDERSEN, 1, 2, 1, 2, "."},
    {false, KEYSHARE_SCHEME_PEDERSEN, 2, 3, 3, 5, "x.x"},
    {false, KEYSHARE_SCHEME_PEDERSEN, 2, 3, 1, 2, ".x"},
    {false, KEYSHARE_SCHEME_PEDERSEN, 1, 1, 2, 2, "x.x"},
    /* d; the mask that keeps the sum from being bare. */
    {false, KEYSHARE_SCHEME_GF256, 2, 3, 3, 5, "xx"},
    {false, KEYSHARE_SCHEME_GF256, 2, 3, 1, 2, "x"},
    {false, KEYSHARE_SCHEME_GF256, 1, 1, 2, 2, "xx"},
};

#define JOBS (int)(sizeof jobs / sizeof *jobs)

static const struct job *job;
static struct set set, fresh;

/* A good source, but for one call, or for some bytes of the first. */
struct source {
    struct gen gen;
    size_t calls;
    size_t fails_at;
    size_t zeros_at;
    size_t zeros_from, zeros_len;
};

static int
fill(void *context, uint8_t *bytes, size_t len)
{
    struct source *source = context;

    source->calls++;
    gen_bytes(&source->gen, bytes, len);
    if (source->calls == 1 && source->zeros_len > 0) {
        ck_assert_uint_le(source->zeros_from + source->zeros_len, len);
        memset(bytes + source->zeros_from, 0, source->zeros_len);
    }
    if (source->calls == source->zeros_at)
        memset(bytes, 0, len);
    return source->calls == source->fails_at ? 1 : 0;
}

/* Present each: OK, or RANDOM and all is over. */
static keyshare_error
present(keyshare_maintenance *operation, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        keyshare_verdict verdict = KEYSHARE_VERDICT_OK;
        const keyshare_error error =
            keyshare_maintenance_present(operation, &verdict, &set.cards[i]);

        if (error != KEYSHARE_OK) {
            ck_assert_int_eq(verdict, KEYSHARE_VERDICT_NONE);
            ck_assert_int_eq(keyshare_maintenance_status_of(operation)->phase,
                KEYSHARE_PHASE_ENDED);
            ck_assert_ptr_null(keyshare_maintenance_record(operation));
            return error;
        }
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_OK);
        if (keyshare_maintenance_status_of(operation)->phase ==
            KEYSHARE_PHASE_ISSUING)
            upkeep_take(operation, &fresh);
    }
    return KEYSHARE_OK;
}

static keyshare_error
begin(keyshare_maintenance **operation, const keyshare_random *random,
    size_t count)
{
    static const uint8_t indices[] = {1, 2, 3, 4, 5};
    keyshare_terms terms = keyshare_record_terms(set.record);
    keyshare_plan plan = KEYSHARE_PLAN_INIT;

    terms.policy.threshold = job->to_threshold;
    terms.policy.count = job->to_count;
    plan.record = set.record;
    plan.present = indices;
    plan.present_count = count;
    plan.terms = &terms;
    plan.random = random;
    *operation = (keyshare_maintenance *)&set;
    if (job->is_refresh)
        return keyshare_refresh_begin(operation, &plan);
    plan.lower_threshold = job->to_threshold < job->threshold;
    return keyshare_reshare_begin(operation, &plan);
}

/* OK with a new set that gives the key, or an error with nothing at all. */
static keyshare_error
operate(struct source *source)
{
    const keyshare_random random = {sizeof random, fill, source};
    const size_t count = job->threshold + job->is_refresh;
    keyshare_maintenance *operation;
    keyshare_error error = begin(&operation, &random, count);
    size_t chosen[KEYSHARE_COUNT_MAX];

    memset(&fresh, 0, sizeof fresh);
    if (error != KEYSHARE_OK) {
        ck_assert_ptr_null(operation);
        return error;
    }
    error = present(operation, count);
    if (error == KEYSHARE_OK && job->is_refresh)
        error = present(operation, count);
    if (error == KEYSHARE_OK) {
        ck_assert_int_eq(
            keyshare_maintenance_finish(operation, &fresh.record), KEYSHARE_OK);
        memcpy(fresh.key, set.key, sizeof fresh.key);
        fresh.key_len = set.key_len;
        choice_first(chosen, job->to_threshold);
        do
            set_recovers(&fresh, chosen, job->to_threshold, "what was made");
        while (choice_next(chosen, job->to_threshold, job->to_count));
    }
    for (size_t i = 0; i < KEYSHARE_COUNT_MAX; i++)
        ck_assert(error == KEYSHARE_OK || fresh.shares[i] == NULL);
    keyshare_maintenance_free(&operation);
    set_free(&fresh);
    return error;
}

static void
set_up(int i)
{
    struct gen gen = gen_begin();

    job = &jobs[i];
    set_deal(
        &set, &gen, set_policy(job->scheme, job->threshold, job->count), 40);
}

static void
tear_down(void)
{
    set_free(&set);
}

START_TEST(fails_at_each_call)
{
    struct source source = {.gen = gen_begin()};

    set_up(_i);
    ck_assert_int_eq(operate(&source), KEYSHARE_OK);
    ck_assert_uint_eq(source.calls, strlen(job->draws));
    for (size_t k = 1; k <= strlen(job->draws); k++) {
        source = (struct source){.gen = gen_begin(), .fails_at = k};
        ck_assert_int_eq(operate(&source), KEYSHARE_ERR_RANDOM);
        ck_assert_uint_eq(source.calls, k);
    }
    /* And an attempt begun again, from a source that is whole. */
    source = (struct source){.gen = gen_begin()};
    ck_assert_int_eq(operate(&source), KEYSHARE_OK);
    tear_down();
}
END_TEST

START_TEST(zeros_at_each_call)
{
    set_up(_i);
    for (size_t k = 1; k <= strlen(job->draws); k++) {
        struct source source = {.gen = gen_begin(), .zeros_at = k};
        const keyshare_error error = operate(&source);

        ck_assert_msg(error == (job->draws[k - 1] == 'x' ? KEYSHARE_ERR_RANDOM
                                                         : KEYSHARE_OK),
            "draw %zu: %s", k, keyshare_error_name(error));
    }
    tear_down();
}
END_TEST

/* Zeros in one place of what shares zero, of a key of 40 bytes: with gf256 two
 * coefficients of 72; with pedersen d_1, d'_1, d_2, d'_2 for each of two
 * chunks. */
#define LEN  72
#define WIDE 64

static const struct {
    const char *what;
    int job;
    size_t from, len;
    keyshare_error error;
} places[] = {
    {"d_1", 0, 0, LEN, KEYSHARE_ERR_RANDOM},
    {"d_1 but one byte", 0, 1, LEN - 1, KEYSHARE_OK},
    {"d_2", 0, LEN, LEN, KEYSHARE_ERR_RANDOM},
    {"d_2 but one byte", 0, LEN, LEN - 1, KEYSHARE_OK},
    {"between d_1 and d_2", 0, 1, 2 * LEN - 2, KEYSHARE_OK},
    {"d_1 of chunk 0", 2, 0, WIDE, KEYSHARE_OK},
    {"d_1, d'_1 of chunk 0", 2, 0, 2 * WIDE, KEYSHARE_ERR_RANDOM},
    {"d'_1, d_2 of chunk 0", 2, WIDE, 2 * WIDE, KEYSHARE_OK},
    {"d_2, d'_2 of chunk 0", 2, 2 * WIDE, 2 * WIDE, KEYSHARE_ERR_RANDOM},
    {"d_1, d'_1 of chunk 1", 2, 4 * WIDE, 2 * WIDE, KEYSHARE_ERR_RANDOM},
    {"d_2, d'_2 of chunk 1", 2, 6 * WIDE, 2 * WIDE, KEYSHARE_ERR_RANDOM},
    {"d_2, d'_2, re-shared", 4, 2 * WIDE, 2 * WIDE, KEYSHARE_ERR_RANDOM},
    {"d_2 of gf256, re-shared", 7, LEN, LEN, KEYSHARE_ERR_RANDOM},
};

START_TEST(zeros_in_a_place)
{
    struct source source = {.gen = gen_begin(),
        .zeros_from = places[_i].from,
        .zeros_len = places[_i].len};
    keyshare_error error;

    set_up(places[_i].job);
    error = operate(&source);
    ck_assert_msg(error == places[_i].error, "%s: %s", places[_i].what,
        keyshare_error_name(error));
    tear_down();
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("random_maintenance");
    TCase *fails = tcase_create("fails");
    TCase *zeros = tcase_create("zeros");

    tcase_add_loop_test(fails, fails_at_each_call, 0, JOBS);
    suite_add_tcase(suite, fails);
    tcase_add_loop_test(zeros, zeros_at_each_call, 0, JOBS);
    tcase_add_loop_test(
        zeros, zeros_in_a_place, 0, (int)(sizeof places / sizeof *places));
    suite_add_tcase(suite, zeros);
    return suite;
}
