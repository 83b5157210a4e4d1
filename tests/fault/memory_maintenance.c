/* SPDX-License-Identifier: ISC */
/* Memory that is refused at any call of a repair, a refresh or a re-sharing.
 * In round one that ends the attempt, and nothing is kept; later the same is
 * asked again and done. And what they tell of the memory they take is true. */
#include <string.h>

#include "pool.h"
#include "suite.h"
#include "upkeep.h"

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

#define SCHEMES 2

enum kind {
    REPAIR,
    REFRESH,
    RESHARE
};

#define KINDS 3

/* ---- One attempt ---- */

/* Of a 3-of-6 set 1, 2, 3 are here, in a refresh 4 too; 5 is made again, or is
 * absent; 6 comes later. */
#define THRESHOLD 3
#define COUNT     6

/* The set, and a card of another with its record, which takes memory to be
 * judged; copies of what may not change. */
static struct set set, other, fresh;
static uint8_t stranger_bytes[4096];
static keyshare_image stranger;
static struct set as_dealt;
static uint8_t record[4096];
static keyshare_maintenance *operation;
static const keyshare_maintenance_status *status;

/* How far an attempt came when memory was refused. */
enum refused {
    NOWHERE,
    AT_BEGIN,
    IN_ROUND_ONE,
    LATER
};

static keyshare_error
begin(enum kind kind)
{
    static const uint8_t present[] = {1, 2, 3, 4};
    static const uint8_t later[] = {6};
    keyshare_terms terms = keyshare_record_terms(set.record);
    keyshare_plan plan = KEYSHARE_PLAN_INIT;

    operation = (keyshare_maintenance *)&set;
    plan.record = set.record;
    plan.present = present;
    plan.present_count = kind == REFRESH ? 4 : 3;
    if (kind == REPAIR) {
        plan.index = 5;
        return keyshare_repair_begin(&operation, &plan);
    }
    plan.terms = &terms;
    if (kind == REFRESH) {
        plan.later = later;
        plan.later_count = 1;
        return keyshare_refresh_begin(&operation, &plan);
    }
    terms.policy.threshold = 2;
    plan.lower_threshold = 1;
    return keyshare_reshare_begin(&operation, &plan);
}

/* Present the stranger, then the cards: OK or MEMORY. */
static keyshare_error
collect(unsigned count)
{
    keyshare_verdict verdict = KEYSHARE_VERDICT_OK;
    keyshare_error error =
        keyshare_maintenance_present(operation, &verdict, &stranger);

    for (unsigned i = 0; error == KEYSHARE_OK && i < count; i++) {
        verdict = KEYSHARE_VERDICT_OK;
        error =
            keyshare_maintenance_present(operation, &verdict, &set.cards[i]);
    }
    if (error != KEYSHARE_OK)
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_NONE);
    return error;
}

/* Show a card, old or read back; once more where memory was refused. */
static enum refused
show(bool is_new, const keyshare_image *card, keyshare_verdict expected)
{
    keyshare_error (*const shown)(
        keyshare_maintenance *, keyshare_verdict *, const keyshare_image *) =
        is_new ? keyshare_maintenance_read_back : keyshare_maintenance_present;
    const keyshare_maintenance_status before = *status;
    const size_t blocks = pool.blocks;
    keyshare_verdict verdict = KEYSHARE_VERDICT_OK;
    keyshare_error error = shown(operation, &verdict, card);
    enum refused refused = NOWHERE;

    if (error == KEYSHARE_ERR_MEMORY) {
        refused = LATER;
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_NONE);
        ck_assert_mem_eq(status, &before, sizeof before);
        ck_assert_uint_eq(pool.blocks, blocks);
        error = shown(operation, &verdict, card);
    }
    ck_assert_int_eq(error, KEYSHARE_OK);
    ck_assert_int_eq(verdict, expected);
    return refused;
}

/* Take what waits, and read it back. */
static enum refused
take(void)
{
    enum refused refused = NOWHERE;
    keyshare_secret *share;
    unsigned index;

    for (;;) {
        ck_assert_int_eq(
            keyshare_maintenance_hand_out(operation, &index, &share),
            KEYSHARE_OK);
        if (share == NULL)
            return refused;
        fresh.shares[index - 1] = share;
        fresh.cards[index - 1] = (keyshare_image){
            keyshare_secret_reveal(share), keyshare_secret_len(share)};
        refused |= show(true, &stranger, KEYSHARE_VERDICT_OTHER_SET);
        refused |= show(true, &fresh.cards[index - 1], KEYSHARE_VERDICT_OK);
    }
}

static enum refused
attempt(enum kind kind)
{
    const unsigned count = kind == REFRESH ? 4 : 3;
    enum refused refused = NOWHERE;
    keyshare_error error = begin(kind);

    if (error == KEYSHARE_ERR_MEMORY) {
        ck_assert_ptr_null(operation);
        return AT_BEGIN;
    }
    ck_assert_int_eq(error, KEYSHARE_OK);
    status = keyshare_maintenance_status_of(operation);
    error = collect(count);
    if (error == KEYSHARE_ERR_MEMORY) {
        ck_assert_int_eq(status->phase, KEYSHARE_PHASE_ENDED);
        ck_assert_ptr_null(keyshare_maintenance_record(operation));
        keyshare_maintenance_free(&operation);
        return IN_ROUND_ONE;
    }
    ck_assert_int_eq(error, KEYSHARE_OK);
    refused |= take();
    for (unsigned i = 0; kind == REFRESH && i < count; i++) {
        refused |= show(false, &stranger, KEYSHARE_VERDICT_OTHER_SET);
        refused |= show(false, &set.cards[i], KEYSHARE_VERDICT_OK);
        refused |= take();
    }
    ck_assert_int_eq(
        keyshare_maintenance_finish(operation, &fresh.record), KEYSHARE_OK);
    keyshare_maintenance_free(&operation);
    return refused;
}

/* ---- Each call refused ---- */

static void
set_up(keyshare_scheme scheme)
{
    struct gen gen = gen_begin();
    size_t len;
    const uint8_t *bytes;

    pool_install();
    pool.refused = 0;
    set_deal(&set, &gen, set_policy(scheme, THRESHOLD, COUNT), 40);
    set_deal(&other, &gen, set_policy(scheme, 2, 3), 40);
    bytes = keyshare_record_bytes(other.record, &len);
    memcpy(stranger_bytes, bytes, len);
    memcpy(stranger_bytes + len, other.cards[0].bytes, other.cards[0].len);
    stranger = (keyshare_image){stranger_bytes, len + other.cards[0].len};
    memset(&fresh, 0, sizeof fresh);
    bytes = keyshare_record_bytes(set.record, &len);
    memcpy(record, bytes, len);
    for (unsigned i = 1; i <= COUNT; i++)
        set_share(&as_dealt, i, set.cards[i - 1].bytes, set.cards[i - 1].len);
}

/* Record and cards are what they were; and what was made is good. */
static void
nothing_changed(void)
{
    size_t len;
    const uint8_t *bytes = keyshare_record_bytes(set.record, &len);

    ck_assert_mem_eq(bytes, record, len);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_mem_eq(
            set.cards[i].bytes, as_dealt.cards[i].bytes, set.cards[i].len);
}

static void
is_good(enum kind kind)
{
    size_t chosen[KEYSHARE_COUNT_MAX];

    if (kind == REPAIR) {
        ck_assert_mem_eq(
            fresh.cards[4].bytes, set.cards[4].bytes, set.cards[4].len);
        return;
    }
    memcpy(fresh.key, set.key, sizeof fresh.key);
    fresh.key_len = set.key_len;
    choice_first(chosen, 3);
    do
        set_recovers(&fresh, chosen, 3, "after memory was refused");
    while (choice_next(chosen, 3, 5));
}

/* _i: the scheme, and the kind. */
START_TEST(refused_at_each_call)
{
    const enum kind kind = (enum kind)(_i % KINDS);
    bool seen[LATER + 1] = {false};
    size_t blocks;

    set_up(schemes[_i / KINDS]);
    blocks = pool.blocks;
    for (size_t k = 1; !seen[NOWHERE]; k++) {
        enum refused refused;

        pool.calls = 0;
        pool.refused = k;
        refused = attempt(kind);
        seen[refused] = true;
        ck_assert_int_eq(refused == NOWHERE, pool.calls < k);
        pool.refused = 0;
        nothing_changed();
        if (refused == AT_BEGIN || refused == IN_ROUND_ONE) {
            ck_assert_uint_eq(pool.blocks, blocks);
            ck_assert_int_eq(attempt(kind), NOWHERE);
        }
        is_good(kind);
        set_free(&fresh);
        ck_assert_uint_eq(pool.blocks, blocks);
    }
    ck_assert(seen[AT_BEGIN] && seen[IN_ROUND_ONE] && seen[LATER]);
    set_free(&set);
    set_free(&other);
    set_free(&as_dealt);
    ck_assert_uint_eq(pool.blocks, 0);
}
END_TEST

/* ---- What is told ---- */

static void
begin_measuring(void)
{
    pool.most = pool.before = pool.bytes;
}

static void
was_told(size_t told, const char *what, const struct table *table)
{
    const size_t taken = pool.most - pool.before;

    ck_assert_msg(taken == told,
        "%s of %u-of-%u, %zu bytes, with %zu present and %zu later: %zu, not "
        "%zu",
        what, set.policy.threshold, set.policy.count, set.key_len, table->count,
        table->later_count, taken, told);
}

static void
repair_tells(struct table table)
{
    keyshare_plan plan = upkeep_plan(&set, &table);
    keyshare_secret *share;

    if (table.count == set.policy.count)
        return;
    plan.index = set.policy.count;
    begin_measuring();
    share = upkeep_repair(&set, &table, set.policy.count);
    was_told(keyshare_repair_memory(&plan), "repair", &table);
    keyshare_secret_free(&share);
}

static void
refresh_tells(struct table table, struct gen *gen)
{
    const keyshare_terms terms = keyshare_record_terms(set.record);

    for (size_t later = 0; later <= set.policy.count - table.count; later++) {
        keyshare_plan plan = upkeep_plan(&set, &table);

        for (size_t i = 0; i < later; i++)
            table.later[i] = (uint8_t)(set.policy.count - i);
        table.later_count = later;
        plan.later = table.later;
        plan.later_count = later;
        plan.terms = &terms;
        begin_measuring();
        upkeep_refresh(&fresh, &set, &table, gen);
        was_told(keyshare_refresh_memory(&plan), "refresh", &table);
        set_free(&fresh);
    }
}

static void
reshare_tells(struct table table, struct gen *gen)
{
    static const unsigned to[][2] = {{1, 1}, {2, 2}, {2, 6}, {6, 7}};

    for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
        const keyshare_policy policy =
            set_policy(set.policy.scheme, to[i][0], to[i][1]);
        keyshare_terms terms = keyshare_record_terms(set.record);
        keyshare_plan plan = upkeep_plan(&set, &table);

        terms.policy = policy;
        plan.terms = &terms;
        plan.lower_threshold = policy.threshold < set.policy.threshold;
        begin_measuring();
        upkeep_reshare(&fresh, &set, &table, policy, gen);
        was_told(keyshare_reshare_memory(&plan), "re-sharing", &table);
        set_free(&fresh);
    }
}

START_TEST(told_is_true)
{
    static const size_t lens[] = {1, 31, 32, 100, 1024};
    /* Fewer where a machine is slow. */
    const size_t most = gen_count(5) < 5 ? gen_count(5) : 5;
    struct gen gen = gen_begin();

    pool_install();
    pool.refused = 0;
    for (unsigned n = 1; n <= most; n++)
        for (unsigned m = 1; m <= n; m++) {
            const size_t len = lens[gen_below(&gen, 5)];

            set_deal(&set, &gen, set_policy(schemes[_i], m, n), len);
            for (unsigned present = m; present <= n; present++) {
                struct table table = {.count = present};

                for (unsigned i = 0; i < present; i++)
                    table.present[i] = (uint8_t)(i + 1);
                repair_tells(table);
                refresh_tells(table, &gen);
                reshare_tells(table, &gen);
            }
            set_free(&set);
        }
    ck_assert_uint_eq(pool.blocks, 0);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("memory_maintenance");
    TCase *refused = tcase_create("refused");
    TCase *told = tcase_create("told");

    tcase_add_loop_test(refused, refused_at_each_call, 0, SCHEMES * KINDS);
    suite_add_tcase(suite, refused);
    tcase_add_loop_test(told, told_is_true, 0, SCHEMES);
    suite_add_tcase(suite, told);
    return suite;
}
