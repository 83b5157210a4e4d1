/* SPDX-License-Identifier: ISC */
/* What a card has no room for, what has gone wrong on it, PINs, and arguments.
 */
#include <keyshare/card.h>

#include <string.h>

#include <keyshare/image.h>

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

/* ---- Memory ---- */

START_TEST(without_room_the_record_is_left_out)
{
    struct softcard_kind kind = softcard_usual();
    const size_t share = cards.sets[1].cards[0].len;
    keyshare_secret *image;

    kind.memory = 4 * SOFTCARD_FILE_COST + 64 + share + 100;
    cards_new(&cards, &kind);
    ck_assert_int_eq(cards_write(&cards, IMAGE_OTHER, 0), KEYSHARE_OK);
    ck_assert_int_eq(cards.info.record_omitted, 1);
    ck_assert_int_eq(cards.info.has_record, 0);
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_OK);
    ck_assert_uint_eq(keyshare_secret_len(image), share);
    keyshare_secret_free(&image);
    kind.memory = 3 * SOFTCARD_FILE_COST + 64 + share - 1;
    cards_new(&cards, &kind);
    ck_assert_int_eq(
        cards_write(&cards, IMAGE_OTHER, 0), KEYSHARE_ERR_CARD_FULL);
    ck_assert_uint_eq(cards.info.status, 0x6a84);
    ck_assert_uint_eq(cards.info.file, 0x4b02);
}
END_TEST

/* A card whose files were made by others, with room to spare. */
static void
prepare(size_t size, uint16_t fixed)
{
    struct softcard_kind kind = softcard_usual();

    kind.fixed = fixed;
    cards_new(&cards, &kind);
    ck_assert(softcard_add_df(cards.soft, 0x4b53, (const uint8_t *)"ks", 2));
    for (uint16_t i = 0; i < 4; i++)
        ck_assert(softcard_add_ef(cards.soft, 0x4b53, (uint16_t)(0x4b00 + i),
            size, i == 2 ? SOFTCARD_PIN : SOFTCARD_ALWAYS, SOFTCARD_PIN));
}

START_TEST(files_made_by_others_are_used)
{
    keyshare_secret *image;
    size_t size;

    prepare(1500, 0x6d00);
    ck_assert_int_eq(cards_inspect(&cards, NULL), KEYSHARE_OK);
    ck_assert_int_eq(cards.info.state, KEYSHARE_CARD_INCOMPLETE);
    for (int which = 0; which < IMAGE_COUNT; which++)
        cards_put(&cards, (enum cards_image)which, 1);
    cards_put(&cards, IMAGE_OTHER, 1);
    ck_assert_int_eq(cards_erase(&cards, &image), KEYSHARE_OK);
    ck_assert(cards_is(&cards, image, IMAGE_OTHER));
    keyshare_secret_free(&image);
    ck_assert_int_eq(cards_inspect(&cards, NULL), KEYSHARE_OK);
    ck_assert_int_eq(cards.info.state, KEYSHARE_CARD_EMPTY);
    for (uint16_t i = 1; i < 4; i++) {
        const uint8_t *bytes =
            softcard_content(cards.soft, (uint16_t)(0x4b00 + i), &size);

        for (size_t at = 0; at < size; at++)
            ck_assert_uint_eq(bytes[at], 0);
    }
    cards_put(&cards, IMAGE_FIRST, 0);
}
END_TEST

START_TEST(files_that_are_too_small)
{
    prepare(64, 0x6d00);
    ck_assert_int_eq(
        cards_write(&cards, IMAGE_OTHER, 0), KEYSHARE_ERR_CARD_FULL);
    ck_assert_uint_eq(cards.info.file, 0x4b02);
    /* And may not be deleted. */
    prepare(20, 0);
    ck_assert_int_eq(
        cards_write(&cards, IMAGE_OTHER, 0), KEYSHARE_ERR_CARD_FULL);
    ck_assert_uint_eq(cards.info.file, 0x4b00);
}
END_TEST

START_TEST(a_card_that_makes_no_files)
{
    struct softcard_kind kind = softcard_usual();

    kind.fixed = 0x6d00;
    cards_new(&cards, &kind);
    ck_assert_int_eq(
        cards_write(&cards, IMAGE_FIRST, 0), KEYSHARE_ERR_CARD_UNKNOWN);
    ck_assert_uint_eq(cards.info.status, 0x6d00);
}
END_TEST

START_TEST(a_card_that_forgets)
{
    struct softcard_kind kind = softcard_usual();
    keyshare_secret *image;

    kind.forgetful = true;
    cards_new(&cards, &kind);
    ck_assert_int_eq(cards_write(&cards, IMAGE_FIRST, 0), KEYSHARE_ERR_DAMAGED);
    ck_assert_uint_ne(cards.info.file, 0);
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_TORN);
}
END_TEST

START_TEST(a_card_that_is_worn)
{
    struct softcard_kind kind = softcard_usual();
    keyshare_secret *image;

    kind.writes = 2;
    cards_new(&cards, &kind);
    ck_assert_int_eq(
        cards_write(&cards, IMAGE_FIRST, 0), KEYSHARE_ERR_CARD_WORN);
    ck_assert_uint_eq(cards.info.status, 0x6581);
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_TORN);
}
END_TEST

/* ---- What has gone wrong on the card ---- */

START_TEST(what_the_marker_tells_of_is_not_there)
{
    static const uint16_t files[] = {0x4b01, 0x4b02};
    keyshare_secret *image;
    size_t size;

    for (size_t i = 0; i < 2; i++)
        for (size_t at = 0; at < 2; at++) {
            new_card();
            cards_put(&cards, IMAGE_FIRST, 0);
            softcard_content(cards.soft, files[i], &size)[at] ^= 0x21;
            ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_DAMAGED);
            ck_assert_ptr_null(image);
            ck_assert_uint_eq(cards.info.file, files[i]);
            ck_assert_int_eq(cards_erase(&cards, &image), KEYSHARE_OK);
            ck_assert_ptr_null(image);
            ck_assert_int_eq(cards.info.state, KEYSHARE_CARD_INCOMPLETE);
            cards_put(&cards, IMAGE_FIRST, 0);
        }
}
END_TEST

START_TEST(another_share_than_the_marker_says)
{
    keyshare_secret *image;
    size_t size;

    new_card();
    cards_put(&cards, IMAGE_FIRST, 0);
    memcpy(softcard_content(cards.soft, 0x4b02, &size),
        cards.sets[0].cards[1].bytes, cards.sets[0].cards[1].len);
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_DAMAGED);
    ck_assert_uint_eq(cards.info.file, 0x4b02);
    /* It is another share, and whole: in the way. */
    ck_assert_int_eq(
        cards_write(&cards, IMAGE_FIRST, 0), KEYSHARE_ERR_CARD_OCCUPIED);
    cards_put(&cards, IMAGE_FIRST, 1);
}
END_TEST

START_TEST(a_marker_of_which_one_bit_is_wrong)
{
    keyshare_secret *image;
    size_t size;

    new_card();
    cards_put(&cards, IMAGE_FIRST, 0);
    for (size_t at = 0; at < 58; at++) {
        uint8_t *marker = softcard_content(cards.soft, 0x4b00, &size);

        marker[at] ^= 1 << at % 8;
        ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_TORN);
        ck_assert_int_eq(cards.info.state, KEYSHARE_CARD_INCOMPLETE);
        marker[at] ^= 1 << at % 8;
    }
    softcard_content(cards.soft, 0x4b00, &size)[0] = 0;
    ck_assert_int_eq(
        cards_write(&cards, IMAGE_SECOND, 0), KEYSHARE_ERR_CARD_OCCUPIED);
    ck_assert_uint_eq(cards.info.index, 1);
    ck_assert_int_eq(cards.info.has_share, 1);
    cards_put(&cards, IMAGE_FIRST, 0);
}
END_TEST

START_TEST(no_card_is_there)
{
    keyshare_secret *image;

    new_card();
    softcard_remove(cards.soft);
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_ABSENT);
    ck_assert_int_eq(cards_inspect(&cards, NULL), KEYSHARE_ERR_CARD_ABSENT);
    ck_assert_int_eq(cards.info.state, KEYSHARE_CARD_NONE);
    ck_assert_int_eq(
        cards_write(&cards, IMAGE_FIRST, 0), KEYSHARE_ERR_CARD_ABSENT);
    ck_assert_int_eq(cards_erase(&cards, &image), KEYSHARE_ERR_CARD_ABSENT);
    ck_assert_uint_eq(cards.info.status, 0);
}
END_TEST

/* ---- The PIN ---- */

START_TEST(a_wrong_pin_is_tried_once)
{
    keyshare_secret *image;

    new_card();
    cards_put(&cards, IMAGE_FIRST, 0);
    for (int left = 2; left >= 0; left--) {
        cards.pin = "000000";
        cards.soft->count.verifies = 0;
        ck_assert_int_eq(cards_read(&cards, &image),
            left > 0 ? KEYSHARE_ERR_CARD_PIN : KEYSHARE_ERR_CARD_BLOCKED);
        ck_assert_uint_eq(cards.soft->count.verifies, 1);
        ck_assert_int_eq(cards.info.tries, left);
        ck_assert_int_eq(cards.tries, left + 1);
        ck_assert_uint_eq(cards.asked, 1);
    }
    cards.pin = CARDS_PIN;
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_BLOCKED);
    ck_assert_uint_eq(cards.asked, 0);
    ck_assert_int_eq(cards_inspect(&cards, NULL), KEYSHARE_OK);
    ck_assert_int_eq(cards.info.tries, 0);
}
END_TEST

START_TEST(no_pin_is_given)
{
    keyshare_secret *image;

    new_card();
    cards_put(&cards, IMAGE_FIRST, 0);
    cards.soft->count.verifies = 0;
    cards.pin = NULL;
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_PIN);
    ck_assert_int_eq(cards.info.tries, 3);
    cards.pin = "";
    ck_assert_int_eq(cards_erase(&cards, &image), KEYSHARE_ERR_CARD_PIN);
    ck_assert_int_eq(
        cards_write(&cards, IMAGE_OTHER, 1), KEYSHARE_ERR_CARD_PIN);
    cards.card.ask_pin = NULL;
    ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_PIN);
    ck_assert_uint_eq(cards.soft->count.verifies, 0);
}
END_TEST

START_TEST(the_pin_is_found_or_named)
{
    struct softcard_kind kind = softcard_usual();
    keyshare_secret *image;

    for (size_t i = 0; i < 3; i++) {
        static const uint8_t references[] = {0x00, 0x81, 0x82};

        kind.pin_reference = references[i];
        cards_new(&cards, &kind);
        cards_put(&cards, IMAGE_FIRST, 0);
        cards.card.pin_reference = references[i];
        cards_holds(&cards, IMAGE_FIRST);
        cards.card.pin_reference = 0x17;
        ck_assert_int_eq(cards_read(&cards, &image), KEYSHARE_ERR_CARD_PIN);
    }
}
END_TEST

/* ---- Arguments ---- */

START_TEST(arguments_are_checked)
{
    const keyshare_card_info nothing = KEYSHARE_CARD_INFO_INIT;
    const keyshare_image image = cards_bytes(&cards, IMAGE_FIRST);
    keyshare_card_write_options options = KEYSHARE_CARD_WRITE_INIT;
    keyshare_card_info info = nothing;
    keyshare_secret *secret;
    keyshare_card *card = &cards.card;

    new_card();
    ck_assert_int_eq(
        keyshare_card_read(NULL, NULL, card), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_card_read(&secret, NULL, NULL), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_card_inspect(NULL, NULL, card), KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_card_write(NULL, card, NULL, NULL), KEYSHARE_ERR_ARGUMENT);
    options.size--;
    ck_assert_int_eq(keyshare_card_write(NULL, card, &image, &options),
        KEYSHARE_ERR_ARGUMENT);
    options.size++;
    options.keep_count = 1;
    ck_assert_int_eq(keyshare_card_write(NULL, card, &image, &options),
        KEYSHARE_ERR_ARGUMENT);
    info.size--;
    ck_assert_int_eq(
        keyshare_card_erase(&info, NULL, card), KEYSHARE_ERR_ARGUMENT);
    info = nothing;
    card->pin_reference = 257;
    ck_assert_int_eq(
        keyshare_card_inspect(&info, NULL, card), KEYSHARE_ERR_ARGUMENT);
    card->pin_reference = 1;
    cards.transport.command_max = 260;
    ck_assert_int_eq(
        keyshare_card_inspect(&info, NULL, card), KEYSHARE_ERR_ARGUMENT);
    cards.transport = softcard_transport(cards.soft);
    cards.transport.atr_len = 34;
    ck_assert_int_eq(
        keyshare_card_inspect(&info, NULL, card), KEYSHARE_ERR_ARGUMENT);
    cards.transport.atr_len = 3;
    cards.transport.atr = NULL;
    ck_assert_int_eq(
        keyshare_card_inspect(&info, NULL, card), KEYSHARE_ERR_ARGUMENT);
    cards.transport.transmit = NULL;
    ck_assert_int_eq(
        keyshare_card_inspect(&info, NULL, card), KEYSHARE_ERR_ARGUMENT);
    ck_assert_uint_eq(cards.soft->count.apdus, 0);
}
END_TEST

/* Nothing that is no card image reaches the card. */
START_TEST(images_are_checked)
{
    const keyshare_image good = cards_bytes(&cards, IMAGE_FIRST);
    const size_t record = good.len - cards.sets[0].cards[0].len;
    uint8_t bytes[1024];
    keyshare_image image = {bytes, good.len};

    new_card();
    ck_assert_uint_le(good.len, sizeof bytes);
    memcpy(bytes, good.bytes, good.len);
    image.len = good.len - 1;
    ck_assert_int_eq(keyshare_card_write(NULL, &cards.card, &image, NULL),
        KEYSHARE_ERR_FORMAT);
    image.len = record;
    ck_assert_int_eq(keyshare_card_write(NULL, &cards.card, &image, NULL),
        KEYSHARE_ERR_FORMAT);
    image.len = good.len;
    bytes[good.len - 1] ^= 1;
    ck_assert_int_eq(keyshare_card_write(NULL, &cards.card, &image, NULL),
        KEYSHARE_ERR_DAMAGED);
    bytes[good.len - 1] ^= 1;
    bytes[record + 4] = 2;
    ck_assert_int_eq(keyshare_card_write(NULL, &cards.card, &image, NULL),
        KEYSHARE_ERR_VERSION);
    memcpy(bytes + record, cards.sets[0].cards[0].bytes,
        cards.sets[0].cards[0].len);
    bytes[record - 1] ^= 1;
    ck_assert_int_eq(keyshare_card_write(NULL, &cards.card, &image, NULL),
        KEYSHARE_ERR_UNEXPECTED);
    ck_assert_uint_eq(cards.soft->count.apdus, 0);
}
END_TEST

START_TEST(every_status_word_has_a_text)
{
    for (unsigned status = 0; status <= 0xffff; status++)
        ck_assert_uint_gt(strlen(keyshare_card_status_text(status)), 0);
    ck_assert_str_eq(keyshare_card_status_text(0x63c2), "wrong PIN");
    ck_assert_str_eq(keyshare_card_status_text(0x6a84), "no room left");
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
    Suite *suite = suite_create("trouble");
    TCase *tcase = new_case(suite, "limits");

    tcase_add_test(tcase, without_room_the_record_is_left_out);
    tcase_add_test(tcase, files_made_by_others_are_used);
    tcase_add_test(tcase, files_that_are_too_small);
    tcase_add_test(tcase, a_card_that_makes_no_files);
    tcase_add_test(tcase, a_card_that_forgets);
    tcase_add_test(tcase, a_card_that_is_worn);
    tcase = new_case(suite, "what went wrong");
    tcase_add_test(tcase, what_the_marker_tells_of_is_not_there);
    tcase_add_test(tcase, another_share_than_the_marker_says);
    tcase_add_test(tcase, a_marker_of_which_one_bit_is_wrong);
    tcase_add_test(tcase, no_card_is_there);
    tcase = new_case(suite, "pin");
    tcase_add_test(tcase, a_wrong_pin_is_tried_once);
    tcase_add_test(tcase, no_pin_is_given);
    tcase_add_test(tcase, the_pin_is_found_or_named);
    tcase = new_case(suite, "arguments");
    tcase_add_test(tcase, arguments_are_checked);
    tcase_add_test(tcase, images_are_checked);
    tcase_add_test(tcase, every_status_word_has_a_text);
    return suite;
}
