/* SPDX-License-Identifier: ISC */
/* Recovery: bad cards are named and cost nothing but their place; whatever is
 * not a quorum of this record gives no key. */
#include <keyshare/recover.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <keyshare/fingerprint.h>

#include "set.h"
#include "share.h"
#include "suite.h"

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

#define THRESHOLD 3
#define COUNT     5

/* The set under test, another set, and bad cards of every kind, each with its
 * verdict. */
struct table {
    struct set set;
    struct set other;
    uint8_t bytes[8][512];
    keyshare_image bad[8];
    keyshare_verdict verdicts[8];
    size_t bad_count;
};

static uint8_t *
add_bad(
    struct table *table, const keyshare_image *card, keyshare_verdict verdict)
{
    const size_t i = table->bad_count++;

    memcpy(table->bytes[i], card->bytes, card->len);
    table->bad[i] = (keyshare_image){table->bytes[i], card->len};
    table->verdicts[i] = verdict;
    return table->bytes[i];
}

static void
lay_table(struct table *table, struct gen *gen, keyshare_scheme scheme)
{
    keyshare_image *card = table->set.cards;
    uint8_t *bytes;

    memset(table, 0, sizeof *table);
    set_deal(&table->set, gen, set_policy(scheme, THRESHOLD, COUNT), 40);
    set_deal(&table->other, gen, set_policy(scheme, THRESHOLD, COUNT), 40);
    bytes = add_bad(table, &card[0], KEYSHARE_VERDICT_DAMAGED);
    bytes[card[0].len - 1] ^= 1;
    bytes = add_bad(table, &card[1], KEYSHARE_VERDICT_INVALID);
    bytes[60] ^= 1;
    set_mend_check(bytes, card[1].len);
    /* A bad copy of a card that may be there too, of the first index. */
    bytes = add_bad(table, &card[0], KEYSHARE_VERDICT_INVALID);
    bytes[70] ^= 0x80;
    set_mend_check(bytes, card[0].len);
    (void)add_bad(table, &table->other.cards[0], KEYSHARE_VERDICT_OTHER_SET);
    (void)add_bad(table, &table->other.cards[4], KEYSHARE_VERDICT_OTHER_SET);
    bytes = add_bad(table, &table->other.cards[3], KEYSHARE_VERDICT_INVALID);
    keyshare_share_seal(bytes,
        scheme == KEYSHARE_SCHEME_GF256 ? 40 + 32 : 2 * 64,
        keyshare_record_fingerprint(table->set.record));
    table->bad[table->bad_count] = (keyshare_image){NULL, 0};
    table->verdicts[table->bad_count++] = KEYSHARE_VERDICT_DAMAGED;
    table->bad[table->bad_count] = (keyshare_image){bytes, 0};
    table->verdicts[table->bad_count++] = KEYSHARE_VERDICT_DAMAGED;
}

static void
clear_table(struct table *table)
{
    set_free(&table->set);
    set_free(&table->other);
}

/* Cards in random order, and the verdict each is to have. */
struct hand {
    keyshare_image cards[64];
    keyshare_verdict expected[64];
    size_t count;
};

static void
take(struct hand *hand, keyshare_image card, keyshare_verdict verdict)
{
    hand->cards[hand->count] = card;
    hand->expected[hand->count++] = verdict;
}

/* GOOD distinct cards, some again, and some bad ones, shuffled; of those with
 * the same index the first is ok and the others are duplicates. */
static void
deal_hand(
    struct hand *hand, const struct table *table, struct gen *gen, size_t good)
{
    size_t chosen[COUNT];
    size_t order[64];
    struct hand sorted = {.count = 0};
    bool seen[COUNT] = {false};

    gen_choice(gen, chosen, good, COUNT);
    for (size_t i = 0; i < good; i++)
        for (size_t again = gen_below(gen, 3) / 2 + 1; again > 0; again--)
            take(&sorted, table->set.cards[chosen[i]], KEYSHARE_VERDICT_OK);
    for (size_t i = gen_below(gen, 9); i > 0; i--) {
        const size_t which = gen_below(gen, table->bad_count);

        take(&sorted, table->bad[which], table->verdicts[which]);
    }
    hand->count = 0;
    gen_choice(gen, order, sorted.count, sorted.count);
    for (size_t i = 0; i < sorted.count; i++) {
        keyshare_verdict verdict = sorted.expected[order[i]];

        for (size_t k = 0; k < COUNT; k++) {
            if (verdict != KEYSHARE_VERDICT_OK ||
                sorted.cards[order[i]].bytes != table->set.cards[k].bytes)
                continue;
            verdict =
                seen[k] ? KEYSHARE_VERDICT_DUPLICATE : KEYSHARE_VERDICT_OK;
            seen[k] = true;
            break;
        }
        take(hand, sorted.cards[order[i]], verdict);
    }
}

static void
verdicts_are(
    const struct hand *hand, const keyshare_verdict *verdicts, const char *what)
{
    for (size_t k = 0; k < hand->count; k++)
        if (verdicts[k] != hand->expected[k])
            ck_abort_msg("%s: card %zu is %s, not %s", what, k,
                keyshare_verdict_text(verdicts[k]),
                keyshare_verdict_text(hand->expected[k]));
}

/* Whatever the order, and whatever else lies on the table: M good ones give
 * the key, fewer none; verdicts are by position; a check says the same. */
START_TEST(any_hand)
{
    static struct table table;
    struct gen gen = gen_begin();
    const size_t cases = gen_count(300);

    lay_table(&table, &gen, schemes[_i]);
    for (size_t i = 0; i < cases; i++) {
        const size_t good = gen_below(&gen, COUNT + 1);
        struct hand hand;
        keyshare_verdict verdicts[64];
        keyshare_recoverable recoverable;
        keyshare_secret *key;
        keyshare_error error;
        size_t counted;
        char what[64];

        snprintf(what, sizeof what, "seed %" PRIu64 " case %zu", gen.seed, i);
        deal_hand(&hand, &table, &gen, good);
        error = keyshare_recover(
            &key, verdicts, table.set.record, NULL, hand.cards, hand.count);
        verdicts_are(&hand, verdicts, what);
        if (error != (good < THRESHOLD ? KEYSHARE_ERR_QUORUM : KEYSHARE_OK) ||
            (key == NULL) != (good < THRESHOLD) ||
            (key != NULL && (keyshare_secret_len(key) != 40 ||
                                memcmp(keyshare_secret_reveal(key),
                                    table.set.key, 40) != 0)))
            ck_abort_msg("%s: %s", what, keyshare_error_name(error));
        keyshare_secret_free(&key);
        error = keyshare_check(verdicts, &recoverable, &counted,
            table.set.record, NULL, hand.cards, hand.count);
        verdicts_are(&hand, verdicts, what);
        if (error != KEYSHARE_OK || counted != good ||
            recoverable != (good < THRESHOLD ? KEYSHARE_RECOVERABLE_NO
                               : schemes[_i] == KEYSHARE_SCHEME_PEDERSEN
                                   ? KEYSHARE_RECOVERABLE_YES
                                   : KEYSHARE_RECOVERABLE_AS_DEALT))
            ck_abort_msg("%s: %zu good, %s", what, counted,
                keyshare_recoverable_text(recoverable));
    }
    clear_table(&table);
}
END_TEST

/* All orders of three cards. */
START_TEST(every_order)
{
    static const size_t orders[][3] = {
        {0, 2, 4}, {0, 4, 2}, {2, 0, 4}, {2, 4, 0}, {4, 0, 2}, {4, 2, 0}};
    struct gen gen = gen_begin();
    struct set set;

    set_deal(&set, &gen, set_policy(schemes[_i], 3, 5), 32);
    for (size_t i = 0; i < 6; i++)
        set_recovers(&set, orders[i], 3, "an order");
    set_free(&set);
}
END_TEST

/* ---- What is expected ---- */

/* The record is not the one expected: nothing is done, all is NONE. */
static void
is_unexpected(const struct set *set, const keyshare_expected *expected)
{
    keyshare_verdict verdicts[COUNT];
    keyshare_recoverable recoverable = KEYSHARE_RECOVERABLE_YES;
    keyshare_secret *key = set->shares[0];
    size_t good = 7;

    memset(verdicts, 0x3c, sizeof verdicts);
    ck_assert_int_eq(keyshare_recover(&key, verdicts, set->record, expected,
                         set->cards, COUNT),
        KEYSHARE_ERR_UNEXPECTED);
    ck_assert_ptr_null(key);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_int_eq(verdicts[i], KEYSHARE_VERDICT_NONE);
    memset(verdicts, 0x3c, sizeof verdicts);
    ck_assert_int_eq(keyshare_check(verdicts, &recoverable, &good, set->record,
                         expected, set->cards, COUNT),
        KEYSHARE_ERR_UNEXPECTED);
    ck_assert_int_eq(recoverable, KEYSHARE_RECOVERABLE_NO);
    ck_assert_uint_eq(good, 0);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_int_eq(verdicts[i], KEYSHARE_VERDICT_NONE);
    verdicts[0] = KEYSHARE_VERDICT_OK;
    ck_assert_int_eq(
        keyshare_verify(verdicts, set->record, expected, set->cards),
        KEYSHARE_ERR_UNEXPECTED);
    ck_assert_int_eq(verdicts[0], KEYSHARE_VERDICT_NONE);
}

static void
is_taken(const struct set *set, const keyshare_expected *expected)
{
    keyshare_verdict verdicts[COUNT];
    keyshare_secret *key;

    ck_assert_int_eq(keyshare_recover(&key, verdicts, set->record, expected,
                         set->cards, COUNT),
        KEYSHARE_OK);
    keyshare_secret_free(&key);
}

START_TEST(what_is_expected)
{
    struct gen gen = gen_begin();
    uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE];
    keyshare_policy policy = set_policy(schemes[_i], 3, COUNT);
    keyshare_expected expected = KEYSHARE_EXPECTED_INIT;
    struct set set;

    policy.role = KEYSHARE_ROLE_SO;
    set_deal(&set, &gen, policy, 16);
    is_taken(&set, NULL);
    is_taken(&set, &expected);
    for (int role = -2; role <= 5; role++) {
        expected.role = role;
        if (role == KEYSHARE_ROLE_SO || role == KEYSHARE_ROLE_ANY)
            is_taken(&set, &expected);
        else
            is_unexpected(&set, &expected);
    }
    memcpy(fingerprint, keyshare_record_fingerprint(set.record),
        sizeof fingerprint);
    expected.role = KEYSHARE_ROLE_SO;
    expected.fingerprint = fingerprint;
    is_taken(&set, &expected);
    for (size_t bit = 0; bit < 8 * sizeof fingerprint; bit++) {
        fingerprint[bit / 8] ^= (uint8_t)(1U << bit % 8);
        is_unexpected(&set, &expected);
        fingerprint[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    expected.role = KEYSHARE_ROLE_CO;
    is_unexpected(&set, &expected);
    set_free(&set);
}
END_TEST

/* ---- Arguments ---- */

/* recover, check and verify answer ARGUMENT, and leave nothing good behind. */
static void
all_refuse(const struct set *set, const keyshare_expected *expected,
    const keyshare_image *card)
{
    keyshare_verdict verdicts[2];
    keyshare_recoverable recoverable = KEYSHARE_RECOVERABLE_YES;
    keyshare_image cards[2] = {set->cards[0], *card};
    keyshare_secret *key = set->shares[0];

    memset(verdicts, 0x3c, sizeof verdicts);
    ck_assert_int_eq(
        keyshare_recover(&key, verdicts, set->record, expected, cards, 2),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_ptr_null(key);
    ck_assert_int_eq(verdicts[0], KEYSHARE_VERDICT_NONE);
    ck_assert_int_eq(verdicts[1], KEYSHARE_VERDICT_NONE);
    memset(verdicts, 0x3c, sizeof verdicts);
    ck_assert_int_eq(keyshare_check(verdicts, &recoverable, NULL, set->record,
                         expected, cards, 2),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(recoverable, KEYSHARE_RECOVERABLE_NO);
    ck_assert_int_eq(verdicts[0], KEYSHARE_VERDICT_NONE);
    ck_assert_int_eq(verdicts[1], KEYSHARE_VERDICT_NONE);
    verdicts[0] = KEYSHARE_VERDICT_OK;
    ck_assert_int_eq(keyshare_verify(verdicts, set->record, expected, card),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(verdicts[0], KEYSHARE_VERDICT_NONE);
}

START_TEST(not_well_made)
{
    struct gen gen = gen_begin();
    const keyshare_image nowhere = {NULL, 1};
    const keyshare_record *known[] = {NULL};
    keyshare_expected expected = KEYSHARE_EXPECTED_INIT;
    struct set set;

    set_deal(&set, &gen, set_policy(schemes[_i], 2, 3), 16);
    all_refuse(&set, NULL, &nowhere);
    expected.size--;
    all_refuse(&set, &expected, &set.cards[1]);
    expected.size++;
    expected.known_count = 1;
    all_refuse(&set, &expected, &set.cards[1]);
    expected.known = known;
    all_refuse(&set, &expected, &set.cards[1]);
    set_free(&set);
}
END_TEST

START_TEST(nothing_given)
{
    struct gen gen = gen_begin();
    keyshare_verdict verdicts[3];
    keyshare_recoverable recoverable;
    keyshare_secret *key;
    struct set set;
    size_t good = 7;

    set_deal(&set, &gen, set_policy(schemes[_i], 2, 3), 16);
    ck_assert_int_eq(
        keyshare_recover(NULL, verdicts, set.record, NULL, set.cards, 3),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_recover(&key, NULL, set.record, NULL, set.cards, 3),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_recover(&key, verdicts, NULL, NULL, set.cards, 3),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_recover(&key, verdicts, set.record, NULL, NULL, 3),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_recover(&key, NULL, set.record, NULL, NULL, 0),
        KEYSHARE_ERR_QUORUM);
    ck_assert_ptr_null(key);
    ck_assert_int_eq(
        keyshare_check(verdicts, NULL, &good, set.record, NULL, set.cards, 3),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_check(NULL, &recoverable, &good, set.record, NULL,
                         set.cards, 3),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_check(verdicts, &recoverable, &good, NULL, NULL, set.cards, 3),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_check(verdicts, &recoverable, &good, set.record,
                         NULL, NULL, 3),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_check(NULL, &recoverable, &good, set.record, NULL, NULL, 0),
        KEYSHARE_OK);
    ck_assert_int_eq(recoverable, KEYSHARE_RECOVERABLE_NO);
    ck_assert_uint_eq(good, 0);
    ck_assert_int_eq(keyshare_verify(NULL, set.record, NULL, set.cards),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_verify(verdicts, NULL, NULL, set.cards),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_verify(verdicts, set.record, NULL, NULL),
        KEYSHARE_ERR_ARGUMENT);
    set_free(&set);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("recover");
    TCase *laws = tcase_create("laws");
    TCase *errors = tcase_create("errors");

    tcase_add_loop_test(laws, any_hand, 0, 2);
    tcase_add_loop_test(laws, every_order, 0, 2);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(errors, what_is_expected, 0, 2);
    tcase_add_loop_test(errors, not_well_made, 0, 2);
    tcase_add_loop_test(errors, nothing_given, 0, 2);
    suite_add_tcase(suite, errors);
    return suite;
}
