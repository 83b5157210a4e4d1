/* SPDX-License-Identifier: ISC */
/* Maintenance of share sets in tests, as a ceremony goes through it. */
#include "upkeep.h"

#include <string.h>

#include <keyshare/fingerprint.h>

#include "suite.h"

struct table
table_of(const size_t *chosen, size_t count)
{
    struct table table = {.count = count};

    for (size_t i = 0; i < count; i++)
        table.present[i] = (uint8_t)(chosen[i] + 1);
    return table;
}

struct table
table_random(const struct set *set, struct gen *gen, size_t count)
{
    size_t chosen[KEYSHARE_COUNT_MAX];

    gen_choice(gen, chosen, count, set->policy.count);
    return table_of(chosen, count);
}

keyshare_plan
upkeep_plan(const struct set *set, const struct table *table)
{
    keyshare_plan plan = KEYSHARE_PLAN_INIT;

    plan.record = set->record;
    plan.present = table->present;
    plan.present_count = table->count;
    return plan;
}

void
upkeep_present(keyshare_maintenance *maintenance, const struct set *set,
    const struct table *table, size_t count)
{
    const keyshare_maintenance_status *status =
        keyshare_maintenance_status_of(maintenance);

    ck_assert_uint_eq(status->awaited, count);
    for (size_t i = 0; i < count; i++) {
        const unsigned index = table->present[i];
        keyshare_verdict verdict;

        ck_assert(keyshare_maintenance_awaits(maintenance, index));
        ck_assert_uint_eq(status->accepted, i);
        ck_assert_int_eq(keyshare_maintenance_present(
                             maintenance, &verdict, &set->cards[index - 1]),
            KEYSHARE_OK);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_OK);
    }
    ck_assert_int_eq(status->phase, KEYSHARE_PHASE_ISSUING);
}

void
upkeep_take(keyshare_maintenance *maintenance, struct set *fresh)
{
    keyshare_secret *share;
    unsigned index;

    for (;;) {
        keyshare_verdict verdict;

        ck_assert_int_eq(
            keyshare_maintenance_hand_out(maintenance, &index, &share),
            KEYSHARE_OK);
        if (share == NULL)
            break;
        ck_assert_ptr_null(fresh->shares[index - 1]);
        fresh->shares[index - 1] = share;
        fresh->cards[index - 1] = (keyshare_image){
            keyshare_secret_reveal(share), keyshare_secret_len(share)};
        ck_assert_int_eq(keyshare_maintenance_read_back(
                             maintenance, &verdict, &fresh->cards[index - 1]),
            KEYSHARE_OK);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_OK);
    }
    ck_assert_uint_eq(index, 0);
}

keyshare_secret *
upkeep_repair(const struct set *set, const struct table *table, unsigned index)
{
    static struct set fresh;
    keyshare_plan plan = upkeep_plan(set, table);
    keyshare_maintenance *repair;

    memset(&fresh, 0, sizeof fresh);
    plan.index = index;
    ck_assert_int_eq(keyshare_repair_begin(&repair, &plan), KEYSHARE_OK);
    upkeep_present(repair, set, table, set->policy.threshold);
    upkeep_take(repair, &fresh);
    ck_assert_int_eq(keyshare_maintenance_finish(repair, NULL), KEYSHARE_OK);
    keyshare_maintenance_free(&repair);
    ck_assert_ptr_nonnull(fresh.shares[index - 1]);
    return fresh.shares[index - 1];
}

/* What a new set has of the old one. */
static void
inherit(struct set *fresh, const struct set *set)
{
    memset(fresh, 0, sizeof *fresh);
    memcpy(fresh->key, set->key, sizeof fresh->key);
    fresh->key_len = set->key_len;
}

void
upkeep_refresh(struct set *fresh, const struct set *set,
    const struct table *table, struct gen *gen)
{
    const keyshare_terms terms = keyshare_record_terms(set->record);
    const keyshare_random random = gen_random(gen);
    keyshare_plan plan = upkeep_plan(set, table);
    keyshare_maintenance *refresh;

    inherit(fresh, set);
    plan.later = table->later;
    plan.later_count = table->later_count;
    plan.terms = &terms;
    plan.random = &random;
    ck_assert_int_eq(keyshare_refresh_begin(&refresh, &plan), KEYSHARE_OK);
    upkeep_present(refresh, set, table, table->count);
    upkeep_take(refresh, fresh);
    for (size_t i = 0; i < table->count; i++) {
        keyshare_verdict verdict;

        ck_assert_int_eq(keyshare_maintenance_present(refresh, &verdict,
                             &set->cards[table->present[i] - 1]),
            KEYSHARE_OK);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_OK);
        upkeep_take(refresh, fresh);
    }
    ck_assert_int_eq(
        keyshare_maintenance_finish(refresh, &fresh->record), KEYSHARE_OK);
    keyshare_maintenance_free(&refresh);
    fresh->policy = keyshare_record_policy(fresh->record);
}

void
upkeep_reshare(struct set *fresh, const struct set *set,
    const struct table *table, keyshare_policy policy, struct gen *gen)
{
    keyshare_terms terms = keyshare_record_terms(set->record);
    const keyshare_random random = gen_random(gen);
    keyshare_plan plan = upkeep_plan(set, table);
    keyshare_maintenance *reshare;

    inherit(fresh, set);
    terms.policy = policy;
    plan.terms = &terms;
    plan.lower_threshold = policy.threshold < set->policy.threshold;
    plan.random = &random;
    ck_assert_int_eq(keyshare_reshare_begin(&reshare, &plan), KEYSHARE_OK);
    upkeep_present(reshare, set, table, set->policy.threshold);
    upkeep_take(reshare, fresh);
    ck_assert_int_eq(
        keyshare_maintenance_finish(reshare, &fresh->record), KEYSHARE_OK);
    keyshare_maintenance_free(&reshare);
    fresh->policy = keyshare_record_policy(fresh->record);
}

void
upkeep_holds(const struct set *set, struct gen *gen, const char *what)
{
    const size_t threshold = set->policy.threshold;
    const size_t count = set->policy.count;
    size_t chosen[KEYSHARE_COUNT_MAX];

    if (choice_count(threshold, count) > 40) {
        for (size_t i = 0; i < 10; i++) {
            gen_choice(gen, chosen, threshold, count);
            set_recovers(set, chosen, threshold, what);
        }
        return;
    }
    choice_first(chosen, threshold);
    do {
        set_recovers(set, chosen, threshold, what);
    } while (choice_next(chosen, threshold, count));
}
