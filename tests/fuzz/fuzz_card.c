/* SPDX-License-Identifier: ISC */
/* A hostile card: whatever it answers, each operation ends with an error or
 * with what makes sense, after no more exchanges than the work can need, and
 * nothing is read or written beyond what the two buffers hold.
 *
 * The input: what is done, what lies on the card, and how it answers: either
 * all responses are the input's, or a good card's that the input meddles with.
 * Where the input ends it begins again, or the card is good from there on.
 */
#include <string.h>

#include <keyshare/card.h>

#include "fixed_sets.h"
#include "fuzz.h"
#include "softcard.h"

/* The bits of the input's first byte. */
enum {
    OPERATION = 3,  /* write, read, inspect, erase */
    HELD = 4,       /* there is an image on the card */
    RAW = 8,        /* the responses are the input's */
    ENDLESS = 16,   /* the input begins again when it ends */
    OVERWRITE = 32, /* of write */
    SHORT = 64,     /* the card takes short commands alone */
    WITHOUT_PIN = 128
};

/* A bound that no call may pass: erasing four files of 32 KiB by 16 bytes. */
#define EXCHANGES_MAX 200000

/* A card, and what it answers. */
static struct {
    struct softcard soft;
    const uint8_t *bytes;
    size_t size, at;
    unsigned mode;
    unsigned long exchanges;
    unsigned asked;
} hostile;

/* The input's next byte; false: there is none. */
static bool
next(uint8_t *byte)
{
    if (hostile.at == hostile.size && (hostile.mode & ENDLESS))
        hostile.at = 0;
    if (hostile.at == hostile.size)
        return false;
    *byte = hostile.bytes[hostile.at++];
    return true;
}

/* A command is one: header, lengths and data agree. */
static void
check_command(const uint8_t *command, size_t len)
{
    REQUIRE(len >= 4 && len <= KEYSHARE_CARD_COMMAND_EXTENDED);
    if (len <= 5)
        return;
    if (command[4] != 0) {
        REQUIRE(len == 5U + command[4] || len == 6U + command[4]);
        return;
    }
    REQUIRE(len >= 7);
    if (len > 7) {
        const size_t data = (size_t)command[5] << 8 | command[6];

        REQUIRE(len == 7 + data || len == 9 + data);
    }
}

/* A response of so many of the input's bytes; the length may be too large. */
static size_t
take_response(uint8_t *response, size_t size, size_t len)
{
    for (size_t i = 0; i < len && i < size; i++) {
        uint8_t byte = 0;

        (void)next(&byte);
        response[i] = byte;
    }
    return len;
}

/* Change what a good card has answered. */
static size_t
meddle(uint8_t *response, size_t size, size_t len, uint8_t how)
{
    uint8_t byte = 0;

    (void)next(&byte);
    switch (how & 7) {
    case 0: return byte < len ? byte : len;
    case 1: return take_response(response, size, 2);
    case 2: return take_response(response, size, byte);
    case 3: response[len - 2] = byte; return len;
    case 4: response[len - 1] = byte; return len;
    case 5: response[byte % len] ^= 1 << (how >> 3 & 7); return len;
    case 6: return size + byte;
    default: return len > 2 ? len - 1 : 0;
    }
}

static keyshare_error
transmit(void *context, const uint8_t *command, size_t len, uint8_t *response,
    size_t size, size_t *received)
{
    uint8_t how = 0;
    keyshare_error error;

    (void)context;
    check_command(command, len);
    REQUIRE(size >= KEYSHARE_CARD_RESPONSE_SHORT);
    REQUIRE(++hostile.exchanges <= EXCHANGES_MAX);
    memset(response, 0x5a, size);
    if (hostile.mode & RAW) {
        const bool there = next(&how);

        *received = take_response(response, size, how);
        return there ? KEYSHARE_OK : KEYSHARE_ERR_CARD_ABSENT;
    }
    error = softcard_transmit(
        &hostile.soft, command, len, response, size, received);
    if (error == KEYSHARE_OK && next(&how) && how >= 0x80)
        *received = meddle(response, size, *received, how);
    return error;
}

static int
ask(void *context, uint8_t *pin, size_t *len, int tries)
{
    (void)context;
    REQUIRE(tries >= KEYSHARE_CARD_TRIES_UNKNOWN && tries <= 15);
    REQUIRE(++hostile.asked == 1);
    memcpy(pin, "1234", 4);
    *len = 4;
    return 0;
}

static keyshare_card
card_of(const keyshare_card_transport *transport)
{
    keyshare_card card = KEYSHARE_CARD_INIT;

    card.transport = transport;
    card.ask_pin = hostile.mode & WITHOUT_PIN ? NULL : ask;
    return card;
}

/* The image that is written, and the one that is there: of either set. */
static const keyshare_image *
share_of(size_t set)
{
    return &fixed_set(set)->shares[0];
}

static void
begin(const uint8_t *data, size_t size)
{
    struct softcard_kind kind = softcard_usual();

    memset(&hostile, 0, sizeof hostile);
    hostile.mode = size > 0 ? data[0] : 0;
    kind.extended = (hostile.mode & SHORT) == 0;
    softcard_make(&hostile.soft, &kind, "1234");
    if ((hostile.mode & HELD) && !(hostile.mode & RAW)) {
        keyshare_card_transport transport = softcard_transport(&hostile.soft);
        const keyshare_card card = card_of(&transport);
        const keyshare_error error =
            keyshare_card_write(NULL, &card, share_of(0), NULL);

        /* Without a PIN it gets stuck half way, which is a state as well. */
        REQUIRE(error == KEYSHARE_OK || (hostile.mode & WITHOUT_PIN));
        softcard_reset(&hostile.soft);
    }
    hostile.asked = 0;
    hostile.bytes = size > 0 ? data + 1 : NULL;
    hostile.size = size > 0 ? size - 1 : 0;
    if (hostile.size == 0)
        hostile.mode &= ~(unsigned)ENDLESS;
}

/* What is told makes sense. */
static void
check_info(const keyshare_card_info *info, keyshare_error error)
{
    REQUIRE(info->size == sizeof *info);
    REQUIRE(info->state >= KEYSHARE_CARD_NONE &&
            info->state <= KEYSHARE_CARD_INCOMPLETE);
    REQUIRE(info->index <= 255 && (info->has_share || info->index == 0));
    REQUIRE(info->has_share || fuzz_zero(info->fingerprint, 32));
    REQUIRE(error != KEYSHARE_OK || (info->status == 0 && info->file == 0));
    REQUIRE(info->tries >= KEYSHARE_CARD_TRIES_UNKNOWN && info->tries <= 15);
    REQUIRE(
        error == KEYSHARE_OK || error == KEYSHARE_ERR_DAMAGED ||
        error == KEYSHARE_ERR_MEMORY ||
        (error >= KEYSHARE_ERR_CARD_ABSENT && error <= KEYSHARE_ERR_CARD_WORN));
}

/* What was read is an image, or of a version that is not known. */
static void
check_image(const keyshare_secret *secret)
{
    const keyshare_image image = {
        keyshare_secret_reveal(secret), keyshare_secret_len(secret)};
    keyshare_image_parts parts;

    REQUIRE(keyshare_image_take_apart(&parts, &image) == KEYSHARE_OK);
    REQUIRE(parts.share.len > 0 || parts.wrapped.len > 0);
}

static void
operate(const keyshare_card *card)
{
    keyshare_card_info info = KEYSHARE_CARD_INFO_INIT;
    keyshare_card_write_options options = KEYSHARE_CARD_WRITE_INIT;
    keyshare_secret *secret = NULL;
    keyshare_error error;

    options.overwrite = (hostile.mode & OVERWRITE) != 0;
    switch (hostile.mode & OPERATION) {
    case 0:
        error = keyshare_card_write(&info, card, share_of(1), &options);
        break;
    case 1:
        error = keyshare_card_read(&secret, &info, card);
        REQUIRE((error == KEYSHARE_OK) == (secret != NULL));
        if (secret != NULL)
            check_image(secret);
        break;
    case 2:
        error = keyshare_card_inspect(&info, &secret, card);
        REQUIRE(hostile.asked == 0 && info.changed == 0);
        break;
    default: error = keyshare_card_erase(&info, &secret, card); break;
    }
    REQUIRE(error == KEYSHARE_OK || secret == NULL);
    check_info(&info, error);
    keyshare_secret_free(&secret);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    keyshare_card_transport transport;
    keyshare_card card;

    fuzz_begin();
    begin(data, size);
    transport = softcard_transport(&hostile.soft);
    transport.transmit = transmit;
    card = card_of(&transport);
    operate(&card);
    return 0;
}
