/* SPDX-License-Identifier: ISC */
/* A card is pulled out at each command of a write and of an erase, before it
 * acts, within, and after. Afterwards it reads as it was, as it was to become,
 * or as one that was torn; and what was begun can be done. */
#include <keyshare/card.h>

#include <string.h>

#include "cards.h"
#include "gen.h"
#include "suite.h"

static struct cards cards;
static struct softcard_eeprom before;

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

/* What is done: an image is written over another, or nothing; or erased. */
#define NOTHING IMAGE_COUNT
static const struct work {
    const char *name;
    enum cards_image old;
    enum cards_image new;
} works[] = {
    {"write onto an empty card", NOTHING, IMAGE_FIRST},
    {"write a wrapped key", NOTHING, IMAGE_WRAPPED},
    {"write over another index", IMAGE_SECOND, IMAGE_FIRST},
    {"write smaller over larger", IMAGE_OTHER, IMAGE_FIRST},
    {"write larger over smaller", IMAGE_FIRST, IMAGE_OTHER},
    {"write a share over a wrapped key", IMAGE_WRAPPED, IMAGE_FIRST},
    {"write a wrapped key over a share", IMAGE_OTHER, IMAGE_REWRAPPED},
    {"erase a share", IMAGE_OTHER, NOTHING},
    {"erase a wrapped key", IMAGE_WRAPPED, NOTHING},
};

/* How a card is pulled out within a command. */
static const struct softcard_fault faults[] = {
    {.moment = SOFTCARD_BEFORE, .report = SOFTCARD_GONE},
    {.moment = SOFTCARD_AFTER, .report = SOFTCARD_GONE},
    {.moment = SOFTCARD_AFTER, .report = SOFTCARD_EMPTY},
    {.moment = SOFTCARD_AFTER, .report = SOFTCARD_HALF},
    {.moment = SOFTCARD_WITHIN, .report = SOFTCARD_EMPTY, .done = 1},
    {.moment = SOFTCARD_WITHIN, .report = SOFTCARD_GONE, .done = 4},
    {.moment = SOFTCARD_WITHIN, .report = SOFTCARD_GONE, .done = 57},
    {.moment = SOFTCARD_WITHIN,
        .report = SOFTCARD_GONE,
        .done = 3,
        .erased = true},
};
#define FAULTS (sizeof faults / sizeof *faults)

/* Kinds of cards that go about it differently. */
static struct softcard_kind
kind_of(size_t i)
{
    struct softcard_kind kind = softcard_usual();

    if (i == 1) {
        kind.extended = false;
        kind.transfer = 100;
    }
    if (i == 2)
        kind.rules = SOFTCARD_RULES_REFUSED;
    return kind;
}
#define KINDS 3

/* Do the work, and say what came of it. */
static keyshare_error
do_work(const struct work *work, int overwrite)
{
    if (work->new == NOTHING)
        return cards_erase(&cards, NULL);
    return cards_write(&cards, work->new, overwrite);
}

/* A card on which the work is to be done. */
static void
prepare(const struct work *work, size_t kind_index)
{
    const struct softcard_kind kind = kind_of(kind_index);

    cards_new(&cards, &kind);
    if (work->old != NOTHING)
        ck_assert_int_eq(cards_write(&cards, work->old, 0), KEYSHARE_OK);
    before = cards.soft->eeprom;
}

/* Put the card back in, as it was before the work. */
static void
again(void)
{
    cards.soft->eeprom = before;
    softcard_arm(cards.soft, NULL);
    softcard_insert(cards.soft);
}

/* What a torn card says of itself is true. */
static void
is_never_wrong(const struct work *work)
{
    keyshare_secret *image;
    const keyshare_error error = cards_read(&cards, &image);

    if (error == KEYSHARE_OK) {
        ck_assert(
            (work->old != NOTHING && cards_is(&cards, image, work->old)) ||
            (work->new != NOTHING &&cards_is(&cards, image, work->new)));
        keyshare_secret_free(&image);
        return;
    }
    ck_assert_ptr_null(image);
    if (error == KEYSHARE_ERR_CARD_EMPTY)
        ck_assert(work->old == NOTHING || work->new == NOTHING);
    else
        ck_assert_int_eq(error, KEYSHARE_ERR_CARD_TORN);
}

/* Whether anything is left of the share's value, beyond the new image. */
static bool
remembers(enum cards_image which)
{
    const keyshare_image image = cards_bytes(&cards, which);

    return softcard_remembers(cards.soft, image.bytes + image.len - 40, 30);
}

/* What was begun is done, once the card is back. A whole share of the old image
 * may be in the way. */
static void
is_mended(const struct work *work)
{
    keyshare_error error = do_work(work, 0);
    keyshare_secret *image;

    if (error == KEYSHARE_ERR_CARD_OCCUPIED) {
        ck_assert(work->old != NOTHING && work->new != NOTHING);
        error = do_work(work, 1);
    }
    ck_assert_msg(error == KEYSHARE_OK, "%s, status %04x, file %04x",
        keyshare_error_name(error), cards.info.status, cards.info.file);
    if (work->new == NOTHING)
        ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_EMPTY);
    else
        cards_holds(&cards, work->new);
    if (work->old != NOTHING)
        ck_assert_msg(!remembers(work->old), "the old image is gone");
}

/* Pull the card at the k-th command, for all k: until the work is done first.
 * How many commands it took. */
static unsigned long
pull(const struct work *work, const struct softcard_fault *kind)
{
    unsigned long k = 0;
    keyshare_error error;

    do {
        struct softcard_fault fault = *kind;

        again();
        fault.at = ++k;
        softcard_arm(cards.soft, &fault);
        error = do_work(work, 1);
        softcard_arm(cards.soft, NULL);
        softcard_insert(cards.soft);
        if (error == KEYSHARE_OK)
            continue;
        ck_assert_msg(
            error == KEYSHARE_ERR_CARD_ABSENT || error == KEYSHARE_ERR_CARD_IO,
            "%s: command %lu: %s", work->name, k, keyshare_error_name(error));
        softcard_insert(cards.soft);
        is_never_wrong(work);
        is_mended(work);
    } while (error != KEYSHARE_OK);
    return k;
}

/* How many of ALL are tried: each, or as many as KEYSHARE_TEST_COUNT says, which
 * are then spread over all. */
static size_t
tried(size_t all)
{
    const size_t count = gen_count(all);

    return count < all ? count : all;
}

START_TEST(pulled_at_each_command)
{
    const struct work *work = &works[_i];
    const size_t some = tried(FAULTS);

    for (size_t kind = 0; kind < KINDS; kind++) {
        prepare(work, kind);
        for (size_t i = 0; i < some; i++)
            ck_assert_uint_gt(pull(work, &faults[i * FAULTS / some]), 10);
    }
}
END_TEST

/* Bytes of a file after which a card is pulled out: each of the first, and some
 * of those behind. */
#define FIRST 70
#define BYTES (FIRST + 10)

static size_t
byte(size_t i)
{
    return i < FIRST ? i : FIRST + (i - FIRST) * 23;
}

/* Within the writing of a file, at each byte: on an empty card, and over
 * another image. */
START_TEST(pulled_at_each_byte)
{
    const struct work *work = &works[_i];
    const size_t some = tried(BYTES);

    prepare(work, 0);
    for (size_t i = 0; i < some; i++) {
        struct softcard_fault fault = {.moment = SOFTCARD_WITHIN,
            .done = byte(i * BYTES / some),
            .report = SOFTCARD_GONE};

        ck_assert_uint_gt(pull(work, &fault), 10);
    }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("tear");
    TCase *tcase = tcase_create("tear");

    tcase_add_checked_fixture(tcase, set_plain_memory, NULL);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(
        tcase, pulled_at_each_command, 0, (int)(sizeof works / sizeof *works));
    tcase_add_loop_test(tcase, pulled_at_each_byte, 2, 5);
    suite_add_tcase(suite, tcase);
    return suite;
}
