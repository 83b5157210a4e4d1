/* SPDX-License-Identifier: ISC */
/* A card made of software, images to put on it, and its holder. */
#include "cards.h"

#include <stdlib.h>
#include <string.h>

#include <keyshare/image.h>
#include <keyshare/wrapped.h>

#include "suite.h"

static keyshare_secret *
wrap(const char *label, size_t len)
{
    static uint8_t bytes[KEYSHARE_WRAPPED_SIZE_MAX];
    static const uint8_t lineage[16] = {7};
    static uint8_t key[KEYSHARE_WRAPPED_KEY_SIZE_MAX];
    keyshare_wrapped wrapped = KEYSHARE_WRAPPED_INIT;
    keyshare_secret *secret;
    size_t size;

    memset(key, 0xa5, sizeof key);
    wrapped.label = label;
    wrapped.label_len = strlen(label);
    wrapped.lineage = lineage;
    wrapped.method = "aes-key-wrap-pad";
    wrapped.method_len = strlen(wrapped.method);
    wrapped.bytes = key;
    wrapped.len = len;
    ck_assert_int_eq(
        keyshare_wrapped_encode(bytes, sizeof bytes, &size, &wrapped),
        KEYSHARE_OK);
    ck_assert_int_eq(keyshare_secret_copy(&secret, bytes, size), KEYSHARE_OK);
    return secret;
}

static void
make(keyshare_secret **image, const struct set *set, size_t i, bool record)
{
    ck_assert_int_eq(
        keyshare_image_make(image, record ? set->record : NULL, set->shares[i]),
        KEYSHARE_OK);
}

static int
ask(void *context, uint8_t *pin, size_t *len, int tries)
{
    struct cards *cards = context;

    cards->asked++;
    cards->tries = tries;
    if (cards->pin == NULL)
        return -1;
    *len = strlen(cards->pin);
    memcpy(pin, cards->pin, *len);
    return 0;
}

void
cards_begin(struct cards *cards)
{
    struct gen gen = gen_begin();

    memset(cards, 0, sizeof *cards);
    cards->soft = malloc(sizeof *cards->soft);
    ck_assert_ptr_nonnull(cards->soft);
    set_deal(
        &cards->sets[0], &gen, set_policy(KEYSHARE_SCHEME_GF256, 2, 3), 16);
    set_deal(
        &cards->sets[1], &gen, set_policy(KEYSHARE_SCHEME_PEDERSEN, 3, 4), 64);
    make(&cards->images[IMAGE_FIRST], &cards->sets[0], 0, true);
    make(&cards->images[IMAGE_SECOND], &cards->sets[0], 1, true);
    make(&cards->images[IMAGE_OTHER], &cards->sets[1], 0, true);
    make(&cards->images[IMAGE_SHARE], &cards->sets[0], 0, false);
    cards->images[IMAGE_WRAPPED] = wrap("a backup", 600);
    cards->images[IMAGE_REWRAPPED] = wrap("another", 40);
}

void
cards_end(struct cards *cards)
{
    for (size_t i = 0; i < IMAGE_COUNT; i++)
        keyshare_secret_free(&cards->images[i]);
    set_free(&cards->sets[0]);
    set_free(&cards->sets[1]);
    free(cards->soft);
}

void
cards_new(struct cards *cards, const struct softcard_kind *kind)
{
    const keyshare_card card = KEYSHARE_CARD_INIT;

    softcard_make(cards->soft, kind, CARDS_PIN);
    cards->transport = softcard_transport(cards->soft);
    cards->card = card;
    cards->card.transport = &cards->transport;
    cards->card.ask_pin = ask;
    cards->card.ask_context = cards;
    cards->pin = CARDS_PIN;
    cards->asked = 0;
}

keyshare_image
cards_bytes(const struct cards *cards, enum cards_image which)
{
    const keyshare_secret *image = cards->images[which];

    return (keyshare_image){
        keyshare_secret_reveal(image), keyshare_secret_len(image)};
}

static void
before(struct cards *cards)
{
    const keyshare_card_info nothing = KEYSHARE_CARD_INFO_INIT;

    if (cards->soft->present)
        softcard_reset(cards->soft);
    cards->info = nothing;
    cards->asked = 0;
}

keyshare_error
cards_write_keeping(struct cards *cards, enum cards_image which, int overwrite,
    const uint8_t *keep, size_t count)
{
    keyshare_card_write_options options = KEYSHARE_CARD_WRITE_INIT;
    const keyshare_image image = cards_bytes(cards, which);

    options.overwrite = overwrite;
    options.keep = keep;
    options.keep_count = count;
    before(cards);
    return keyshare_card_write(&cards->info, &cards->card, &image, &options);
}

keyshare_error
cards_write(struct cards *cards, enum cards_image which, int overwrite)
{
    return cards_write_keeping(cards, which, overwrite, NULL, 0);
}

keyshare_error
cards_read(struct cards *cards, keyshare_secret **image)
{
    before(cards);
    return keyshare_card_read(image, &cards->info, &cards->card);
}

keyshare_error
cards_inspect(struct cards *cards, keyshare_secret **open)
{
    before(cards);
    return keyshare_card_inspect(&cards->info, open, &cards->card);
}

keyshare_error
cards_erase(struct cards *cards, keyshare_secret **erased)
{
    before(cards);
    return keyshare_card_erase(&cards->info, erased, &cards->card);
}

bool
cards_is(const struct cards *cards, const keyshare_secret *secret,
    enum cards_image which)
{
    const keyshare_image image = cards_bytes(cards, which);

    return keyshare_secret_len(secret) == image.len &&
           memcmp(keyshare_secret_reveal(secret), image.bytes, image.len) == 0;
}

void
cards_holds(struct cards *cards, enum cards_image which)
{
    keyshare_secret *image;

    ck_assert_int_eq(cards_read(cards, &image), KEYSHARE_OK);
    ck_assert(cards_is(cards, image, which));
    ck_assert_int_eq(cards->info.state, KEYSHARE_CARD_WHOLE);
    keyshare_secret_free(&image);
}

void
cards_put(struct cards *cards, enum cards_image which, int overwrite)
{
    const keyshare_error error = cards_write(cards, which, overwrite);

    ck_assert_msg(error == KEYSHARE_OK, "%s, status %04x, file %04x",
        keyshare_error_name(error), cards->info.status, cards->info.file);
    ck_assert_int_eq(cards->info.state, KEYSHARE_CARD_WHOLE);
    cards_holds(cards, which);
}

const uint8_t *
cards_fingerprint(const struct cards *cards, size_t set)
{
    return keyshare_record_fingerprint(cards->sets[set].record);
}
