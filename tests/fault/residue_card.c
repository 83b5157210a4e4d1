/* SPDX-License-Identifier: ISC */
/* What the operations on a card leave behind: no 8 bytes in a row of a share or
 * of the PIN are found in all memory that can be written, freed memory and the
 * stack included; once the caller has wiped what is its own.
 */
#include <stdio.h>

#include "sanitized.h"

#if SANITIZED
SKIPPED_MAIN("a sanitizer keeps copies of its own")
#elif !defined(__linux__)
SKIPPED_MAIN("/proc/self/maps is needed")
#else

#include <stdlib.h>
#include <string.h>

#include <keyshare/card.h>
#include <keyshare/deal.h>
#include <keyshare/image.h>
#include <keyshare/memory.h>

#include "gen.h"
#include "process.h"
#include "scan.h"
#include "share.h"
#include "softcard.h"
#include "suite.h"

#define CARDS    2
#define PIN_SIZE 12

enum kind {
    SHARES,
    PINS
};

static struct shared {
    size_t count; /* of windows */
    struct scan_masked images[CARDS];
    struct scan_masked pin;
    struct scan_found found;
    struct softcard soft; /* no scan looks into the card */
} * shared;

static bool extended;

/* ---- The process that knows ---- */

static void
know_image(
    size_t i, const keyshare_record *record, const keyshare_secret *encoded)
{
    keyshare_secret *image;
    struct share share;

    PROCESS_REQUIRE(
        keyshare_share_decode(&share, keyshare_secret_reveal(encoded),
            keyshare_secret_len(encoded)) == KEYSHARE_OK);
    scan_add(SHARES, share.value, share.value_len);
    PROCESS_REQUIRE(
        keyshare_image_make(&image, record, encoded) == KEYSHARE_OK);
    scan_mask(&shared->images[i], keyshare_secret_reveal(image),
        keyshare_secret_len(image));
    keyshare_secret_free(&image);
}

static void
know(void)
{
    struct gen gen = gen_begin();
    const keyshare_random random = gen_random(&gen);
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_secret *shares[KEYSHARE_COUNT_MAX] = {NULL};
    keyshare_record *record;
    struct softcard_kind kind = softcard_usual();
    uint8_t key[40];
    char pin[PIN_SIZE + 1] = {0};

    gen_bytes(&gen, key, sizeof key);
    for (size_t i = 0; i < PIN_SIZE; i++)
        pin[i] = (char)('0' + gen_below(&gen, 10));
    PROCESS_REQUIRE(
        keyshare_policy_preset(&terms.policy, KEYSHARE_ROLE_CO) == KEYSHARE_OK);
    PROCESS_REQUIRE(keyshare_deal(&record, shares, &terms, key, sizeof key,
                        &random) == KEYSHARE_OK);
    for (size_t i = 0; i < CARDS; i++)
        know_image(i, record, shares[i]);
    scan_add(PINS, pin, PIN_SIZE);
    scan_mask(&shared->pin, (const uint8_t *)pin, PIN_SIZE);
    kind.extended = extended;
    softcard_make(&shared->soft, &kind, pin);
    shared->count = scan_ready();
}

/* ---- The process that is looked at ---- */

static uint8_t caller[SCAN_BYTES_MAX];
static keyshare_card_transport transport;
static keyshare_card card;

/* Freed memory stays where it was, to be looked at. */
static void *
allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void
give_back(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    free(memory);
}

static int
ask(void *context, uint8_t *pin, size_t *len, int tries)
{
    (void)context;
    (void)tries;
    scan_unmask(pin, &shared->pin);
    *len = PIN_SIZE;
    return 0;
}

/* Write one of the images, which is the caller's until it was written. */
static keyshare_error
put(size_t i, int overwrite)
{
    keyshare_card_write_options options = KEYSHARE_CARD_WRITE_INIT;
    const keyshare_image image = {caller, shared->images[i].len};
    keyshare_error error;

    options.overwrite = overwrite;
    softcard_reset(&shared->soft);
    scan_unmask(caller, &shared->images[i]);
    error = keyshare_card_write(NULL, &card, &image, &options);
    scan_wipe(caller, sizeof caller);
    return error;
}

static void
live(void)
{
    keyshare_secret *image;

    PROCESS_REQUIRE(put(0, 0) == KEYSHARE_OK);
    PROCESS_REQUIRE(put(0, 0) == KEYSHARE_OK);
    PROCESS_REQUIRE(put(1, 0) == KEYSHARE_ERR_CARD_OCCUPIED);
    PROCESS_REQUIRE(put(1, 1) == KEYSHARE_OK);
    softcard_reset(&shared->soft);
    PROCESS_REQUIRE(keyshare_card_read(&image, NULL, &card) == KEYSHARE_OK);
    keyshare_secret_free(&image);
    softcard_reset(&shared->soft);
    PROCESS_REQUIRE(keyshare_card_erase(NULL, &image, &card) == KEYSHARE_OK);
    keyshare_secret_free(&image);
    PROCESS_REQUIRE(put(0, 0) == KEYSHARE_OK);
}

/* What a caller that forgets leaves is found: so the look is one. */
static void
forget(void)
{
    live();
    scan_unmask(caller, &shared->images[0]);
}

static void (*body)(void);

static void
operate_and_look(void)
{
    const keyshare_card empty = KEYSHARE_CARD_INIT;

    PROCESS_REQUIRE(
        keyshare_memory_set(allocate, give_back, NULL) == KEYSHARE_OK);
    transport = softcard_transport(&shared->soft);
    card = empty;
    card.transport = &transport;
    card.ask_pin = ask;
    scan_apart(body);
    scan_look(&shared->found, 0);
}

static void
run(void (*what)(void), bool leaves)
{
    body = what;
    process_run(know);
    ck_assert_uint_gt(shared->count, 200);
    process_run(operate_and_look);
    ck_assert_msg((shared->found.count > 0) == leaves,
        "%zu windows, the first of kinds %x, %s", shared->found.count,
        (unsigned)shared->found.kinds, shared->found.where);
}

static void
begin(void)
{
    shared = scan_begin(sizeof *shared);
}

START_TEST(nothing_is_left)
{
    extended = _i == 1;
    run(live, false);
}
END_TEST

START_TEST(what_is_left_is_found)
{
    run(forget, true);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("residue_card");
    TCase *test = tcase_create("residue");

    tcase_add_checked_fixture(test, begin, scan_end);
    tcase_add_loop_test(test, nothing_is_left, 0, 2);
    tcase_add_test(test, what_is_left_is_found);
    suite_add_tcase(suite, test);
    return suite;
}

#endif
