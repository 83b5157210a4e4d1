/* SPDX-License-Identifier: ISC */
/* Writing, reading, looking and erasing, on cards of many kinds. */
#include <keyshare/card.h>

#include <string.h>

#include "cards.h"
#include "suite.h"

static struct cards cards;

static void
setup(void)
{
    cards_begin(&cards);
}

static void
teardown(void)
{
    cards_end(&cards);
}

static void
new_card(void)
{
    const struct softcard_kind kind = softcard_usual();

    cards_new(&cards, &kind);
}

/* ---- Kinds of cards ---- */

static void
short_only(struct softcard_kind *kind)
{
    kind->extended = false;
    kind->chaining = false;
}

static void
few_bytes(struct softcard_kind *kind)
{
    kind->transfer = 20;
}

static void
many_bytes(struct softcard_kind *kind)
{
    kind->transfer = 900;
}

static void
by_pieces(struct softcard_kind *kind)
{
    kind->get_response = true;
    kind->t0 = true;
}

static void
short_by_pieces(struct softcard_kind *kind)
{
    by_pieces(kind);
    short_only(kind);
}

static void
exact(struct softcard_kind *kind)
{
    kind->exact = true;
}

static void
no_rules(struct softcard_kind *kind)
{
    kind->rules = SOFTCARD_RULES_REFUSED;
}

static void
own_rules(struct softcard_kind *kind)
{
    kind->rules = SOFTCARD_RULES_IGNORED;
    kind->read = kind->update = kind->create = SOFTCARD_PIN;
}

static void
locked_root(struct softcard_kind *kind)
{
    kind->create = SOFTCARD_PIN;
}

static void
padded(struct softcard_kind *kind)
{
    kind->padding = 128;
    kind->fill = 0xff;
}

static void
stale(struct softcard_kind *kind)
{
    kind->stale = true;
}

static void
usual(struct softcard_kind *kind)
{
    (void)kind;
}

static const struct {
    const char *name;
    void (*change)(struct softcard_kind *kind);
    keyshare_card_guard guard;
} kinds[] = {
    {"usual", usual, KEYSHARE_CARD_GUARD_PIN},
    {"short", short_only, KEYSHARE_CARD_GUARD_PIN},
    {"20 bytes", few_bytes, KEYSHARE_CARD_GUARD_PIN},
    {"900 bytes", many_bytes, KEYSHARE_CARD_GUARD_PIN},
    {"61xx", by_pieces, KEYSHARE_CARD_GUARD_PIN},
    {"61xx, short", short_by_pieces, KEYSHARE_CARD_GUARD_PIN},
    {"6Cxx", exact, KEYSHARE_CARD_GUARD_PIN},
    {"no rules", no_rules, KEYSHARE_CARD_GUARD_OPEN},
    /* It asks for the PIN before the share is looked at. */
    {"rules of its own", own_rules, KEYSHARE_CARD_GUARD_UNKNOWN},
    {"a locked root", locked_root, KEYSHARE_CARD_GUARD_PIN},
    {"padded", padded, KEYSHARE_CARD_GUARD_PIN},
    {"stale", stale, KEYSHARE_CARD_GUARD_PIN},
};

static void
new_kind(int i)
{
    struct softcard_kind kind = softcard_usual();

    kinds[i].change(&kind);
    cards_new(&cards, &kind);
}

/* A life of a card: whatever its kind, all goes well. */
START_TEST(a_life)
{
    keyshare_secret *image;

    new_kind(_i);
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_EMPTY);
    ck_assert_ptr_null(image);
    ck_assert_int_eq(cards_inspect(&cards, NULL), KEYSHARE_OK);
    ck_assert_int_eq(cards.info.state, KEYSHARE_CARD_EMPTY);
    for (int which = 0; which < IMAGE_COUNT; which++) {
        cards_put(&cards, (enum cards_image)which, which != 0);
        ck_assert_int_eq(cards.info.record_omitted, 0);
        ck_assert_int_eq(cards.info.changed, 0);
    }
    cards_put(&cards, IMAGE_OTHER, 1);
    ck_assert_int_eq(cards.info.guard, kinds[_i].guard);
    ck_assert_int_eq(cards_erase(&cards, &image), KEYSHARE_OK);
    ck_assert(cards_is(&cards, image, IMAGE_OTHER));
    ck_assert_int_eq(cards.info.state, KEYSHARE_CARD_WHOLE);
    ck_assert_int_eq(cards.info.changed, 1);
    keyshare_secret_free(&image);
    ck_assert_int_eq(cards_erase(&cards, &image), KEYSHARE_OK);
    ck_assert_int_eq(cards.info.state, KEYSHARE_CARD_EMPTY);
    ck_assert_int_eq(cards.info.changed, 0);
    ck_assert_ptr_null(image);
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_EMPTY);
    for (size_t i = 0; i < 3; i++)
        ck_assert(!softcard_remembers(
            cards.soft, cards.sets[0].cards[i].bytes + 44, 16));
    cards_put(&cards, IMAGE_FIRST, 0);
}
END_TEST

START_TEST(the_guard_is_known_after_the_first_write)
{
    new_kind(_i);
    ck_assert_int_eq(cards_write(&cards, IMAGE_FIRST, 0), KEYSHARE_OK);
    /* A card that asks for the PIN before files can be made says no more. */
    if (kinds[_i].change == own_rules || kinds[_i].change == locked_root)
        ck_assert_int_eq(cards.info.guard, KEYSHARE_CARD_GUARD_UNKNOWN);
    else
        ck_assert_int_eq(cards.info.guard, kinds[_i].guard);
}
END_TEST

START_TEST(it_is_looked_at_without_the_pin)
{
    keyshare_secret *open;
    size_t len;
    const uint8_t *record = keyshare_record_bytes(cards.sets[1].record, &len);

    new_card();
    cards_put(&cards, IMAGE_OTHER, 0);
    ck_assert_int_eq(cards_inspect(&cards, &open), KEYSHARE_OK);
    ck_assert_uint_eq(cards.asked, 0);
    ck_assert_uint_eq(keyshare_secret_len(open), len);
    ck_assert_mem_eq(keyshare_secret_reveal(open), record, len);
    keyshare_secret_free(&open);
    ck_assert_int_eq(cards.info.state, KEYSHARE_CARD_WHOLE);
    ck_assert(cards.info.has_record && cards.info.has_share);
    ck_assert(!cards.info.has_wrapped);
    ck_assert_uint_eq(cards.info.index, 1);
    ck_assert_mem_eq(cards.info.fingerprint, cards_fingerprint(&cards, 1), 32);
    ck_assert_int_eq(cards.info.guard, KEYSHARE_CARD_GUARD_PIN);
    ck_assert_int_eq(cards.info.tries, 3);
    cards_put(&cards, IMAGE_WRAPPED, 1);
    ck_assert_int_eq(cards_inspect(&cards, &open), KEYSHARE_OK);
    ck_assert(cards_is(&cards, open, IMAGE_WRAPPED));
    keyshare_secret_free(&open);
    cards_put(&cards, IMAGE_SHARE, 1);
    ck_assert_int_eq(cards_inspect(&cards, &open), KEYSHARE_OK);
    ck_assert_ptr_null(open);
    ck_assert_int_eq(cards.info.has_record, 0);
}
END_TEST

START_TEST(a_card_that_shows_nothing_without_the_pin)
{
    struct softcard_kind kind = softcard_usual();

    own_rules(&kind);
    cards_new(&cards, &kind);
    cards_put(&cards, IMAGE_FIRST, 0);
    ck_assert_int_eq(cards_inspect(&cards, NULL), KEYSHARE_ERR_CARD_DENIED);
    ck_assert_uint_eq(cards.info.file, 0x4b00);
    ck_assert_int_eq(cards.info.state, KEYSHARE_CARD_NONE);
    ck_assert_uint_eq(cards.asked, 0);
}
END_TEST

/* ---- What may be overwritten ---- */

START_TEST(the_same_again_changes_nothing)
{
    static struct softcard_eeprom was;

    new_card();
    for (int which = 0; which < IMAGE_COUNT; which++) {
        cards_put(&cards, (enum cards_image)which, 1);
        was = cards.soft->eeprom;
        cards_put(&cards, (enum cards_image)which, 0);
        ck_assert_mem_eq(
            was.memory, cards.soft->eeprom.memory, sizeof was.memory);
    }
}
END_TEST

START_TEST(another_image_is_in_the_way)
{
    static struct softcard_eeprom was;
    static const enum cards_image held[] = {
        IMAGE_FIRST, IMAGE_OTHER, IMAGE_WRAPPED};

    new_card();
    for (size_t i = 0; i < 3; i++) {
        cards_put(&cards, held[i], 1);
        was = cards.soft->eeprom;
        ck_assert_int_eq(
            cards_write(&cards, IMAGE_SECOND, 0), KEYSHARE_ERR_CARD_OCCUPIED);
        ck_assert_int_eq(cards.info.changed, 0);
        ck_assert_uint_eq(cards.asked, 0);
        ck_assert_uint_eq(cards.info.index, held[i] != IMAGE_WRAPPED);
        ck_assert_int_eq(cards_write(&cards, IMAGE_REWRAPPED, 0),
            KEYSHARE_ERR_CARD_OCCUPIED);
        ck_assert_mem_eq(
            was.memory, cards.soft->eeprom.memory, sizeof was.memory);
    }
    /* The same share with its record, and without. */
    cards_put(&cards, IMAGE_FIRST, 1);
    cards_put(&cards, IMAGE_SHARE, 0);
    cards_put(&cards, IMAGE_FIRST, 0);
}
END_TEST

START_TEST(what_is_kept_is_not_overwritten)
{
    uint8_t keep[64];

    memcpy(keep, cards_fingerprint(&cards, 1), 32);
    memcpy(keep + 32, cards_fingerprint(&cards, 0), 32);
    new_card();
    cards_put(&cards, IMAGE_FIRST, 0);
    ck_assert_int_eq(cards_write_keeping(&cards, IMAGE_SECOND, 1, keep, 2),
        KEYSHARE_ERR_CARD_OCCUPIED);
    ck_assert_int_eq(cards_write_keeping(&cards, IMAGE_OTHER, 1, keep, 2),
        KEYSHARE_ERR_CARD_OCCUPIED);
    ck_assert_int_eq(cards_write_keeping(&cards, IMAGE_WRAPPED, 1, keep, 2),
        KEYSHARE_ERR_CARD_OCCUPIED);
    ck_assert_int_eq(
        cards_write_keeping(&cards, IMAGE_SHARE, 1, keep, 2), KEYSHARE_OK);
    ck_assert_int_eq(
        cards_write_keeping(&cards, IMAGE_SECOND, 1, keep, 1), KEYSHARE_OK);
    cards_holds(&cards, IMAGE_SECOND);
}
END_TEST

static TCase *
new_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, setup, teardown);
    suite_add_tcase(suite, tcase);
    return tcase;
}

Suite *
test_suite(void)
{
    const int count = (int)(sizeof kinds / sizeof *kinds);
    Suite *suite = suite_create("card");
    TCase *tcase = new_case(suite, "kinds");

    tcase_add_loop_test(tcase, a_life, 0, count);
    tcase_add_loop_test(
        tcase, the_guard_is_known_after_the_first_write, 0, count);
    tcase = new_case(suite, "what is there");
    tcase_add_test(tcase, it_is_looked_at_without_the_pin);
    tcase_add_test(tcase, a_card_that_shows_nothing_without_the_pin);
    tcase_add_test(tcase, the_same_again_changes_nothing);
    tcase_add_test(tcase, another_image_is_in_the_way);
    tcase_add_test(tcase, what_is_kept_is_not_overwritten);
    return suite;
}
