/* SPDX-License-Identifier: ISC */
/* What the operations exchange with a card: commands, and bytes both ways. A
 * count and no time, for that is the reader's and the card's; the card is
 * software, and asks for a PIN.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <keyshare.h>

#include "softcard.h"

static struct softcard card;

/* Nothing is measured where anything fails. */
static void
need(keyshare_error error, const char *what)
{
    if (error == KEYSHARE_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, keyshare_error_text(error));
    exit(1);
}

static int
ask(void *context, uint8_t *pin, size_t *len, int tries)
{
    (void)context;
    (void)tries;
    memcpy(pin, "123456", 6);
    *len = 6;
    return 0;
}

/* Do one operation on a card that was just put in, and print its row. */
static void
row(const char *set, const char *name, const char *form,
    keyshare_error (*operate)(
        const keyshare_card *to, const keyshare_image *image),
    const keyshare_image *image)
{
    keyshare_card_transport transport;
    keyshare_card to = KEYSHARE_CARD_INIT;

    softcard_reset(&card);
    transport = softcard_transport(&card);
    to.transport = &transport;
    to.ask_pin = ask;
    memset(&card.count, 0, sizeof card.count);
    need(operate(&to, image), name);
    printf("%-22s %6zu  %-16s %-9s %6lu %8lu %8lu\n", set, image->len, name,
        form, card.count.apdus, card.count.sent, card.count.received);
}

static keyshare_error
do_write(const keyshare_card *to, const keyshare_image *image)
{
    keyshare_card_write_options options = KEYSHARE_CARD_WRITE_INIT;

    options.overwrite = 1;
    return keyshare_card_write(NULL, to, image, &options);
}

static keyshare_error
do_read(const keyshare_card *to, const keyshare_image *image)
{
    keyshare_secret *read;
    keyshare_error error = keyshare_card_read(&read, NULL, to);

    (void)image;
    keyshare_secret_free(&read);
    return error;
}

static keyshare_error
do_inspect(const keyshare_card *to, const keyshare_image *image)
{
    keyshare_card_info info = KEYSHARE_CARD_INFO_INIT;
    keyshare_secret *open;
    keyshare_error error = keyshare_card_inspect(&info, &open, to);

    (void)image;
    keyshare_secret_free(&open);
    return error;
}

static keyshare_error
do_erase(const keyshare_card *to, const keyshare_image *image)
{
    (void)image;
    return keyshare_card_erase(NULL, NULL, to);
}

/* A card's life, with short commands and with extended ones. */
static void
rows(const char *set, const keyshare_image *image, const keyshare_image *next)
{
    for (int extended = 0; extended <= 1; extended++) {
        const char *form = extended ? "extended" : "short";
        struct softcard_kind kind = softcard_usual();

        kind.extended = extended;
        softcard_make(&card, &kind, "123456");
        row(set, "write, new card", form, do_write, image);
        row(set, "write, again", form, do_write, image);
        row(set, "read", form, do_read, image);
        row(set, "inspect", form, do_inspect, image);
        row(set, "write over", form, do_write, next);
        row(set, "erase", form, do_erase, next);
        row(set, "write, erased", form, do_write, image);
    }
}

static void
measure(keyshare_role role, const char *name, size_t key_len)
{
    static const uint8_t key[KEYSHARE_KEY_SIZE_MAX];
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_secret *shares[KEYSHARE_COUNT_MAX] = {NULL};
    keyshare_secret *secrets[2];
    keyshare_image images[2];
    keyshare_record *record;

    need(keyshare_policy_preset(&terms.policy, role), name);
    need(keyshare_deal(&record, shares, &terms, key, key_len, NULL), name);
    for (int i = 0; i < 2; i++) {
        need(keyshare_image_make(&secrets[i], record, shares[i]), name);
        images[i] = (keyshare_image){keyshare_secret_reveal(secrets[i]),
            keyshare_secret_len(secrets[i])};
    }
    rows(name, &images[0], &images[1]);
    for (int i = 0; i < 2; i++)
        keyshare_secret_free(&secrets[i]);
    for (unsigned i = 0; i < terms.policy.count; i++)
        keyshare_secret_free(&shares[i]);
    keyshare_record_free(&record);
}

int
main(void)
{
    printf("# exchanges with a card: commands, bytes sent, bytes received\n");
    printf("%-22s %6s  %-16s %-9s %6s %8s %8s\n", "# set", "image", "operation",
        "length", "APDUs", "sent", "received");
    measure(KEYSHARE_ROLE_RKSH, "pedersen 5-of-7 32 B", 32);
    measure(KEYSHARE_ROLE_CO, "pedersen 3-of-7 32 B", 32);
    measure(KEYSHARE_ROLE_RKSH, "pedersen 5-of-7 1 KiB", 1024);
    return 0;
}
