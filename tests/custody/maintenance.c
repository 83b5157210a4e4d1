/* SPDX-License-Identifier: ISC */
/* Repair, refresh and re-share: whatever the policy and whoever is there, the
 * new cards are of the same key, and the old ones are not of the new set. */
#include <keyshare/maintenance.h>

#include <stdio.h>
#include <string.h>

#include <keyshare/fingerprint.h>

#include "record.h"
#include "share.h"
#include "suite.h"
#include "upkeep.h"

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

#define SCHEMES 2

/* Up to so many cards every policy is tried. */
#define COUNT_MAX 5

/* Of 1 to 64 bytes: up to three chunks, and their borders. */
static size_t
some_key_len(struct gen *gen)
{
    static const size_t lens[] = {1, 16, 31, 32, 33, 62, 63, 64};

    return lens[gen_below(gen, sizeof lens / sizeof *lens)];
}

/* Every policy of role custom with so many cards. */
static keyshare_policy
policy_at(keyshare_scheme scheme, unsigned number)
{
    unsigned count = 1;

    while (number >= count)
        number -= count++;
    return set_policy(scheme, number + 1, count);
}

#define POLICIES (COUNT_MAX * (COUNT_MAX + 1) / 2)

/* ---- Repair ---- */

START_TEST(repair_makes_every_share_again)
{
    static struct set set;
    struct gen gen = gen_begin();

    for (unsigned p = 0; p < POLICIES; p++) {
        const keyshare_policy policy = policy_at(schemes[_i], p);
        size_t chosen[COUNT_MAX];

        memset(&set, 0, sizeof set);
        set_deal(&set, &gen, policy, some_key_len(&gen));
        choice_first(chosen, policy.threshold);
        do {
            const struct table table = table_of(chosen, policy.threshold);

            for (unsigned index = 1; index <= policy.count; index++) {
                keyshare_secret *share;

                if (memchr(table.present, (int)index, table.count) != NULL)
                    continue;
                share = upkeep_repair(&set, &table, index);
                ck_assert_uint_eq(
                    keyshare_secret_len(share), set.cards[index - 1].len);
                ck_assert_mem_eq(keyshare_secret_reveal(share),
                    set.cards[index - 1].bytes, set.cards[index - 1].len);
                keyshare_secret_free(&share);
            }
        } while (choice_next(chosen, policy.threshold, policy.count));
        set_free(&set);
    }
}
END_TEST

/* ---- Refresh ---- */

/* Of every index the value changed, and the key commitment did not. */
static void
is_refreshed(const struct set *fresh, const struct set *set)
{
    const struct scheme *scheme = keyshare_record_scheme(set->record);
    const size_t value_len = scheme->value_len(set->key_len);

    ck_assert(scheme->same_key(
        keyshare_record_set(set->record), keyshare_record_set(fresh->record)));
    ck_assert_uint_eq(keyshare_record_epoch(fresh->record),
        keyshare_record_epoch(set->record) + 1);
    ck_assert_mem_eq(keyshare_record_predecessor(fresh->record),
        keyshare_record_fingerprint(set->record), KEYSHARE_FINGERPRINT_SIZE);
    for (size_t i = 0; i < set->policy.count; i++) {
        struct share old, new;

        ck_assert_int_eq(
            keyshare_share_decode(&old, set->cards[i].bytes, set->cards[i].len),
            KEYSHARE_OK);
        ck_assert_int_eq(keyshare_share_decode(
                             &new, fresh->cards[i].bytes, fresh->cards[i].len),
            KEYSHARE_OK);
        ck_assert(set->policy.threshold == 1 ||
                  memcmp(old.value, new.value, value_len) != 0);
        ck_assert_int_eq(
            set_verdict(fresh->record, set->cards[i].bytes, set->cards[i].len),
            KEYSHARE_VERDICT_OTHER_EPOCH);
    }
}

START_TEST(refresh_keeps_the_key_and_changes_every_share)
{
    static struct set set, fresh;
    struct gen gen = gen_begin();

    for (unsigned p = 0; p < POLICIES; p++) {
        const keyshare_policy policy = policy_at(schemes[_i], p);

        for (size_t count = policy.threshold; count <= policy.count; count++) {
            struct table table;

            memset(&set, 0, sizeof set);
            set_deal(&set, &gen, policy, some_key_len(&gen));
            table = table_random(&set, &gen, count);
            upkeep_refresh(&fresh, &set, &table, &gen);
            is_refreshed(&fresh, &set);
            upkeep_holds(&fresh, &gen, "refreshed");
            set_free(&fresh);
            set_free(&set);
        }
    }
}
END_TEST

/* Four of five are here, the plan names them in one order, and they come in
 * every other: the absent one's share is made of the last three. */
START_TEST(cards_come_in_any_order)
{
    static struct set set, fresh;
    const struct table table = {.present = {5, 1, 4, 2}, .count = 4};
    struct gen gen = gen_begin();
    const keyshare_random random = gen_random(&gen);
    keyshare_terms terms;

    set_deal(&set, &gen, set_policy(schemes[_i], 3, 5), 32);
    terms = keyshare_record_terms(set.record);
    for (size_t order = 0; order < 24; order++) {
        keyshare_plan plan = upkeep_plan(&set, &table);
        struct table left = table;
        struct table comes = {.count = 0};
        keyshare_maintenance *refresh;

        for (size_t n = left.count, rest = order; n > 0; rest /= n--) {
            comes.present[comes.count++] = left.present[rest % n];
            left.present[rest % n] = left.present[n - 1];
        }
        plan.terms = &terms;
        plan.random = &random;
        memset(&fresh, 0, sizeof fresh);
        memcpy(fresh.key, set.key, sizeof fresh.key);
        fresh.key_len = set.key_len;
        ck_assert_int_eq(keyshare_refresh_begin(&refresh, &plan), KEYSHARE_OK);
        upkeep_present(refresh, &set, &comes, comes.count);
        upkeep_take(refresh, &fresh);
        ck_assert_ptr_nonnull(fresh.shares[2]);
        for (size_t i = 0; i < table.count; i++) {
            keyshare_verdict verdict;

            ck_assert_int_eq(keyshare_maintenance_present(refresh, &verdict,
                                 &set.cards[table.present[i] - 1]),
                KEYSHARE_OK);
            upkeep_take(refresh, &fresh);
        }
        ck_assert_int_eq(
            keyshare_maintenance_finish(refresh, &fresh.record), KEYSHARE_OK);
        keyshare_maintenance_free(&refresh);
        fresh.policy = keyshare_record_policy(fresh.record);
        upkeep_holds(&fresh, &gen, "cards in some order");
        set_free(&fresh);
    }
    set_free(&set);
}
END_TEST

/* The value in a card. */
static const uint8_t *
value_of(const struct set *set, unsigned index, size_t *len)
{
    struct share share;

    ck_assert_int_eq(keyshare_share_decode(&share, set->cards[index - 1].bytes,
                         set->cards[index - 1].len),
        KEYSHARE_OK);
    *len = share.value_len;
    return share.value;
}

/* From the same coins: INDEX is handed out by the refresh itself, or is left to
 * a repair in the new set. */
static void
comes_to_the_same(const struct set *set, struct table table, unsigned index,
    const struct gen *coins)
{
    static struct set at_once, late;
    struct gen first = *coins, second = *coins;
    keyshare_secret *share;
    size_t len, other_len;
    const uint8_t *value;

    upkeep_refresh(&at_once, set, &table, &first);
    table.later[table.later_count++] = (uint8_t)index;
    upkeep_refresh(&late, set, &table, &second);
    ck_assert_ptr_null(late.shares[index - 1]);
    share = upkeep_repair(&late, &table, index);
    set_share(&late, index, keyshare_secret_reveal(share),
        keyshare_secret_len(share));
    keyshare_secret_free(&share);
    value = value_of(&at_once, index, &len);
    ck_assert_mem_eq(value, value_of(&late, index, &other_len), len);
    ck_assert_uint_eq(len, other_len);
    set_free(&at_once);
    set_free(&late);
}

START_TEST(what_comes_later_is_what_would_have_come)
{
    static struct set set;
    struct gen gen = gen_begin();

    for (unsigned threshold = 1; threshold <= 3; threshold++) {
        memset(&set, 0, sizeof set);
        set_deal(&set, &gen, set_policy(schemes[_i], threshold, 5), 40);
        for (size_t count = threshold; count < 5; count++) {
            const struct table table = table_random(&set, &gen, count);

            for (unsigned index = 1; index <= 5; index++)
                if (memchr(table.present, (int)index, count) == NULL)
                    comes_to_the_same(&set, table, index, &gen);
        }
        set_free(&set);
    }
}
END_TEST

/* ---- Re-share ---- */

START_TEST(reshare_gives_the_key_under_any_policy)
{
    static struct set set, fresh;
    struct gen gen = gen_begin();

    for (unsigned p = 0; p < POLICIES; p++)
        for (unsigned q = 0; q < POLICIES; q++) {
            struct table table;

            memset(&set, 0, sizeof set);
            set_deal(&set, &gen, policy_at(schemes[_i], p), some_key_len(&gen));
            table = table_random(&set, &gen, set.policy.threshold);
            upkeep_reshare(
                &fresh, &set, &table, policy_at(schemes[_i], q), &gen);
            upkeep_holds(&fresh, &gen, "re-shared");
            set_free(&fresh);
            set_free(&set);
        }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("maintenance");
    TCase *laws = tcase_create("laws");

    tcase_add_unchecked_fixture(laws, set_plain_memory, NULL);
    tcase_add_loop_test(laws, repair_makes_every_share_again, 0, SCHEMES);
    tcase_add_loop_test(laws, cards_come_in_any_order, 0, SCHEMES);
    tcase_add_loop_test(
        laws, refresh_keeps_the_key_and_changes_every_share, 0, SCHEMES);
    tcase_add_loop_test(
        laws, what_comes_later_is_what_would_have_come, 0, SCHEMES);
    tcase_add_loop_test(
        laws, reshare_gives_the_key_under_any_policy, 0, SCHEMES);
    suite_add_tcase(suite, laws);
    return suite;
}
