/* SPDX-License-Identifier: ISC */
/* Maintenance as it is not meant to go: out of order, with cards that do not
 * belong, that are bad, that come twice. */
#include <keyshare/maintenance.h>

#include <string.h>

#include <keyshare/fingerprint.h>

#include "odd.h"
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

/* A 3-of-6 set. Present are 1, 2, 3 and, in a refresh, 4; 5 is repaired, or
 * absent, and 6 comes later. */
#define THRESHOLD 3
#define COUNT     6
#define REPAIRED  5
#define LATER     6

static struct set set, other;
static keyshare_maintenance *operation;
static const keyshare_maintenance_status *status;
static keyshare_verdict verdict;

static void
begin(enum kind kind)
{
    static struct gen gen;
    static const uint8_t present[] = {1, 2, 3, 4};
    static const uint8_t later[] = {LATER};
    keyshare_terms terms = keyshare_record_terms(set.record);
    const keyshare_random random = gen_random(&gen);
    keyshare_plan plan = KEYSHARE_PLAN_INIT;
    keyshare_error error = KEYSHARE_ERR_STATE;

    /* The same is drawn each time. */
    gen = gen_begin();
    plan.record = set.record;
    plan.present = present;
    plan.present_count = kind == REFRESH ? 4 : 3;
    plan.terms = kind == REPAIR ? NULL : &terms;
    plan.random = kind == REPAIR ? NULL : &random;
    switch (kind) {
    case REPAIR:
        plan.index = REPAIRED;
        error = keyshare_repair_begin(&operation, &plan);
        break;
    case REFRESH:
        plan.later = later;
        plan.later_count = 1;
        error = keyshare_refresh_begin(&operation, &plan);
        break;
    case RESHARE:
        terms.policy.threshold = 4;
        terms.policy.count = 5;
        error = keyshare_reshare_begin(&operation, &plan);
        break;
    }
    ck_assert_int_eq(error, KEYSHARE_OK);
    status = keyshare_maintenance_status_of(operation);
}

static void
set_up(int i)
{
    struct gen gen = gen_begin();
    const keyshare_policy policy =
        set_policy(schemes[i / KINDS], THRESHOLD, COUNT);

    set_deal(&set, &gen, policy, 32);
    set_deal(&other, &gen, policy, 32);
    begin((enum kind)(i % KINDS));
}

static void
tear_down(void)
{
    keyshare_maintenance_free(&operation);
    set_free(&set);
    set_free(&other);
}

static keyshare_error
present(const keyshare_image *card)
{
    verdict = (keyshare_verdict)1;
    return keyshare_maintenance_present(operation, &verdict, card);
}

static keyshare_error
present_index(unsigned index)
{
    return present(&set.cards[index - 1]);
}

static keyshare_error
read_back(const keyshare_image *card)
{
    verdict = (keyshare_verdict)1;
    return keyshare_maintenance_read_back(operation, &verdict, card);
}

/* The card, but for its last byte. */
static keyshare_image
damage(const keyshare_image *card)
{
    static uint8_t bytes[512];

    memcpy(bytes, card->bytes, card->len);
    bytes[card->len - 1] ^= 1;
    return (keyshare_image){bytes, card->len};
}

/* The card with another value, well encoded. */
static keyshare_image
forge(const keyshare_image *card)
{
    static uint8_t bytes[512];

    memcpy(bytes, card->bytes, card->len);
    bytes[card->len - 40] ^= 1;
    set_mend_check(bytes, card->len);
    return (keyshare_image){bytes, card->len};
}

static keyshare_error
hand_out(unsigned *index, keyshare_secret **share)
{
    *index = 99;
    *share = (keyshare_secret *)&set;
    return keyshare_maintenance_hand_out(operation, index, share);
}

static keyshare_error
finish(void)
{
    keyshare_record *record = (keyshare_record *)&set;
    const keyshare_error error =
        keyshare_maintenance_finish(operation, &record);

    ck_assert_ptr_null(record);
    return error;
}

/* Cards of the new set are asked for in vain. */
static void
nothing_leaves(void)
{
    keyshare_secret *share;
    unsigned index;

    ck_assert_ptr_null(keyshare_maintenance_record(operation));
    ck_assert_int_eq(hand_out(&index, &share), KEYSHARE_ERR_STATE);
    ck_assert_uint_eq(index, 0);
    ck_assert_ptr_null(share);
    ck_assert_int_eq(read_back(&set.cards[0]), KEYSHARE_ERR_STATE);
    ck_assert_int_eq(verdict, KEYSHARE_VERDICT_NONE);
    ck_assert_int_eq(finish(), KEYSHARE_ERR_STATE);
}

static void
is_over(void)
{
    ck_assert_int_eq(status->phase, KEYSHARE_PHASE_ENDED);
    nothing_leaves();
    ck_assert_int_eq(present_index(1), KEYSHARE_ERR_STATE);
    ck_assert_int_eq(verdict, KEYSHARE_VERDICT_NONE);
    for (unsigned i = 0; i <= COUNT; i++)
        ck_assert(!keyshare_maintenance_awaits(operation, i));
}

/* Round one, to its end. */
static void
collect(void)
{
    for (unsigned i = 1; status->phase == KEYSHARE_PHASE_COLLECTING; i++) {
        ck_assert_int_eq(present_index(i), KEYSHARE_OK);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_OK);
    }
    ck_assert_ptr_nonnull(keyshare_maintenance_record(operation));
}

/* ---- Round one ---- */

START_TEST(nothing_leaves_before_the_record_is_whole)
{
    set_up(_i);
    for (unsigned i = 1; status->phase == KEYSHARE_PHASE_COLLECTING; i++) {
        nothing_leaves();
        ck_assert_uint_eq(status->accepted, i - 1);
        ck_assert(keyshare_maintenance_awaits(operation, i));
        ck_assert_int_eq(present_index(i), KEYSHARE_OK);
        ck_assert_int_eq(keyshare_maintenance_awaits(operation, i) != 0,
            status->awaited > 3 && status->phase == KEYSHARE_PHASE_ISSUING);
    }
    tear_down();
}
END_TEST

/* What does not belong: a card of another set, one that came before, one that
 * nobody asked for. */
static void
disturbs_nothing(
    const keyshare_image *card, keyshare_error error, keyshare_verdict expected)
{
    const keyshare_maintenance_status before = *status;

    ck_assert_int_eq(present(card), error);
    ck_assert_int_eq(verdict, expected);
    ck_assert_int_eq(status->phase, before.phase);
    ck_assert_uint_eq(status->accepted, before.accepted);
    ck_assert_uint_eq(status->awaited, before.awaited);
}

START_TEST(what_does_not_belong_disturbs_nothing)
{
    static struct set fresh;
    struct gen gen = gen_begin();
    const struct table table = {.present = {4, 5, 6}, .count = 3};

    set_up(_i);
    upkeep_refresh(&fresh, &set, &table, &gen);
    for (unsigned i = 1; status->phase == KEYSHARE_PHASE_COLLECTING; i++) {
        disturbs_nothing(
            &other.cards[i - 1], KEYSHARE_OK, KEYSHARE_VERDICT_OTHER_SET);
        disturbs_nothing(
            &fresh.cards[i - 1], KEYSHARE_OK, KEYSHARE_VERDICT_OTHER_SET);
        disturbs_nothing(
            &set.cards[LATER - 1], KEYSHARE_ERR_INDEX, KEYSHARE_VERDICT_OK);
        for (unsigned j = 1; j < i; j++)
            disturbs_nothing(
                &set.cards[j - 1], KEYSHARE_OK, KEYSHARE_VERDICT_DUPLICATE);
        ck_assert_int_eq(present_index(i), KEYSHARE_OK);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_OK);
    }
    set_free(&fresh);
    tear_down();
}
END_TEST

/* A bad card, whichever it is of those awaited, or of one that is not. */
static void
ends_it(int i, unsigned at, bool is_damaged)
{
    keyshare_image card;

    set_up(i);
    for (unsigned j = 1; j < at; j++)
        ck_assert_int_eq(present_index(j), KEYSHARE_OK);
    ck_assert_int_eq(status->phase, KEYSHARE_PHASE_COLLECTING);
    card =
        is_damaged ? damage(&set.cards[at - 1]) : forge(&set.cards[COUNT - 1]);
    ck_assert_int_eq(present(&card), KEYSHARE_ERR_QUORUM);
    ck_assert_int_eq(verdict,
        is_damaged ? KEYSHARE_VERDICT_DAMAGED : KEYSHARE_VERDICT_INVALID);
    is_over();
    tear_down();
}

START_TEST(a_bad_card_ends_round_one)
{
    const unsigned awaited = _i % KINDS == REFRESH ? 4 : 3;

    for (unsigned at = 1; at <= awaited; at++) {
        ends_it(_i, at, true);
        ends_it(_i, at, false);
    }
}
END_TEST

START_TEST(pointers_are_asked_for)
{
    keyshare_image card = {NULL, 1};
    keyshare_secret *share;
    unsigned index;

    set_up(_i);
    ck_assert_int_eq(present(NULL), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(verdict, KEYSHARE_VERDICT_NONE);
    ck_assert_int_eq(present(&card), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_maintenance_present(operation, NULL, &set.cards[0]),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_maintenance_present(NULL, &verdict, &set.cards[0]),
        KEYSHARE_ERR_ARGUMENT);
    collect();
    ck_assert_int_eq(read_back(NULL), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(read_back(&card), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_maintenance_read_back(operation, NULL, &set.cards[0]),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_maintenance_read_back(NULL, &verdict, &set.cards[0]),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_maintenance_hand_out(NULL, &index, &share),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_maintenance_hand_out(operation, NULL, &share),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_maintenance_hand_out(operation, &index, NULL),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_maintenance_finish(NULL, NULL), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(status->phase, KEYSHARE_PHASE_ISSUING);
    tear_down();
}
END_TEST

/* ---- What was made ---- */

/* Take what waits into FRESH, unread: how many. */
static unsigned
take(struct set *fresh)
{
    unsigned taken = 0;
    unsigned index;
    keyshare_secret *share;

    for (;;) {
        ck_assert_int_eq(hand_out(&index, &share), KEYSHARE_OK);
        if (share == NULL)
            break;
        ck_assert_uint_ne(index, LATER);
        fresh->shares[index - 1] = share;
        fresh->cards[index - 1] = (keyshare_image){
            keyshare_secret_reveal(share), keyshare_secret_len(share)};
        taken++;
    }
    ck_assert_uint_eq(index, 0);
    return taken;
}

START_TEST(cards_are_read_back_once_each)
{
    static struct set fresh;
    unsigned good = 0;

    memset(&fresh, 0, sizeof fresh);
    set_up(_i);
    collect();
    for (unsigned i = 1; take(&fresh) > 0 && i <= status->awaited; i++)
        ck_assert_int_eq(present_index(i), KEYSHARE_OK);
    for (unsigned i = 0; i < COUNT; i++) {
        keyshare_image bad;

        if (fresh.cards[i].len == 0)
            continue;
        if (good >= status->needed)
            break;
        ck_assert_int_eq(finish(), KEYSHARE_ERR_QUORUM);
        bad = damage(&fresh.cards[i]);
        ck_assert_int_eq(read_back(&bad), KEYSHARE_OK);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_DAMAGED);
        bad = forge(&fresh.cards[i]);
        ck_assert_int_eq(read_back(&bad), KEYSHARE_OK);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_INVALID);
        ck_assert_uint_eq(status->good, good);
        ck_assert_int_eq(read_back(&fresh.cards[i]), KEYSHARE_OK);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_OK);
        ck_assert_uint_eq(status->good, ++good);
        ck_assert_int_eq(read_back(&fresh.cards[i]), KEYSHARE_OK);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_DUPLICATE);
        ck_assert_uint_eq(status->good, good);
    }
    /* Nobody asks for the record. */
    ck_assert_int_eq(keyshare_maintenance_finish(operation, NULL), KEYSHARE_OK);
    is_over();
    set_free(&fresh);
    tear_down();
}
END_TEST

/* An old card is none of the new set; in a repair the sets are one, but what was
 * not handed out does not count. */
START_TEST(old_cards_do_not_count)
{
    set_up(_i);
    collect();
    for (unsigned i = 0; i < COUNT; i++) {
        const bool is_repair = _i % KINDS == REPAIR;

        ck_assert_int_eq(read_back(&set.cards[i]),
            is_repair ? KEYSHARE_ERR_INDEX : KEYSHARE_OK);
        ck_assert_int_eq(verdict,
            is_repair ? KEYSHARE_VERDICT_OK : KEYSHARE_VERDICT_OTHER_EPOCH);
        ck_assert_int_eq(read_back(&other.cards[i]), KEYSHARE_OK);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_OTHER_SET);
    }
    ck_assert_uint_eq(status->good, 0);
    ck_assert_int_eq(finish(), KEYSHARE_ERR_QUORUM);
    tear_down();
}
END_TEST

START_TEST(finished_is_over)
{
    static struct set fresh;
    keyshare_record *record;

    memset(&fresh, 0, sizeof fresh);
    set_up(_i);
    collect();
    for (unsigned i = 1; i <= 1 + status->awaited; i++) {
        upkeep_take(operation, &fresh);
        if (i <= status->awaited)
            ck_assert_int_eq(present_index(i), KEYSHARE_OK);
    }
    ck_assert_uint_eq(status->needed, _i % KINDS == REPAIR    ? 1
                                      : _i % KINDS == REFRESH ? 3
                                                              : 4);
    ck_assert_uint_eq(status->good, _i % KINDS == REPAIR ? 1 : 5);
    ck_assert_int_eq(
        keyshare_maintenance_finish(operation, &record), KEYSHARE_OK);
    ck_assert_int_eq(record == NULL, _i % KINDS == REPAIR);
    is_over();
    keyshare_record_free(&record);
    set_free(&fresh);
    tear_down();
}
END_TEST

/* ---- Round two of a refresh ---- */

static void
begin_round_two(struct set *fresh)
{
    memset(fresh, 0, sizeof *fresh);
    collect();
    ck_assert_uint_eq(status->awaited, 4);
    ck_assert_uint_eq(status->accepted, 0);
    /* The absent one's waits. */
    ck_assert_int_eq(present_index(1), KEYSHARE_ERR_STATE);
    ck_assert_int_eq(verdict, KEYSHARE_VERDICT_NONE);
    ck_assert_uint_eq(take(fresh), 1);
    ck_assert_ptr_nonnull(fresh->shares[REPAIRED - 1]);
}

START_TEST(a_bad_card_costs_itself_in_round_two)
{
    static struct set fresh;

    set_up(_i * KINDS + REFRESH);
    begin_round_two(&fresh);
    for (unsigned i = 4; i >= 1; i--) {
        const keyshare_image damaged = damage(&set.cards[i - 1]);
        const keyshare_image forged = forge(&set.cards[i - 1]);

        disturbs_nothing(&damaged, KEYSHARE_OK, KEYSHARE_VERDICT_DAMAGED);
        disturbs_nothing(&forged, KEYSHARE_OK, KEYSHARE_VERDICT_INVALID);
        disturbs_nothing(
            &other.cards[i - 1], KEYSHARE_OK, KEYSHARE_VERDICT_OTHER_SET);
        disturbs_nothing(
            &set.cards[REPAIRED - 1], KEYSHARE_ERR_INDEX, KEYSHARE_VERDICT_OK);
        disturbs_nothing(
            &set.cards[LATER - 1], KEYSHARE_ERR_INDEX, KEYSHARE_VERDICT_OK);
        /* The second one's cannot be read: the others go on. */
        if (i == 2)
            continue;
        ck_assert(keyshare_maintenance_awaits(operation, i));
        ck_assert_int_eq(present_index(i), KEYSHARE_OK);
        ck_assert(!keyshare_maintenance_awaits(operation, i));
        disturbs_nothing(
            &other.cards[0], KEYSHARE_ERR_STATE, KEYSHARE_VERDICT_NONE);
        ck_assert_uint_eq(take(&fresh), 1);
        ck_assert_int_eq(read_back(&fresh.cards[i - 1]), KEYSHARE_OK);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_OK);
        disturbs_nothing(
            &set.cards[i - 1], KEYSHARE_OK, KEYSHARE_VERDICT_DUPLICATE);
        ck_assert_uint_eq(take(&fresh), 0);
    }
    ck_assert_uint_eq(status->accepted, 3);
    ck_assert_ptr_null(fresh.shares[1]);
    ck_assert_int_eq(
        keyshare_maintenance_finish(operation, &fresh.record), KEYSHARE_OK);
    fresh.policy = set.policy;
    {
        const struct table table = {.present = {1, 3, 4}, .count = 3};
        keyshare_secret *share = upkeep_repair(&fresh, &table, 2);

        keyshare_secret_free(&share);
    }
    set_free(&fresh);
    tear_down();
}
END_TEST

/* A second attempt that draws the same makes the same set: so there are cards of
 * it that this one has not handed out. */
START_TEST(what_was_not_handed_out_does_not_count)
{
    static struct set fresh, twin;
    const struct table table = {.present = {1, 2, 3}, .count = 3};
    keyshare_secret *share;
    keyshare_image card;

    set_up(_i * KINDS + REFRESH);
    begin_round_two(&twin);
    for (unsigned i = 1; i <= 4; i++) {
        ck_assert_int_eq(present_index(i), KEYSHARE_OK);
        upkeep_take(operation, &twin);
    }
    ck_assert_int_eq(
        keyshare_maintenance_finish(operation, &twin.record), KEYSHARE_OK);
    twin.policy = set.policy;
    share = upkeep_repair(&twin, &table, LATER);
    card = (keyshare_image){
        keyshare_secret_reveal(share), keyshare_secret_len(share)};
    keyshare_maintenance_free(&operation);
    begin(REFRESH);
    begin_round_two(&fresh);
    for (unsigned i = 1; i <= 4; i++) {
        ck_assert_int_eq(read_back(&twin.cards[i - 1]), KEYSHARE_ERR_INDEX);
        ck_assert_int_eq(verdict, KEYSHARE_VERDICT_OK);
    }
    ck_assert_int_eq(read_back(&card), KEYSHARE_ERR_INDEX);
    ck_assert_int_eq(read_back(&twin.cards[REPAIRED - 1]), KEYSHARE_OK);
    ck_assert_uint_eq(status->good, 1);
    keyshare_secret_free(&share);
    set_free(&fresh);
    set_free(&twin);
    tear_down();
}
END_TEST

/* ---- A bad dealing ---- */

/* gf256: the odd share is in the quorum, or what is made again. */
START_TEST(an_odd_dealing_is_seen)
{
    for (unsigned odd = 1; odd <= COUNT; odd++)
        for (int kind = REPAIR; kind <= REFRESH; kind++) {
            struct gen gen = gen_begin();
            unsigned i = 0;
            keyshare_error error;

            odd_deal(&set, &gen, THRESHOLD, COUNT, odd);
            begin((enum kind)kind);
            do
                error = present_index(++i);
            while (error == KEYSHARE_OK &&
                   status->phase == KEYSHARE_PHASE_COLLECTING);
            /* A repair needs the first three, a refresh the last three to come;
             * the sixth is made in no repair. */
            if (odd == (kind == REPAIR ? 4 : 1) ||
                (kind == REPAIR && odd == LATER)) {
                ck_assert_int_eq(error, KEYSHARE_OK);
            } else {
                ck_assert_int_eq(error, KEYSHARE_ERR_MISMATCH);
                ck_assert_int_eq(verdict, KEYSHARE_VERDICT_OK);
                is_over();
            }
            tear_down();
        }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("maintenance_order");
    TCase *collecting = tcase_create("collecting");
    TCase *issuing = tcase_create("issuing");
    const int all = SCHEMES * KINDS;

    tcase_add_unchecked_fixture(collecting, set_plain_memory, NULL);
    tcase_add_loop_test(
        collecting, nothing_leaves_before_the_record_is_whole, 0, all);
    tcase_add_loop_test(
        collecting, what_does_not_belong_disturbs_nothing, 0, all);
    tcase_add_loop_test(collecting, a_bad_card_ends_round_one, 0, all);
    tcase_add_loop_test(collecting, pointers_are_asked_for, 0, all);
    tcase_add_test(collecting, an_odd_dealing_is_seen);
    suite_add_tcase(suite, collecting);
    tcase_add_unchecked_fixture(issuing, set_plain_memory, NULL);
    tcase_add_loop_test(issuing, cards_are_read_back_once_each, 0, all);
    tcase_add_loop_test(issuing, old_cards_do_not_count, 0, all);
    tcase_add_loop_test(issuing, finished_is_over, 0, all);
    tcase_add_loop_test(
        issuing, a_bad_card_costs_itself_in_round_two, 0, SCHEMES);
    tcase_add_loop_test(
        issuing, what_was_not_handed_out_does_not_count, 0, SCHEMES);
    suite_add_tcase(suite, issuing);
    return suite;
}
