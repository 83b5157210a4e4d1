/* SPDX-License-Identifier: ISC */
/* Repair, refresh and re-share, their secrets poisoned: the cards' values, all
 * that is drawn, and so each sum and each new share. */
#include <stdlib.h>
#include <string.h>

#include <keyshare.h>

#include "poison.h"

#include "ct_set.h"
#include "operation.h"
#include "record.h"
#include "reveal.h"
#include "share.h"

/* What there is of policies: each with absent indices, and one without. */
static const struct {
    unsigned threshold;
    unsigned count;
    size_t key_len;
} sets[] = {{1, 2, 32}, {2, 3, 1}, {2, 2, 62}, {3, 5, 32}, {3, 5, 64}};

#define SETS (sizeof sets / sizeof *sets)

static keyshare_policy
policy_of(keyshare_scheme scheme, unsigned threshold, unsigned count)
{
    return (keyshare_policy){KEYSHARE_ROLE_CUSTOM, scheme, threshold, count};
}

/* ---- A table with cards ---- */

struct table {
    uint8_t present[CT_SET_COUNT_MAX];
    keyshare_plan plan;
    keyshare_terms terms;
    keyshare_random random;
    keyshare_maintenance *operation;
};

/* COUNT cards are here, the last index first. */
static void
lay(struct table *table, const struct ct_set *set, size_t count)
{
    static const keyshare_plan nothing = KEYSHARE_PLAN_INIT;

    memset(table, 0, sizeof *table);
    for (size_t i = 0; i < count; i++)
        table->present[i] = (uint8_t)(set->policy.count - i);
    table->plan = nothing;
    table->plan.record = set->record;
    table->plan.present = table->present;
    table->plan.present_count = count;
}

/* Those that come of terms draw, too. */
static void
lay_terms(struct table *table, const struct ct_set *set)
{
    table->terms = keyshare_record_terms(set->record);
    table->random = ct_set_random();
    table->plan.terms = &table->terms;
    table->plan.random = &table->random;
}

static keyshare_image
card_of(const struct ct_set *set, unsigned index)
{
    const keyshare_secret *share = set->shares[index - 1];

    return (keyshare_image){
        keyshare_secret_reveal(share), keyshare_secret_len(share)};
}

static void
present(struct table *table, const keyshare_image *card, keyshare_error error,
    keyshare_verdict expected)
{
    keyshare_verdict verdict;

    ct_expect(keyshare_maintenance_present(table->operation, &verdict, card) ==
                      error &&
                  verdict == expected,
        "a card is presented");
}

static void
present_index(struct table *table, const struct ct_set *set, unsigned index)
{
    const keyshare_image card = card_of(set, index);

    present(table, &card, KEYSHARE_OK, KEYSHARE_VERDICT_OK);
}

/* A copy of a share with one bit of its value turned; sealed: with a check that
 * fits. */
static void
present_spoilt(struct table *table, const struct ct_set *set, bool sealed,
    keyshare_error error)
{
    uint8_t bytes[512];
    const keyshare_image good = card_of(set, table->present[0]);
    const keyshare_image card = {bytes, good.len};

    if (good.len > sizeof bytes)
        abort();
    memcpy(bytes, good.bytes, good.len);
    ct_set_value(set, bytes)[0] ^= 1;
    if (sealed)
        ct_set_seal(set, bytes);
    present(table, &card, error,
        sealed ? KEYSHARE_VERDICT_INVALID : KEYSHARE_VERDICT_DAMAGED);
}

/* Take the shares that wait, and read them back. */
static void
take(struct table *table, struct ct_set *fresh)
{
    keyshare_secret *share;
    unsigned index;

    for (;;) {
        keyshare_verdict verdict;
        keyshare_image card;

        ct_expect(keyshare_maintenance_hand_out(
                      table->operation, &index, &share) == KEYSHARE_OK,
            "a share is handed out");
        if (share == NULL)
            return;
        ct_expect(ct_is_secret(keyshare_secret_reveal(share),
                      keyshare_secret_len(share)),
            "the share is secret");
        fresh->shares[index - 1] = share;
        card = card_of(fresh, index);
        ct_expect(keyshare_maintenance_read_back(
                      table->operation, &verdict, &card) == KEYSHARE_OK &&
                      verdict == KEYSHARE_VERDICT_OK,
            "it is read back");
    }
}

/* The new set is in force; the key is the one that was dealt. */
static void
finish(struct table *table, struct ct_set *fresh, const struct ct_set *set)
{
    keyshare_image cards[CT_SET_COUNT_MAX];
    keyshare_verdict verdicts[CT_SET_COUNT_MAX];
    uint8_t right[CT_SET_KEY_MAX];
    keyshare_secret *key = NULL;
    size_t count = 0;
    size_t len;

    ct_expect(keyshare_maintenance_finish(table->operation, &fresh->record) ==
                  KEYSHARE_OK,
        "it is finished");
    keyshare_maintenance_free(&table->operation);
    (void)keyshare_record_bytes(fresh->record, &len);
    ct_expect(!ct_is_secret(keyshare_record_bytes(fresh->record, NULL), len),
        "the record is public");
    for (unsigned i = 1; i <= CT_SET_COUNT_MAX; i++)
        if (fresh->shares[i - 1] != NULL)
            cards[count++] = card_of(fresh, i);
    ct_expect(keyshare_recover(&key, verdicts, fresh->record, NULL, cards,
                  count) == KEYSHARE_OK,
        "the key is recovered");
    if (key != NULL) {
        ct_came_of_secrets(
            keyshare_secret_reveal(key), set->key_len, "the key");
        memcpy(right, set->key, set->key_len);
        ct_public(right, set->key_len);
        ct_expect(memcmp(keyshare_secret_reveal(key), right, set->key_len) == 0,
            "the key is the one dealt");
        keyshare_secret_free(&key);
    }
    ct_set_end(fresh);
}

/* ---- The operations ---- */

static void
repair(const struct ct_set *set)
{
    struct ct_set fresh = {.record = NULL};
    const keyshare_image right = card_of(set, 1);
    struct table table;

    if (set->policy.threshold == set->policy.count)
        return;
    lay(&table, set, set->policy.threshold);
    table.plan.index = 1;
    ct_expect(
        keyshare_repair_begin(&table.operation, &table.plan) == KEYSHARE_OK,
        "begun");
    for (size_t i = 0; i < set->policy.threshold; i++)
        present_index(&table, set, table.present[i]);
    take(&table, &fresh);
    ct_expect(keyshare_maintenance_finish(table.operation, NULL) == KEYSHARE_OK,
        "it is finished");
    keyshare_maintenance_free(&table.operation);
    ct_came_of_secrets(
        card_of(&fresh, 1).bytes, right.len, "the share made again");
    ct_public(right.bytes, right.len);
    ct_expect(memcmp(card_of(&fresh, 1).bytes, right.bytes, right.len) == 0,
        "the share is what it was");
    ct_secret(ct_set_value(set, (uint8_t *)(uintptr_t)right.bytes),
        ct_set_value_len(set));
    ct_set_end(&fresh);
}

/* PRESENT cards are here; of the absent, index 1 is left for later if LATER. A
 * bad card in round two costs nobody anything here: the good one follows. */
static void
refresh(const struct ct_set *set, size_t count, bool later)
{
    static const uint8_t first = 1;
    struct ct_set fresh = {.record = NULL};
    struct table table;

    if (count > set->policy.count || count < set->policy.threshold ||
        (later && count == set->policy.count))
        return;
    lay(&table, set, count);
    lay_terms(&table, set);
    if (later) {
        table.plan.later = &first;
        table.plan.later_count = 1;
    }
    ct_expect(
        keyshare_refresh_begin(&table.operation, &table.plan) == KEYSHARE_OK,
        "begun");
    for (size_t i = 0; i < count; i++)
        present_index(&table, set, table.present[i]);
    take(&table, &fresh);
    present_spoilt(&table, set, true, KEYSHARE_OK);
    present_spoilt(&table, set, false, KEYSHARE_OK);
    for (size_t i = 0; i < count; i++) {
        present_index(&table, set, table.present[i]);
        take(&table, &fresh);
    }
    finish(&table, &fresh, set);
}

static void
reshare(const struct ct_set *set, unsigned threshold, unsigned count)
{
    struct ct_set fresh = {.record = NULL};
    struct table table;

    lay(&table, set, set->policy.threshold);
    lay_terms(&table, set);
    table.terms.policy = policy_of(set->policy.scheme, threshold, count);
    table.plan.lower_threshold = 1;
    ct_expect(
        keyshare_reshare_begin(&table.operation, &table.plan) == KEYSHARE_OK,
        "begun");
    for (size_t i = 0; i < set->policy.threshold; i++)
        present_index(&table, set, table.present[i]);
    take(&table, &fresh);
    finish(&table, &fresh, set);
}

static void
over_sets(keyshare_scheme scheme)
{
    static struct ct_set set;

    for (size_t i = 0; i < SETS; i++) {
        const keyshare_policy policy =
            policy_of(scheme, sets[i].threshold, sets[i].count);

        ct_set_deal(&set, &policy, sets[i].key_len);
        repair(&set);
        refresh(&set, policy.count, false);
        refresh(&set, policy.count - 1, false);
        refresh(&set, policy.threshold, true);
        reshare(&set, policy.threshold, policy.count);
        reshare(&set, 1, 1);
        reshare(&set, 3, 4);
        ct_set_end(&set);
    }
}

/* ---- What goes wrong ---- */

/* A bad card in round one ends it; one that belongs elsewhere, that is not
 * awaited, or that comes again, does not. */
static void
bad_cards(keyshare_scheme scheme)
{
    static struct ct_set set, other;
    const keyshare_policy policy = policy_of(scheme, 2, 4);
    keyshare_image card;

    ct_set_deal(&set, &policy, 32);
    ct_set_deal(&other, &policy, 32);
    for (unsigned sealed = 0; sealed < 2; sealed++) {
        struct table table;

        lay(&table, &set, 2);
        lay_terms(&table, &set);
        if (keyshare_refresh_begin(&table.operation, &table.plan) !=
            KEYSHARE_OK)
            abort();
        card = card_of(&other, 4);
        present(&table, &card, KEYSHARE_OK, KEYSHARE_VERDICT_OTHER_SET);
        card = card_of(&set, 1);
        present(&table, &card, KEYSHARE_ERR_INDEX, KEYSHARE_VERDICT_OK);
        present_index(&table, &set, 4);
        card = card_of(&set, 4);
        present(&table, &card, KEYSHARE_OK, KEYSHARE_VERDICT_DUPLICATE);
        present_spoilt(&table, &set, sealed != 0, KEYSHARE_ERR_QUORUM);
        keyshare_maintenance_free(&table.operation);
    }
    ct_set_end(&other);
    ct_set_end(&set);
}

/* Index 3 of the set is not of the dealing: what the others give is not what
 * its tag says. It is absent. */
static void
bad_dealing(bool is_repair)
{
    static struct ct_set set;
    const keyshare_policy policy = policy_of(KEYSHARE_SCHEME_GF256, 2, 3);
    struct table table;
    keyshare_image card;

    ct_set_deal(&set, &policy, 32);
    ct_set_deal_badly(&set);
    lay(&table, &set, 2);
    table.present[0] = 1;
    if (is_repair)
        table.plan.index = 3;
    else
        lay_terms(&table, &set);
    if ((is_repair ? keyshare_repair_begin(&table.operation, &table.plan)
                   : keyshare_refresh_begin(&table.operation, &table.plan)) !=
        KEYSHARE_OK)
        abort();
    present_index(&table, &set, 1);
    card = card_of(&set, 2);
    present(&table, &card, KEYSHARE_ERR_MISMATCH, KEYSHARE_VERDICT_OK);
    keyshare_maintenance_free(&table.operation);
    ct_set_end(&set);
}

static void
stuck(keyshare_scheme scheme)
{
    static struct ct_set set;
    const keyshare_policy policy = policy_of(scheme, 2, 3);
    struct table table;

    ct_set_deal(&set, &policy, 32);
    lay(&table, &set, 2);
    lay_terms(&table, &set);
    table.random = ct_set_stuck();
    ct_expect(keyshare_refresh_begin(&table.operation, &table.plan) ==
                      KEYSHARE_ERR_RANDOM &&
                  keyshare_reshare_begin(&table.operation, &table.plan) ==
                      KEYSHARE_ERR_RANDOM,
        "it is told");
    ct_set_end(&set);
}

/* ---- The parts, by name ---- */

static void
parts(keyshare_scheme scheme)
{
    static struct ct_set set;
    const keyshare_policy policy = policy_of(scheme, 2, 3);
    struct table table;
    struct share share;

    ct_case("a set to look at");
    ct_set_deal(&set, &policy, 32);
    lay(&table, &set, 2);
    lay_terms(&table, &set);
    if (keyshare_reshare_begin(&table.operation, &table.plan) != KEYSHARE_OK)
        abort();
    ct_case("keyshare_operation_collect");
    for (size_t i = 0; i < 2; i++) {
        const keyshare_image card = card_of(&set, table.present[i]);

        if (keyshare_share_decode(&share, card.bytes, card.len) != KEYSHARE_OK)
            abort();
        ct_expect(keyshare_operation_collect(
                      table.operation, share.index, share.value) == KEYSHARE_OK,
            "used");
    }
    ct_case("keyshare_operation_seal_share");
    ct_expect(keyshare_operation_seal_share(table.operation, 3), "sealed");
    ct_case("keyshare_operation_share_is_good");
    ct_expect(
        keyshare_operation_share_is_good(table.operation, 3, REVEAL_FAULT),
        "good");
    table.operation->values[2][0] ^= 1;
    ct_expect(
        !keyshare_operation_share_is_good(table.operation, 3, REVEAL_FAULT),
        "bad");
    keyshare_maintenance_free(&table.operation);
    ct_set_end(&set);
}

int
main(void)
{
    ct_begin("maintenance");
    parts(KEYSHARE_SCHEME_GF256);
    parts(KEYSHARE_SCHEME_PEDERSEN);
    ct_case("gf256: repair, refresh, re-share");
    over_sets(KEYSHARE_SCHEME_GF256);
    ct_case("pedersen: repair, refresh, re-share");
    over_sets(KEYSHARE_SCHEME_PEDERSEN);
    ct_case("bad cards");
    bad_cards(KEYSHARE_SCHEME_GF256);
    bad_cards(KEYSHARE_SCHEME_PEDERSEN);
    ct_case("a bad dealing");
    bad_dealing(true);
    bad_dealing(false);
    ct_case("stuck generators");
    stuck(KEYSHARE_SCHEME_GF256);
    stuck(KEYSHARE_SCHEME_PEDERSEN);
    return ct_end();
}
