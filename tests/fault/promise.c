/* SPDX-License-Identifier: ISC */
/* The key is never assembled for maintenance: what is in memory, and when.
 *
 * All that can be written is looked through after each call, each made on a
 * stack of its own, and within each call wherever it comes by: where it draws,
 * allocates, gives back, wipes or reveals. A card's image is in one buffer,
 * wiped when its call returns. Then there may be, and nothing else:
 *     of the old set    the share on the table, while it is; in the end the one
 *                       that a repair makes, whose sum is the first card's
 *                       share, weighted, until there is a second;
 *     of the new set    that index's, until it is handed out, and from the last
 *                       card on those of the absent (a re-sharing: all);
 *     sums              of the cards used so far, and of one less while the
 *                       next is used;
 *     d(i)              until it has gone into its sum, or its new share;
 *     what is drawn     while the call lasts that draws it.
 * Never the extended key (gf256), never f(0) or g(0) of any chunk (pedersen).
 */
#include <stdio.h>

#include "sanitized.h"

#if SANITIZED
SKIPPED_MAIN("a sanitizer keeps copies of its own")
#elif !defined(__linux__)
SKIPPED_MAIN("/proc/self/maps is needed")
#else

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony.h"
#include "doors.h"
#include "process.h"
#include "suite.h"

/* ---- What is done ---- */

static const struct ceremony ceremonies[] = {
    {"repair", REPAIR, 3, 5, {5, 2, 4}, 3, .index = 1},
    {"refresh, all present", REFRESH, 3, 5, {2, 5, 1, 4, 3}, 5, .index = 0},
    {"refresh, one absent", REFRESH, 3, 5, {4, 1, 5, 2}, 4, .index = 0},
    {"refresh, one absent, one later", REFRESH, 3, 5, {5, 1, 3}, 3,
        .later = {2}, .later_count = 1},
    {"refresh, two later", REFRESH, 3, 5, {1, 3, 4}, 3, .later = {5, 2},
        .later_count = 2},
    {"refresh, together a quorum", REFRESH, 2, 5, {4, 3, 1}, 3, .index = 0},
    {"refresh of 4-of-6, two absent", REFRESH, 4, 6, {6, 2, 3, 5}, 4,
        .index = 0},
    {"re-share to 5-of-7", RESHARE, 3, 5, {3, 1, 5}, 3, .new_threshold = 5,
        .new_count = 7},
    {"re-share to 2-of-3", RESHARE, 3, 5, {2, 4, 5}, 3, .new_threshold = 2,
        .new_count = 3},
    {"re-share to 3-of-5", RESHARE, 3, 5, {1, 2, 3}, 3, .new_threshold = 3,
        .new_count = 5},
};

#define CEREMONIES (int)(sizeof ceremonies / sizeof *ceremonies)

static const size_t key_lens[] = {32, 64};

#define KEY_LENS 2

/* What the test keeps that it should not: it must be found. */
enum control {
    KEEPS_NOTHING,
    KEEPS_A_CARD,  /* the first, after its call */
    KEEPS_A_SHARE, /* a copy of the first new one */
    KEEPS_THE_KEY  /* a copy, while the last card is presented */
};

static const struct ceremony *ceremony;
static keyshare_scheme scheme;
static size_t key_len;
static enum control control;

static struct shared {
    struct known known;
    size_t looks;
    size_t wrong;
    uint64_t wrong_kinds; /* of the first */
    char said[256];
    uint64_t seen;
} * shared;

static void
know(void)
{
    ceremony_know(&shared->known, ceremony, scheme, key_len);
}

/* ---- The process that is looked at ---- */

/* What may be in memory now. */
static struct {
    bool is_watched;
    uint64_t allowed;
    char when[64];
} now;

static uint64_t
kind_bit(unsigned kind)
{
    return UINT64_C(1) << kind;
}

static void
allow(unsigned kind, bool is_allowed)
{
    if (is_allowed)
        now.allowed |= kind_bit(kind);
    else
        now.allowed &= ~kind_bit(kind);
}

__attribute__((format(printf, 1, 2))) static void
when(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(now.when, sizeof now.when, format, arguments);
    va_end(arguments);
}

/* The first kind in a set. */
static const char *
name_of(uint64_t kinds)
{
    static const char *const names[] = {
        "the key", "coins", "the proof's masks", "the mask of the witness"};
    static const char *const groups[] = {
        "the sums,", "the old share of", "the new share of", "d of"};
    static char name[32];
    unsigned kind = 0;

    while ((kinds & kind_bit(kind)) == 0)
        kind++;
    if (kind < KIND_SUM)
        return names[kind];
    snprintf(name, sizeof name, "%s %u", groups[kind / 16], kind % 16);
    return name;
}

static void
look(void)
{
    static struct scan_found found;

    if (!now.is_watched)
        return;
    scan_look(&found, now.allowed);
    shared->looks++;
    shared->seen |= found.seen;
    if (found.count == 0 || shared->wrong++ > 0)
        return;
    shared->wrong_kinds = found.kinds;
    snprintf(shared->said, sizeof shared->said, "%s: %zu windows of %s, %s",
        now.when, found.count, name_of(found.kinds), found.where);
}

static struct gen gen;

static int
fill(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    look();
    gen_bytes(&gen, bytes, len);
    look();
    return 0;
}

/* ---- The calls, each on a stack of its own ---- */

static struct {
    keyshare_record *record;
    keyshare_maintenance *operation;
    keyshare_error error;
    keyshare_verdict verdict;
    keyshare_image card;
    keyshare_secret *share;
    unsigned index;
} call;

static uint8_t table[SCAN_BYTES_MAX];

static void
do_begin(void)
{
    keyshare_random random = KEYSHARE_RANDOM_INIT;

    random.fill = fill;
    call.error =
        ceremony_begin(&call.operation, ceremony, call.record, &random);
}

static void
do_present(void)
{
    call.error =
        keyshare_maintenance_present(call.operation, &call.verdict, &call.card);
}

static void
do_hand_out(void)
{
    call.error =
        keyshare_maintenance_hand_out(call.operation, &call.index, &call.share);
}

static void
do_read_back(void)
{
    call.error = keyshare_maintenance_read_back(
        call.operation, &call.verdict, &call.card);
}

static void
do_finish(void)
{
    call.error = keyshare_maintenance_finish(call.operation, NULL);
}

static void
do_free(void)
{
    keyshare_maintenance_free(&call.operation);
}

static void
make(void (*what)(void))
{
    look();
    scan_apart(what);
    PROCESS_REQUIRE(call.error == KEYSHARE_OK);
    look();
}

/* Give a card to a call; then the table is clear. */
static void
give(const struct scan_masked *masked, void (*what)(void))
{
    scan_unmask(table, masked);
    call.card = (keyshare_image){table, masked->len};
    make(what);
    PROCESS_REQUIRE(call.verdict == KEYSHARE_VERDICT_OK);
    if (control != KEEPS_A_CARD)
        scan_wipe(table, sizeof table);
}

/* ---- What may be in memory, step by step ---- */

/* Whose new share takes form at the last card. */
static bool
is_made(unsigned index)
{
    switch (ceremony->operation) {
    case REPAIR: return index == ceremony->index;
    case REFRESH:
        return !ceremony_has(ceremony, index) &&
               (!ceremony_delays(ceremony, index) ||
                   scheme == KEYSHARE_SCHEME_GF256);
    case RESHARE: return true;
    }
    return false;
}

/* A repair makes an old share. */
static unsigned
kind_made(unsigned index)
{
    return (ceremony->operation == REPAIR ? KIND_OLD : KIND_FRESH) + index;
}

static void
allow_made(bool with_later)
{
    for (unsigned i = 1; i <= ceremony_new_count(ceremony); i++)
        if (is_made(i))
            allow(kind_made(i), with_later || !ceremony_delays(ceremony, i));
}

/* The old shares that gf256 traces new ones back to. */
static void
allow_traced(bool is_allowed)
{
    if (ceremony->operation != REFRESH || scheme != KEYSHARE_SCHEME_GF256)
        return;
    for (unsigned i = 1; i <= ceremony->count; i++)
        if (!ceremony_has(ceremony, i))
            allow(KIND_OLD + i, is_allowed);
}

/* d of those that take form together: in their sums from the quorum's first card on; it
 * is what a refresh with gf256 traces them by at the last. */
static void
forget_shifts(bool is_last)
{
    const bool is_kept =
        ceremony->operation == REFRESH && scheme == KEYSHARE_SCHEME_GF256;

    for (unsigned i = 1; i <= ceremony_new_count(ceremony); i++)
        if (is_made(i) && (is_last || !is_kept))
            allow(KIND_SHIFT + i, false);
}

static void
begin(void)
{
    when("begin");
    now.is_watched = true;
    allow(KIND_COINS, true);
    for (unsigned i = 1; i < CEREMONY_INDICES; i++)
        allow(KIND_SHIFT + i, true);
    scan_apart(do_begin);
    PROCESS_REQUIRE(call.error == KEYSHARE_OK);
    when("after begin");
    allow(KIND_COINS, false);
    /* With pedersen those that come later are not even begun. */
    for (unsigned i = 1; i < CEREMONY_INDICES; i++)
        allow(KIND_SHIFT + i, ceremony->operation != REPAIR &&
                                  (ceremony_has(ceremony, i) || is_made(i)));
    look();
}

/* While a card is presented: its old share; with gf256 a refresh tags its new
 * one as well. */
static void
allow_card(unsigned index, bool is_allowed)
{
    allow(KIND_OLD + index, is_allowed);
    if (ceremony->operation == REFRESH && scheme == KEYSHARE_SCHEME_GF256)
        allow(KIND_FRESH + index, is_allowed);
}

/* The next of the quorum is on the table, or was: what it is added to. */
static void
allow_sums(size_t place, bool is_on_table)
{
    const size_t before = ceremony_before_quorum(ceremony);
    const size_t last = ceremony->threshold - 1;
    const bool is_late =
        keyshare_maintenance_status_of(call.operation)->together > 0;
    const size_t k = place - before;

    if (place < before)
        return;
    allow(KIND_SUM + (unsigned)k, true);
    if (k > 0)
        allow(KIND_SUM + (unsigned)k - 1, is_on_table);
    allow(KIND_MASKS, is_on_table && k == (is_late ? last : 0));
    allow(KIND_WITNESS, is_on_table || k < last);
}

/* Where a control keeps a copy; a compiler cannot tell that it is forgotten. */
static uint8_t *
room_to_keep(void)
{
    static uint8_t *volatile room;

    room = malloc(SCAN_BYTES_MAX);
    PROCESS_REQUIRE(room != NULL);
    return room;
}

/* What the last card makes. */
static void
allow_last(void)
{
    allow_made(true);
    allow_traced(true);
    if (control == KEEPS_THE_KEY)
        scan_unmask(room_to_keep(), &shared->known.key);
}

static void
round_one(void)
{
    const size_t awaited =
        keyshare_maintenance_status_of(call.operation)->awaited;

    for (size_t k = 0; k < awaited; k++) {
        const unsigned index = ceremony->present[k];
        const bool is_last = k + 1 == awaited;

        when("round one, card %u", index);
        allow_card(index, true);
        allow_sums(k, true);
        if (is_last)
            allow_last();
        give(&shared->known.cards[index], do_present);
        when("round one, after card %u", index);
        allow_card(index, false);
        allow_sums(k, false);
        if (k >= ceremony_before_quorum(ceremony))
            forget_shifts(is_last);
        if (is_last) {
            allow_traced(false);
            allow_made(false);
        }
        look();
    }
}

/* Take what waits: then it is in memory no more; and read it back. */
static void
hand_out(void)
{
    for (;;) {
        when("hand out");
        make(do_hand_out);
        if (call.share == NULL)
            return;
        when("new share %u is out", call.index);
        if (control == KEEPS_A_SHARE)
            memcpy(room_to_keep(), keyshare_secret_reveal(call.share),
                keyshare_secret_len(call.share));
        keyshare_secret_free(&call.share);
        allow(kind_made(call.index), false);
        look();
        when("new card %u is read back", call.index);
        allow(kind_made(call.index), true);
        give(&shared->known.fresh[call.index], do_read_back);
        allow(kind_made(call.index), false);
        look();
    }
}

static void
round_two(void)
{
    for (size_t k = 0; k < ceremony->present_count; k++) {
        const unsigned index = ceremony->present[k];

        when("round two, card %u", index);
        allow(KIND_OLD + index, true);
        allow(KIND_FRESH + index, true);
        give(&shared->known.cards[index], do_present);
        when("round two, after card %u", index);
        allow(KIND_OLD + index, false);
        allow(KIND_SHIFT + index, false);
        look();
        hand_out();
    }
}

static void
go_through(void)
{
    doors_open(look);
    gen = ceremony_gen();
    scan_unmask(table, &shared->known.record);
    PROCESS_REQUIRE(keyshare_record_decode(&call.record, table,
                        shared->known.record.len, NULL) == KEYSHARE_OK);
    begin();
    round_one();
    hand_out();
    if (ceremony->operation == REFRESH)
        round_two();
    when("finish");
    make(do_finish);
    when("the end");
    make(do_free);
}

/* ---- The suite ---- */

static void
run(enum control keeps)
{
    control = keeps;
    process_run(know);
    ck_assert_uint_gt(shared->known.windows, 500);
    process_run(go_through);
}

static bool
is_seen(unsigned kind)
{
    return (shared->seen & kind_bit(kind)) != 0;
}

/* What is not seen where it has to be would not be seen elsewhere. */
static void
expect_seen(void)
{
    const bool repairs = ceremony->operation == REPAIR;
    const bool draws_masks = !repairs && scheme == KEYSHARE_SCHEME_PEDERSEN;

    for (size_t k = 0; k < ceremony->present_count; k++)
        ck_assert(is_seen(KIND_OLD + ceremony->present[k]));
    for (unsigned i = 1; i <= ceremony_new_count(ceremony); i++)
        if (!ceremony_delays(ceremony, i) && (!repairs || is_made(i)))
            ck_assert(
                is_seen(kind_made(i)) && (repairs || is_seen(KIND_SHIFT + i)));
    ck_assert(is_seen(KIND_COINS) == !repairs);
    ck_assert(is_seen(KIND_MASKS) == draws_masks);
    ck_assert(is_seen(KIND_WITNESS) ==
              (ceremony->operation == RESHARE && !draws_masks));
}

static void
keep_promise(int which)
{
    ceremony = &ceremonies[which / KEY_LENS];
    key_len = key_lens[which % KEY_LENS];
    run(KEEPS_NOTHING);
    ck_assert_msg(shared->wrong == 0, "%s, %zu bytes: %s", ceremony->name,
        key_len, shared->said);
    ck_assert_uint_gt(shared->looks, 50);
    expect_seen();
}

static void
setup(void)
{
    shared = scan_begin(sizeof *shared);
}

START_TEST(gf256_keeps_the_promise)
{
    scheme = KEYSHARE_SCHEME_GF256;
    keep_promise(_i);
}
END_TEST

START_TEST(pedersen_keeps_the_promise)
{
    scheme = KEYSHARE_SCHEME_PEDERSEN;
    keep_promise(_i);
}
END_TEST

static void
control_is_caught(enum control keeps, unsigned kind)
{
    ceremony = &ceremonies[2];
    key_len = 32;
    run(keeps);
    ck_assert_uint_gt(shared->wrong, 0);
    ck_assert_msg(
        shared->wrong_kinds == kind_bit(kind), "found first: %s", shared->said);
}

START_TEST(controls_are_caught)
{
    scheme = _i % 2 == 0 ? KEYSHARE_SCHEME_GF256 : KEYSHARE_SCHEME_PEDERSEN;
    switch (_i / 2) {
    case 0: control_is_caught(KEEPS_A_CARD, KIND_OLD + 4); break;
    case 1: control_is_caught(KEEPS_A_SHARE, KIND_FRESH + 3); break;
    default: control_is_caught(KEEPS_THE_KEY, KIND_KEY); break;
    }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("promise");
    TCase *test = tcase_create("promise");

    suite_add_tcase(suite, test);
    tcase_add_checked_fixture(test, setup, scan_end);
    tcase_add_loop_test(test, controls_are_caught, 0, 6);
    tcase_add_loop_test(
        test, gf256_keeps_the_promise, 0, CEREMONIES * KEY_LENS);
    tcase_add_loop_test(
        test, pedersen_keeps_the_promise, 0, CEREMONIES * KEY_LENS);
    return suite;
}

#endif
