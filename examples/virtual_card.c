/* SPDX-License-Identifier: ISC */
/* A transport: what a vendor writes for a reader of its own. Here the card
 * behind it is a program too: a DF with four files, and no PIN.
 *
 *     virtual_card
 *
 * Three such cards are written, and two of them give the key back. */
#include <keyshare.h>
#include <stdio.h>
#include <string.h>

#define CARDS 3
#define FILES 4

/* ---- The card: what it holds, and the five commands that it knows ---- */

struct virtual_card {
    int has_df;
    size_t size[FILES]; /* 0: the file is not there */
    uint8_t content[FILES][2048];
    unsigned file; /* that is selected; FILES: none */
};

/* SELECT, DELETE and CREATE FILE name a file in two bytes. */
static unsigned
answer_file(struct virtual_card *card, uint8_t ins, unsigned id, size_t size)
{
    const unsigned file = id - 0x4b00;

    card->file = FILES;
    if (id == 0x4b53 && ins != 0xa4)
        card->has_df = ins == 0xe0;
    if (id == 0x3f00 || id == 0x4b53)
        return id == 0x3f00 || card->has_df ? 0x9000 : 0x6a82;
    if (file >= FILES || (ins != 0xe0 && card->size[file] == 0))
        return 0x6a82;
    if (size > sizeof card->content[0])
        return 0x6a84;
    if (ins != 0xa4)
        card->size[file] = size;
    card->file = ins == 0xe4 ? FILES : file;
    return 0x9000;
}

/* One command and its response: what a reader's driver does. */
static keyshare_error
transmit(void *context, const uint8_t *command, size_t len, uint8_t *response,
    size_t size, size_t *received)
{
    struct virtual_card *card = context;
    const uint8_t *data = command + 5;
    const size_t at = (size_t)command[2] << 8 | command[3];
    const size_t count = len > 4 ? command[4] : 0;
    unsigned status = 0x6d00;

    *received = 0;
    if (command[1] == 0xa4 || command[1] == 0xe4)
        status =
            answer_file(card, command[1], (unsigned)data[0] << 8 | data[1], 0);
    if (command[1] == 0xe0) /* 62 L 82 01 type 83 02 file 80 02 size ... */
        status = answer_file(card, 0xe0, (unsigned)data[7] << 8 | data[8],
            (size_t)data[11] << 8 | data[12]);
    if (command[1] == 0xb0 || command[1] == 0xd6) {
        status = 0x9000;
        if (card->file == FILES)
            status = 0x6986;
        else if (at + count > card->size[card->file])
            status = 0x6b00;
        else if (command[1] == 0xd6)
            memcpy(card->content[card->file] + at, data, count);
        else if (count + 2 <= size)
            memcpy(response, card->content[card->file] + at, *received = count);
    }
    response[(*received)++] = (uint8_t)(status >> 8);
    response[(*received)++] = (uint8_t)status;
    return KEYSHARE_OK;
}

/* ---- Its use ---- */

static struct virtual_card chips[CARDS];

/* Say what failed. */
static int
failed(const char *what, keyshare_error error, const keyshare_card_info *info)
{
    fprintf(stderr, "%s: %s (the card says: %s)\n", what,
        keyshare_error_text(error), keyshare_card_status_text(info->status));
    return 1;
}

/* Put a share on a card, with its record. */
static keyshare_error
issue(keyshare_card_info *info, const keyshare_card *card,
    const keyshare_record *record, const keyshare_secret *share)
{
    keyshare_secret *image;
    keyshare_image bytes;
    keyshare_error error = keyshare_image_make(&image, record, share);

    if (error != KEYSHARE_OK)
        return error;
    bytes.bytes = keyshare_secret_reveal(image);
    bytes.len = keyshare_secret_len(image);
    error = keyshare_card_write(info, card, &bytes, NULL);
    keyshare_secret_free(&image);
    return error;
}

/* The way to a card. */
static keyshare_card_transport
transport_of(struct virtual_card *chip)
{
    keyshare_card_transport transport = KEYSHARE_CARD_TRANSPORT_INIT;

    transport.transmit = transmit;
    transport.context = chip;
    return transport;
}

/* Issue all cards, read back as many as the threshold says, recover. */
static int
run(const keyshare_record *record, keyshare_secret **shares)
{
    keyshare_card_info info = KEYSHARE_CARD_INFO_INIT;
    keyshare_secret *images[2] = {NULL, NULL};
    keyshare_image cards[2];
    keyshare_verdict verdicts[2];
    keyshare_secret *key = NULL;
    keyshare_error error = KEYSHARE_OK;

    for (int i = 0; i < CARDS && error == KEYSHARE_OK; i++) {
        const keyshare_card_transport transport = transport_of(&chips[i]);
        keyshare_card card = KEYSHARE_CARD_INIT;

        card.transport = &transport;
        error = issue(&info, &card, record, shares[i]);
        if (error == KEYSHARE_OK && i > 0)
            error = keyshare_card_read(&images[i - 1], &info, &card);
    }
    if (error == KEYSHARE_OK) {
        for (int i = 0; i < 2; i++) {
            cards[i].bytes = keyshare_secret_reveal(images[i]);
            cards[i].len = keyshare_secret_len(images[i]);
        }
        error = keyshare_recover(&key, verdicts, record, NULL, cards, 2);
    }
    if (error == KEYSHARE_OK)
        printf("%d cards written; 2 of them gave back %zu bytes\n", CARDS,
            keyshare_secret_len(key));
    keyshare_secret_free(&key);
    keyshare_secret_free(&images[0]);
    keyshare_secret_free(&images[1]);
    return error == KEYSHARE_OK ? 0 : failed("a card", error, &info);
}

int
main(void)
{
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_card_info info = KEYSHARE_CARD_INFO_INIT;
    keyshare_secret *shares[CARDS] = {NULL};
    keyshare_record *record = NULL;
    keyshare_secret *key = NULL;
    keyshare_error error;
    int status = 1;

    error = keyshare_policy_preset(&terms.policy, KEYSHARE_ROLE_TRANSFER);
    if (error == KEYSHARE_OK)
        error = keyshare_secret_generate(&key, 32, NULL);
    if (error == KEYSHARE_OK)
        error = keyshare_deal(&record, shares, &terms,
            keyshare_secret_reveal(key), keyshare_secret_len(key), NULL);
    if (error == KEYSHARE_OK)
        status = run(record, shares);
    else
        status = failed("dealing", error, &info);
    for (int i = 0; i < CARDS; i++)
        keyshare_secret_free(&shares[i]);
    keyshare_record_free(&record);
    keyshare_secret_free(&key);
    return status;
}
