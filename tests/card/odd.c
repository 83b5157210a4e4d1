/* SPDX-License-Identifier: ISC */
/* Cards that refuse one form of a command and take another. */
#include <keyshare/card.h>

#include <string.h>

#include "cards.h"
#include "suite.h"

static struct cards cards;

/* What a card answers instead of acting; 0: it acts. */
static unsigned (*refuse)(const uint8_t *command, size_t len);
static unsigned long refused;

/* What it answers to UPDATE BINARY when it has acted; 0: what it says. */
static unsigned updated;

static keyshare_error
transmit(void *context, const uint8_t *command, size_t len, uint8_t *response,
    size_t size, size_t *received)
{
    unsigned status = refuse == NULL ? 0 : refuse(command, len);
    keyshare_error error = KEYSHARE_OK;
    uint8_t shorter[300];

    *received = 2;
    if (status != 0) {
        refused++;
    } else {
        /* The card behind it takes no Le here. */
        if (updated != 0 && command[1] == 0xd6 && len == 6U + command[4])
            len--;
        if (len <= sizeof shorter)
            memcpy(shorter, command, len);
        error = softcard_transmit(context,
            len <= sizeof shorter ? shorter : command, len, response, size,
            received);
        if (error != KEYSHARE_OK || updated == 0 || command[1] != 0xd6 ||
            response[0] != 0x90)
            return error;
        status = updated;
    }
    response[0] = (uint8_t)(status >> 8);
    response[1] = (uint8_t)status;
    return error;
}

static void
setup(void)
{
    struct softcard_kind kind = softcard_usual();

    cards_begin(&cards);
    kind.extended = false;
    cards_new(&cards, &kind);
    cards.transport.transmit = transmit;
    refuse = NULL;
    refused = 0;
    updated = 0;
}

static void
teardown(void)
{
    cards_end(&cards);
}

/* Whether a command's data has these bytes. */
static bool
has(const uint8_t *command, size_t len, const char *bytes, size_t count)
{
    for (size_t i = 5; i + count <= len; i++)
        if (memcmp(command + i, bytes, count) == 0)
            return true;
    return false;
}

static bool
makes_df(const uint8_t *command, size_t len)
{
    return command[1] == 0xe0 && has(command, len, "\x82\x01\x38", 3);
}

static unsigned
no_silent_select(const uint8_t *command, size_t len)
{
    (void)len;
    return command[1] == 0xa4 && command[3] == 0x0c ? 0x6a86 : 0;
}

static unsigned
name_is_taken(const uint8_t *command, size_t len)
{
    return makes_df(command, len) && has(command, len, "\x84\x09", 2) ? 0x6a8a
                                                                      : 0;
}

static unsigned
df_wants_size(const uint8_t *command, size_t len)
{
    return makes_df(command, len) && !has(command, len, "\x81\x02", 2) ? 0x6a80
                                                                       : 0;
}

static unsigned
no_delete(const uint8_t *command, size_t len)
{
    (void)len;
    return command[1] == 0xe4 ? 0x6d00 : 0;
}

static unsigned
no_le_with_update(const uint8_t *command, size_t len)
{
    return command[1] == 0xd6 && len != 5U + command[4] ? 0x6700 : 0;
}

static unsigned
le_with_update(const uint8_t *command, size_t len)
{
    return command[1] == 0xd6 && len != 6U + command[4] ? 0x6700 : 0;
}

static unsigned
at_most_17(const uint8_t *command, size_t len)
{
    (void)len;
    return (command[1] == 0xb0 || command[1] == 0xd6) && command[4] > 17
               ? 0x6700
               : 0;
}

static unsigned
nothing_at_all(const uint8_t *command, size_t len)
{
    (void)len;
    return command[1] == 0xb0 || command[1] == 0xd6 ? 0x6700 : 0;
}

/* All goes well, and the card was met half way. */
static void
lives(unsigned (*refuses)(const uint8_t *, size_t))
{
    keyshare_secret *image;

    refuse = refuses;
    cards_put(&cards, IMAGE_OTHER, 0);
    cards_put(&cards, IMAGE_FIRST, 1);
    ck_assert_int_eq(cards_erase(&cards, &image), KEYSHARE_OK);
    ck_assert(cards_is(&cards, image, IMAGE_FIRST));
    keyshare_secret_free(&image);
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_EMPTY);
    cards_put(&cards, IMAGE_WRAPPED, 0);
    ck_assert_uint_gt(refused, 0);
}

START_TEST(one_form_is_refused)
{
    static unsigned (*const all[])(const uint8_t *, size_t) = {
        no_silent_select, name_is_taken, df_wants_size, at_most_17};

    lives(all[_i]);
}
END_TEST

START_TEST(nothing_is_deleted)
{
    keyshare_secret *image;

    refuse = no_delete;
    cards_put(&cards, IMAGE_OTHER, 0);
    ck_assert_int_eq(cards_erase(&cards, NULL), KEYSHARE_OK);
    ck_assert_uint_gt(refused, 0);
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_EMPTY);
    /* The empty files are used again; a larger one cannot be made. */
    cards_put(&cards, IMAGE_FIRST, 0);
    cards_put(&cards, IMAGE_REWRAPPED, 1);
    ck_assert_int_eq(
        cards_write(&cards, IMAGE_WRAPPED, 1), KEYSHARE_ERR_CARD_FULL);
}
END_TEST

START_TEST(no_length_is_right)
{
    refuse = nothing_at_all;
    ck_assert_int_eq(
        cards_write(&cards, IMAGE_FIRST, 0), KEYSHARE_ERR_CARD_UNKNOWN);
    ck_assert_uint_eq(cards.info.status, 0x6700);
    ck_assert_uint_lt(refused, 30);
}
END_TEST

/* A card whose PIN has no number but 01, and that cannot be asked for tries. */
static unsigned
no_tries_told(const uint8_t *command, size_t len)
{
    if (command[1] != 0x20)
        return 0;
    if (len <= 5)
        return 0x6700;
    return command[3] == 0x01 ? 0 : 0x6a88;
}

START_TEST(a_pin_without_a_counter)
{
    keyshare_secret *image;

    refuse = no_tries_told;
    cards_put(&cards, IMAGE_FIRST, 0);
    ck_assert_uint_gt(refused, 0);
    ck_assert_int_eq(cards.tries, KEYSHARE_CARD_TRIES_UNKNOWN);
    /* A wrong one is looked at once. */
    cards.pin = "111111";
    cards.soft->count.verifies = 0;
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_PIN);
    ck_assert_uint_eq(cards.soft->count.verifies, 1);
    ck_assert_int_eq(cards.info.tries, 2);
}
END_TEST

/* The card that is known to want an Le with UPDATE BINARY, and one that says it
 * is that card. */
START_TEST(a_known_card)
{
    static const uint8_t atr[] = {
        0x3b, 0x95, 0x13, 0x81, 0x01, 0x80, 0x73, 0xff, 0x01, 0x00, 0x0b};

    refuse = le_with_update;
    updated = 0x6282;
    ck_assert_int_eq(
        cards_write(&cards, IMAGE_FIRST, 0), KEYSHARE_ERR_CARD_UNKNOWN);
    cards.transport.atr = atr;
    cards.transport.atr_len = sizeof atr;
    refused = 0;
    cards_put(&cards, IMAGE_FIRST, 0);
    ck_assert_uint_eq(refused, 0);
    updated = 0;
    refuse = no_le_with_update;
    cards_put(&cards, IMAGE_SECOND, 1);
    ck_assert_uint_eq(refused, 1);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("odd");
    TCase *tcase = tcase_create("odd");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, one_form_is_refused, 0, 4);
    tcase_add_test(tcase, nothing_is_deleted);
    tcase_add_test(tcase, no_length_is_right);
    tcase_add_test(tcase, a_pin_without_a_counter);
    tcase_add_test(tcase, a_known_card);
    suite_add_tcase(suite, tcase);
    return suite;
}
