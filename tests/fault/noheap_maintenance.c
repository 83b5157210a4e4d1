/* SPDX-License-Identifier: ISC */
/* No heap: a set is dealt, repaired, refreshed, re-shared and recovered from, in
 * one static array, with exactly as many bytes as the library says that it
 * takes, and from the beginning of an operation to its end. */
#include <stdio.h>

#include "sanitized.h"

#if SANITIZED
SKIPPED_MAIN("a sanitizer's allocator is in the place of malloc")
#elif !defined(__GLIBC__)
SKIPPED_MAIN("glibc's names behind malloc are needed")
#else

#include <stdlib.h>
#include <string.h>

#include <keyshare/deal.h>
#include <keyshare/maintenance.h>
#include <keyshare/recover.h>

#include "firmware.h"
#include "gen.h"
#include "process.h"
#include "suite.h"

#define COUNT_MAX 17

struct cards {
    keyshare_record *record;
    keyshare_secret *shares[COUNT_MAX];
    keyshare_image cards[COUNT_MAX];
};

/* What the operations work on: the set as it is, what is planned, and the set
 * that comes of it. */
static struct {
    keyshare_policy policy;
    uint8_t key[100];
    size_t key_len;
    struct cards set;
    struct cards fresh;
    struct gen gen;
    keyshare_random random;
    keyshare_terms terms;
    uint8_t present[COUNT_MAX];
    uint8_t later[COUNT_MAX];
    keyshare_plan plan;
    keyshare_maintenance *operation;
    keyshare_secret *secret;
} path;

static void
free_cards(struct cards *cards)
{
    for (size_t i = 0; i < COUNT_MAX; i++)
        keyshare_secret_free(&cards->shares[i]);
    keyshare_record_free(&cards->record);
    memset(cards, 0, sizeof *cards);
}

static void
lay_card(struct cards *cards, size_t place)
{
    cards->cards[place].bytes = keyshare_secret_reveal(cards->shares[place]);
    cards->cards[place].len = keyshare_secret_len(cards->shares[place]);
}

/* ---- The operations, from begin to free ---- */

static keyshare_error
take(void)
{
    for (;;) {
        keyshare_secret *share;
        keyshare_verdict verdict;
        unsigned index;
        keyshare_error error =
            keyshare_maintenance_hand_out(path.operation, &index, &share);

        if (error != KEYSHARE_OK || share == NULL)
            return error;
        path.fresh.shares[index - 1] = share;
        lay_card(&path.fresh, index - 1);
        error = keyshare_maintenance_read_back(
            path.operation, &verdict, &path.fresh.cards[index - 1]);
        if (error != KEYSHARE_OK)
            return error;
    }
}

/* Present who is here, and take what comes of each. */
static keyshare_error
present(void)
{
    const keyshare_maintenance_status *status =
        keyshare_maintenance_status_of(path.operation);
    const unsigned awaited = status->awaited;

    for (unsigned i = 0; i < awaited; i++) {
        keyshare_verdict verdict;
        keyshare_error error = keyshare_maintenance_present(
            path.operation, &verdict, &path.set.cards[path.present[i] - 1]);

        if (error == KEYSHARE_OK && status->phase == KEYSHARE_PHASE_ISSUING)
            error = take();
        if (error != KEYSHARE_OK)
            return error;
    }
    return KEYSHARE_OK;
}

/* All that is handed out is kept to the end. */
static keyshare_error
operate(keyshare_error (*begin)(
    keyshare_maintenance **maintenance, const keyshare_plan *plan))
{
    keyshare_error error;

    path.gen = gen_begin();
    error = begin(&path.operation, &path.plan);
    if (error == KEYSHARE_OK)
        error = present();
    if (error == KEYSHARE_OK && begin == keyshare_refresh_begin)
        error = present();
    if (error == KEYSHARE_OK)
        error = keyshare_maintenance_finish(path.operation, &path.fresh.record);
    keyshare_maintenance_free(&path.operation);
    if (error != KEYSHARE_OK)
        free_cards(&path.fresh);
    return error;
}

static keyshare_error
repair(void)
{
    return operate(keyshare_repair_begin);
}

static keyshare_error
refresh(void)
{
    return operate(keyshare_refresh_begin);
}

static keyshare_error
reshare(void)
{
    return operate(keyshare_reshare_begin);
}

static keyshare_error
deal(void)
{
    path.gen = gen_begin();
    return keyshare_deal(&path.set.record, path.set.shares, &path.terms,
        path.key, path.key_len, &path.random);
}

static keyshare_error
recover(void)
{
    keyshare_verdict verdicts[COUNT_MAX];
    keyshare_image cards[COUNT_MAX];
    size_t count = 0;

    for (size_t i = 0; i < COUNT_MAX; i++)
        if (path.fresh.cards[i].len > 0)
            cards[count++] = path.fresh.cards[i];
    return keyshare_recover(
        &path.secret, verdicts, path.fresh.record, NULL, cards, count);
}

/* ---- The path ---- */

static void
fresh_gives_the_key(void)
{
    firmware_takes(keyshare_recover_memory(path.fresh.record), true, recover);
    PROCESS_REQUIRE(keyshare_secret_len(path.secret) == path.key_len);
    PROCESS_REQUIRE(memcmp(keyshare_secret_reveal(path.secret), path.key,
                        path.key_len) == 0);
    keyshare_secret_free(&path.secret);
    free_cards(&path.fresh);
}

/* The first so many are here. */
static void
plan(size_t present)
{
    path.plan = (keyshare_plan)KEYSHARE_PLAN_INIT;
    path.plan.record = path.set.record;
    path.plan.present = path.present;
    path.plan.present_count = present;
    path.terms.policy = path.policy;
    path.plan.terms = &path.terms;
    path.plan.random = &path.random;
}

static void
repair_last(void)
{
    const unsigned last = path.policy.count;

    plan(path.policy.threshold);
    path.plan.terms = NULL;
    path.plan.random = NULL;
    path.plan.index = last;
    firmware_takes(keyshare_repair_memory(&path.plan), true, repair);
    PROCESS_REQUIRE(
        memcmp(path.fresh.cards[last - 1].bytes, path.set.cards[last - 1].bytes,
            path.set.cards[last - 1].len) == 0);
    free_cards(&path.fresh);
}

static void
refresh_with(size_t present, size_t later)
{
    plan(present);
    path.plan.later = path.later;
    path.plan.later_count = later;
    firmware_takes(keyshare_refresh_memory(&path.plan), true, refresh);
    fresh_gives_the_key();
}

static void
reshare_to(unsigned threshold, unsigned count)
{
    plan(path.policy.threshold);
    path.terms.policy.threshold = threshold;
    path.terms.policy.count = count;
    path.plan.lower_threshold = threshold < path.policy.threshold;
    firmware_takes(keyshare_reshare_memory(&path.plan), true, reshare);
    fresh_gives_the_key();
}

static void
walk(void)
{
    const size_t m = path.policy.threshold;
    const size_t n = path.policy.count;

    firmware_takes(
        keyshare_deal_memory(&path.policy, path.key_len), true, deal);
    for (size_t i = 0; i < n; i++)
        lay_card(&path.set, i);
    if (n > m) {
        repair_last();
        refresh_with(m, 0);
        refresh_with(m, n - m);
        refresh_with(m, 1);
    }
    refresh_with(n, 0);
    reshare_to((unsigned)m, (unsigned)m);
    reshare_to(2, 3);
    reshare_to(7, 9);
    free_cards(&path.set);
}

static const struct {
    keyshare_scheme scheme;
    unsigned threshold;
    unsigned count;
    size_t key_len;
} cases[] = {
    {KEYSHARE_SCHEME_GF256, 5, 7, 32},
    {KEYSHARE_SCHEME_GF256, 3, 7, 16},
    {KEYSHARE_SCHEME_GF256, 1, 1, 1},
    {KEYSHARE_SCHEME_GF256, 13, 17, 100},
    {KEYSHARE_SCHEME_PEDERSEN, 5, 7, 32},
    {KEYSHARE_SCHEME_PEDERSEN, 3, 7, 16},
    {KEYSHARE_SCHEME_PEDERSEN, 1, 1, 1},
    {KEYSHARE_SCHEME_PEDERSEN, 13, 17, 100},
};

static int chosen;

static void
walk_chosen(void)
{
    static const char label[] = "0123456789abcdef0123456789abcdef"
                                "0123456789abcdef0123456789abcdef";

    path.policy = (keyshare_policy){KEYSHARE_ROLE_CUSTOM, cases[chosen].scheme,
        cases[chosen].threshold, cases[chosen].count};
    path.gen = gen_begin();
    path.random = gen_random(&path.gen);
    path.key_len = cases[chosen].key_len;
    gen_bytes(&path.gen, path.key, path.key_len);
    path.terms = (keyshare_terms)KEYSHARE_TERMS_INIT;
    path.terms.policy = path.policy;
    path.terms.label = label;
    path.terms.label_len = sizeof label - 1;
    for (size_t i = 0; i < COUNT_MAX; i++) {
        path.present[i] = (uint8_t)(i + 1);
        path.later[i] = (uint8_t)(path.policy.count - i);
    }
    firmware_run(walk);
}

START_TEST(does_with_what_is_told)
{
    chosen = _i;
    process_run(walk_chosen);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("noheap_maintenance");
    TCase *test = tcase_create("noheap_maintenance");

    suite_add_tcase(suite, test);
    tcase_add_loop_test(
        test, does_with_what_is_told, 0, (int)(sizeof cases / sizeof *cases));
    return suite;
}

#endif
