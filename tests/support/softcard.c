/* SPDX-License-Identifier: ISC */
/* The card's power and its line: commands taken apart and put together,
 * responses in pieces, and what goes wrong on the way. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "softcard_inside.h"

enum {
    INS_GET_RESPONSE = 0xc0,
    INS_VERIFY = 0x20,
    INS_READ = 0xb0
};

/* ---- Power ---- */

struct softcard_kind
softcard_usual(void)
{
    return (struct softcard_kind){
        .memory = SOFTCARD_MEMORY,
        .create = SOFTCARD_ALWAYS,
        .pin_reference = 1,
        .pin_tries = 3,
        .extended = true,
        .chaining = true,
    };
}

/* The answer to reset (ISO/IEC 7816-3:2006, 8.2): one protocol, and the
 * historical bytes, which say what the card can do (7816-4:2005, 8.1.1). */
static void
make_atr(struct softcard *card)
{
    const struct softcard_kind *kind = &card->eeprom.kind;
    const uint8_t capabilities =
        (uint8_t)((kind->chaining ? 0x80 : 0) | (kind->extended ? 0x40 : 0));
    const uint8_t historical[] = {0x80, 0x73, 0xb4, 0x21, capabilities};
    uint8_t *atr = card->atr, check = 0;
    size_t len = 0;

    atr[len++] = 0x3b;
    atr[len++] = (uint8_t)((kind->t0 ? 0x00 : 0x80) | sizeof(historical));
    if (!kind->t0) {
        atr[len++] = 0x01;
    }
    memcpy(atr + len, historical, sizeof(historical));
    len += sizeof(historical);
    if (!kind->t0) {
        for (size_t i = 1; i < len; i++) {
            check ^= atr[i];
        }
        atr[len++] = check;
    }
    card->atr_len = len;
}

void
softcard_reset(struct softcard *card)
{
    card->verified = false;
    card->df = 0;
    card->ef = 0;
    card->chain_len = 0;
    card->data_len = 0;
    card->data_start = 0;
    card->torn = false;
}

void
softcard_insert(struct softcard *card)
{
    softcard_reset(card);
    make_atr(card);
    card->present = true;
}

void
softcard_remove(struct softcard *card)
{
    softcard_reset(card);
    card->present = false;
}

void
softcard_make(
    struct softcard *card, const struct softcard_kind *kind, const char *pin)
{
    memset(card, 0, sizeof(*card));
    card->eeprom.kind = *kind;
    card->eeprom.files[0] =
        (struct softcard_file){.used = true, .df = true, .id = 0x3f00};
    if (pin != NULL) {
        size_t len = strlen(pin);
        len = len < SOFTCARD_PIN_MAX ? len : SOFTCARD_PIN_MAX;
        memcpy(card->eeprom.pin, pin, len);
        card->eeprom.pin_len = (uint8_t)len;
    }
    card->eeprom.tries_left = kind->pin_tries;
    if (card->eeprom.kind.memory > SOFTCARD_MEMORY) {
        card->eeprom.kind.memory = SOFTCARD_MEMORY;
    }
    softcard_insert(card);
}

void
softcard_arm(struct softcard *card, const struct softcard_fault *fault)
{
    card->fault = fault != NULL ? *fault : (struct softcard_fault){.at = 0};
    card->since = 0;
}

bool
softcard_step(struct softcard *card)
{
    if (!card->torn) {
        return true;
    }
    if (card->left == 0) {
        return false;
    }
    card->left--;
    return true;
}

/* ---- Commands ---- */

/* Take a command apart (7816-4:2005, 5.1); a status word. */
static uint16_t
parse(const struct softcard *card, const uint8_t *bytes, size_t len,
    struct softcard_command *command)
{
    size_t at = 5, rest;

    memset(command, 0, sizeof(*command));
    if (len < 4) {
        return STATUS_LENGTH;
    }
    command->cla = bytes[0];
    command->ins = bytes[1];
    command->p1 = bytes[2];
    command->p2 = bytes[3];
    if (len == 4) {
        return STATUS_DONE;
    }
    if (len == 5) {
        command->has_le = true;
        command->le = bytes[4];
        return STATUS_DONE;
    }
    command->extended = bytes[4] == 0;
    command->len = bytes[4];
    if (command->extended) {
        if (len < 7 || !card->eeprom.kind.extended) {
            return STATUS_LENGTH;
        }
        command->len = (size_t)bytes[5] << 8 | bytes[6];
        at = 7;
        if (len == 7) {
            command->has_le = true;
            command->le = command->len;
            command->len = 0;
            return STATUS_DONE;
        }
    }
    if (command->len == 0 || command->len > len - at) {
        return STATUS_LENGTH;
    }
    command->data = bytes + at;
    at += command->len;
    rest = len - at;
    if (rest != 0 && rest != (command->extended ? 2 : 1)) {
        return STATUS_LENGTH;
    }
    command->has_le = rest > 0;
    if (rest > 0) {
        command->le = command->extended ? (size_t)bytes[at] << 8 | bytes[at + 1]
                                        : bytes[at];
    }
    return STATUS_DONE;
}

/* Whether it is the class that the card knows, and not too long for it. */
static uint16_t
judge(const struct softcard *card, const struct softcard_command *command)
{
    size_t transfer = card->eeprom.kind.transfer;

    if ((command->cla & 0xe0) != 0) {
        return STATUS_CLA;
    }
    if ((command->cla & 0x03) != 0) {
        return STATUS_CHANNEL;
    }
    if ((command->cla & 0x0c) != 0) {
        return STATUS_SECURE_MESSAGING;
    }
    if ((command->cla & 0x10) != 0 && !card->eeprom.kind.chaining) {
        return STATUS_CHAINING;
    }
    return transfer != 0 && command->len > transfer ? STATUS_LENGTH
                                                    : STATUS_DONE;
}

/* A link of a chain: put behind what came before it. At the last one the
 * command's data becomes the whole. */
static uint16_t
link_chain(struct softcard *card, struct softcard_command *command, bool *whole)
{
    const uint8_t head[3] = {command->ins, command->p1, command->p2};
    bool more = (command->cla & 0x10) != 0;

    *whole = !more;
    if (card->chain_len == 0 && !more) {
        return STATUS_DONE;
    }
    if (card->chain_len > 0 && memcmp(head, card->chain_head, 3) != 0) {
        card->chain_len = 0;
        return STATUS_LAST_EXPECTED;
    }
    if (command->len > SOFTCARD_CHAIN_MAX - card->chain_len) {
        card->chain_len = 0;
        return STATUS_LENGTH;
    }
    memcpy(card->chain_head, head, 3);
    if (command->len > 0) {
        memcpy(card->chain + card->chain_len, command->data, command->len);
    }
    card->chain_len += command->len;
    if (!more) {
        command->data = card->chain;
        command->len = card->chain_len;
        card->chain_len = 0;
    }
    return STATUS_DONE;
}

/* ---- Responses ---- */

static void
respond(struct softcard *card, size_t len, uint16_t status)
{
    memcpy(card->response, card->data + card->data_start, len);
    card->response[len] = (uint8_t)(status >> 8);
    card->response[len + 1] = (uint8_t)status;
    card->response_len = len + 2;
    card->data_start += len;
    if (card->data_start == card->data_len) {
        card->data_start = 0;
        card->data_len = 0;
    }
}

/* How much may be asked for: xx of 61xx and 6Cxx, where 00 stands for 256. */
static uint8_t
offer(const struct softcard *card)
{
    size_t left = card->data_len - card->data_start;
    size_t transfer = card->eeprom.kind.transfer;

    left = left < 256 ? left : 256;
    left = transfer != 0 && transfer < left ? transfer : left;
    return (uint8_t)left;
}

static void
get_response(struct softcard *card, const struct softcard_command *command)
{
    size_t left = card->data_len - card->data_start;
    size_t len = offer(card);

    len = len == 0 ? 256 : len;
    if (left == 0) {
        respond(card, 0, STATUS_CONDITIONS);
    } else if (command->p1 != 0 || command->p2 != 0 || command->len > 0) {
        respond(card, 0, STATUS_P1P2);
    } else if (command->le > len ||
               (card->eeprom.kind.exact && command->le % 256 != len % 256)) {
        respond(card, 0, (uint16_t)(STATUS_EXACT | offer(card)));
    } else {
        len = command->le != 0 ? command->le : len;
        respond(card, len, STATUS_DONE);
        if (card->data_len > 0) {
            card->response[len] = STATUS_MORE >> 8;
            card->response[len + 1] = offer(card);
        }
    }
}

/* Deliver what a command gave: at once, or in pieces. */
static void
deliver(struct softcard *card, const struct softcard_command *command,
    uint16_t status)
{
    const struct softcard_kind *kind = &card->eeprom.kind;
    size_t most = command->extended ? 65536 : 256;
    size_t wanted = command->le == 0 ? most : command->le;

    if (card->data_len == 0) {
        respond(card, 0, status);
    } else if (kind->exact && command->ins == INS_READ &&
               (wanted != card->data_len)) {
        uint8_t xx = offer(card);
        card->data_len = 0;
        respond(card, 0, (uint16_t)(STATUS_EXACT | xx));
    } else if (kind->get_response) {
        respond(card, 0, (uint16_t)(STATUS_MORE | offer(card)));
    } else if (!command->has_le) {
        card->data_len = 0;
        respond(card, 0, status);
    } else if (wanted < card->data_len) {
        respond(card, wanted, (uint16_t)(STATUS_MORE | offer(card)));
        card->response[wanted + 1] = offer(card);
    } else {
        respond(card, card->data_len, status);
    }
}

static void
run(struct softcard *card, const uint8_t *bytes, size_t len)
{
    struct softcard_command command;
    uint16_t status = parse(card, bytes, len, &command);
    bool whole = true;

    if (status == STATUS_DONE) {
        status = judge(card, &command);
    }
    if (status == STATUS_DONE && command.ins == INS_GET_RESPONSE) {
        get_response(card, &command);
        return;
    }
    card->data_len = 0;
    card->data_start = 0;
    if (status == STATUS_DONE) {
        status = link_chain(card, &command, &whole);
    }
    if (status == STATUS_DONE && whole) {
        status = softcard_act(card, &command);
    }
    deliver(card, &command, status);
}

/* ---- The line ---- */

static void
wait_ms(unsigned ms)
{
    struct timespec time = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

    if (ms > 0) {
        nanosleep(&time, NULL);
    }
}

/* The card loses power in this command; what comes over the line then. */
static keyshare_error
vanish(struct softcard *card)
{
    enum softcard_report report = card->fault.report;
    size_t half = card->response_len / 2;

    softcard_remove(card);
    softcard_arm(card, NULL);
    card->response_len = report == SOFTCARD_HALF ? half : 0;
    return report == SOFTCARD_GONE ? KEYSHARE_ERR_CARD_ABSENT : KEYSHARE_OK;
}

static keyshare_error
power(struct softcard *card, const uint8_t *command, size_t len)
{
    bool now = card->fault.at != 0 && ++card->since == card->fault.at;

    card->response_len = 0;
    if (!card->present) {
        return KEYSHARE_ERR_CARD_ABSENT;
    }
    wait_ms(card->eeprom.kind.delay_ms);
    if (now && card->fault.moment == SOFTCARD_BEFORE) {
        return vanish(card);
    }
    card->torn = now && card->fault.moment == SOFTCARD_WITHIN;
    card->left = card->fault.done;
    run(card, command, len);
    card->torn = false;
    return now ? vanish(card) : KEYSHARE_OK;
}

keyshare_error
softcard_transmit(void *context, const uint8_t *command, size_t command_len,
    uint8_t *response, size_t size, size_t *received)
{
    struct softcard *card = context;
    keyshare_error error = power(card, command, command_len);

    *received = 0;
    if (error == KEYSHARE_OK && card->hook != NULL) {
        card->response_len = card->hook(card->hook_context, command,
            command_len, card->response, card->response_len);
    }
    card->count.apdus++;
    card->count.sent += command_len;
    card->count.received += card->response_len;
    if (error != KEYSHARE_OK) {
        return error;
    }
    if (card->response_len > size) {
        return KEYSHARE_ERR_CARD_IO;
    }
    memcpy(response, card->response, card->response_len);
    *received = card->response_len;
    return KEYSHARE_OK;
}

keyshare_card_transport
softcard_transport(struct softcard *card)
{
    keyshare_card_transport transport = KEYSHARE_CARD_TRANSPORT_INIT;

    transport.transmit = softcard_transmit;
    transport.context = card;
    transport.command_max = KEYSHARE_CARD_COMMAND_EXTENDED;
    transport.response_max = KEYSHARE_CARD_RESPONSE_EXTENDED;
    transport.atr = card->atr;
    transport.atr_len = card->atr_len;
    return transport;
}

/* ---- Files of cards ---- */

/* A file is for the program that wrote it: the structure as it lies in memory,
 * behind its size. */
bool
softcard_save(const struct softcard *card, const char *path)
{
    char partial[4096];
    const size_t size = sizeof(card->eeprom);
    FILE *file;
    bool good;

    if (snprintf(partial, sizeof(partial), "%s.partial", path) >=
        (int)sizeof(partial)) {
        return false;
    }
    file = fopen(partial, "wb");
    if (file == NULL) {
        return false;
    }
    good = fwrite(&size, sizeof(size), 1, file) == 1 &&
           fwrite(&card->eeprom, size, 1, file) == 1;
    good = fclose(file) == 0 && good;
    return good && rename(partial, path) == 0;
}

bool
softcard_load(struct softcard *card, const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t size = 0;
    bool good;

    if (file == NULL) {
        return false;
    }
    memset(card, 0, sizeof(*card));
    good = fread(&size, sizeof(size), 1, file) == 1 &&
           size == sizeof(card->eeprom) &&
           fread(&card->eeprom, size, 1, file) == 1;
    fclose(file);
    if (good) {
        softcard_insert(card);
    }
    return good;
}
