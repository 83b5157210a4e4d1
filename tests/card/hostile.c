/* SPDX-License-Identifier: ISC */
/* Cards that answer as they like, from a seed, and cards that never end. */
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

/* What a card does instead of its duty. */
struct malice {
    struct gen gen;
    unsigned one_in; /* so many answers are its own */
    const char *always;
    size_t always_len;
    size_t fills; /* that many bytes before it */
};

static size_t
meddle(void *context, const uint8_t *command, size_t command_len,
    uint8_t *response, size_t len)
{
    static const size_t lens[] = {0, 1, 2, 3, 7, 256, 258, 259, 2050, 66000};
    static const uint8_t firsts[] = {
        0x61, 0x62, 0x63, 0x67, 0x69, 0x6a, 0x6b, 0x6c, 0x6f, 0x90};
    struct malice *malice = context;
    struct gen *gen = &malice->gen;

    (void)command;
    (void)command_len;
    if (malice->always != NULL) {
        memset(response, 0xe2, malice->fills);
        memcpy(response + malice->fills, malice->always, malice->always_len);
        return malice->fills + malice->always_len;
    }
    if (gen_below(gen, malice->one_in) != 0)
        return len;
    switch (gen_below(gen, 4)) {
    case 0:
        len = lens[gen_below(gen, 10)];
        gen_bytes(gen, response, len);
        break;
    case 1: response[gen_below(gen, len)] ^= 1 << gen_below(gen, 8); break;
    case 2: len = gen_below(gen, len); break;
    default: response[len - 2] = firsts[gen_below(gen, 10)];
    }
    return len;
}

/* Any operation; what it answers is among what a card can cause. */
static void
operate(struct gen *gen)
{
    keyshare_secret *secret = NULL;
    keyshare_error error;

    switch (gen_below(gen, 4)) {
    case 0:
        error =
            cards_write(&cards, (enum cards_image)gen_below(gen, IMAGE_COUNT),
                (int)gen_below(gen, 2));
        break;
    case 1: error = cards_read(&cards, &secret); break;
    case 2: error = cards_inspect(&cards, &secret); break;
    default: error = cards_erase(&cards, &secret);
    }
    ck_assert_msg(error == KEYSHARE_OK || error == KEYSHARE_ERR_DAMAGED ||
                      keyshare_error_kind_of(error) == KEYSHARE_ERROR_KIND_CARD,
        "seed %llu: %s", (unsigned long long)gen->seed,
        keyshare_error_name(error));
    ck_assert(error == KEYSHARE_OK || secret == NULL);
    ck_assert_uint_le(cards.asked, 1);
    keyshare_secret_free(&secret);
}

START_TEST(now_and_then)
{
    struct malice malice = {.gen = gen_begin(), .one_in = 8};
    const size_t count = gen_count(2000);

    for (size_t i = 0; i < count; i++) {
        struct softcard_kind kind = softcard_usual();

        kind.extended = i % 2 == 0;
        kind.pin_tries = 15;
        if (i % 8 == 0)
            cards_new(&cards, &kind);
        cards.soft->eeprom.tries_left = 15;
        malice.one_in = i % 3 == 0 ? 1 : i % 3 == 1 ? 8 : 40;
        cards.soft->hook = meddle;
        cards.soft->hook_context = &malice;
        operate(&malice.gen);
    }
}
END_TEST

START_TEST(for_ever)
{
    static const struct {
        const char *bytes;
        size_t fills;
    } answers[] = {
        {"\x90\x00", 0},
        {"\x61\x01", 0},
        {"\x61\x00", 1},
        {"\x61\x10", 16},
        {"\x6c\x01", 0},
        {"\x67\x00", 0},
        {"\x69\x82", 0},
        {"\x62\x82", 5},
        {"\x90\x00", 5},
        {"\x90\x00", 254},
        {"\x63\xc3", 0},
        {"\x6a\x86", 0},
        {"\x6a\x89", 0},
        {"\x90\x00", 2048},
        {"\x6b\x00", 0},
        {"\x90\x00", 1},
    };
    const struct softcard_kind kind = softcard_usual();
    struct gen gen = gen_begin();

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        for (size_t n = 0; n < 8; n++) {
            struct malice malice = {.always = answers[i].bytes,
                .always_len = 2,
                .fills = answers[i].fills};

            cards_new(&cards, &kind);
            cards.soft->hook = meddle;
            cards.soft->hook_context = &malice;
            operate(&gen);
            ck_assert_uint_lt(cards.soft->count.apdus, 1000);
        }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("hostile");
    TCase *tcase = tcase_create("hostile");

    tcase_add_checked_fixture(tcase, set_plain_memory, NULL);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, now_and_then);
    tcase_add_test(tcase, for_ever);
    suite_add_tcase(suite, tcase);
    return suite;
}
