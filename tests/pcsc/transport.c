/* SPDX-License-Identifier: ISC */
/* libkeyshare-pcsc, call by call: each line of the input names a function with
 * its argument, and is answered by the error's name and what came with it.
 *
 *   start   stop   readers   choose READER   wait MS   wait_removal MS
 *   connect   send HEX   send HEX SIZE   limits   atr   reset   disconnect
 *   misuse        every call with NULL, and in the wrong state
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <keyshare/error.h>
#include <keyshare/pcsc.h>

enum {
    LINE_SIZE = 4096
};

static keyshare_pcsc pcsc = KEYSHARE_PCSC_INIT;
static keyshare_card_transport transport = KEYSHARE_CARD_TRANSPORT_INIT;
static uint8_t response[KEYSHARE_CARD_RESPONSE_EXTENDED];

static void
put_hex(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        printf("%02X", bytes[i]);
    }
}

static keyshare_error
list(void)
{
    keyshare_pcsc_reader readers[KEYSHARE_PCSC_READERS_MAX];
    size_t count;
    keyshare_error error = keyshare_pcsc_readers(
        &pcsc, readers, KEYSHARE_PCSC_READERS_MAX, &count);

    printf("%zu", count);
    for (size_t i = 0; i < count; i++) {
        printf(";%s;%d", readers[i].name, readers[i].has_card);
    }
    if (error == KEYSHARE_OK && count > 1) {
        error = keyshare_pcsc_readers(&pcsc, readers, 1, &count);
        if (error != KEYSHARE_ERR_SPACE || count != 0 ||
            readers[0].name[0] != '\0') {
            return KEYSHARE_ERR_FAULT;
        }
        return KEYSHARE_OK;
    }
    return error;
}

static keyshare_error
send_hex(const char *words)
{
    uint8_t command[LINE_SIZE / 2];
    size_t len = 0, received = 1, size = sizeof(response);
    unsigned byte;
    const char *behind = strchr(words, ' ');
    keyshare_error error;

    while (words[2 * len] != '\0' && words[2 * len] != ' ' &&
           sscanf(words + 2 * len, "%2x", &byte) == 1) {
        command[len++] = (uint8_t)byte;
    }
    if (behind != NULL) {
        size = strtoul(behind, NULL, 10);
    }
    memset(response, 0xa5, sizeof(response));
    error = transport.transmit(
        transport.context, command, len, response, size, &received);
    if (error != KEYSHARE_OK && received != 0) {
        return KEYSHARE_ERR_FAULT;
    }
    for (size_t i = size; i < sizeof(response); i++) {
        if (response[i] != 0xa5) {
            return KEYSHARE_ERR_FAULT;
        }
    }
    put_hex(response, received);
    return error;
}

/* All that is refused before PC/SC is asked. */
static keyshare_error
misuse(void)
{
    keyshare_pcsc other = KEYSHARE_PCSC_INIT, small = KEYSHARE_PCSC_INIT;
    keyshare_card_transport way = KEYSHARE_CARD_TRANSPORT_INIT, none = way;
    keyshare_pcsc_reader reader;
    size_t count = 1;

    small.size--;
    none.size = 0;
    keyshare_pcsc_stop(NULL);
    keyshare_pcsc_disconnect(NULL);
    keyshare_pcsc_stop(&other);
    keyshare_pcsc_disconnect(&other);
    if (keyshare_pcsc_start(NULL) != KEYSHARE_ERR_ARGUMENT ||
        keyshare_pcsc_start(&small) != KEYSHARE_ERR_ARGUMENT ||
        keyshare_pcsc_readers(NULL, &reader, 1, &count) !=
            KEYSHARE_ERR_ARGUMENT ||
        count != 0 ||
        keyshare_pcsc_readers(&other, &reader, 1, NULL) !=
            KEYSHARE_ERR_ARGUMENT ||
        keyshare_pcsc_readers(&other, NULL, 1, &count) !=
            KEYSHARE_ERR_ARGUMENT ||
        keyshare_pcsc_choose(&other, NULL) != KEYSHARE_ERR_ARGUMENT ||
        keyshare_pcsc_wait(NULL, 0) != KEYSHARE_ERR_ARGUMENT ||
        keyshare_pcsc_wait_removal(NULL, 0) != KEYSHARE_ERR_ARGUMENT ||
        keyshare_pcsc_connect(&other, NULL) != KEYSHARE_ERR_ARGUMENT ||
        keyshare_pcsc_connect(&other, &none) != KEYSHARE_ERR_ARGUMENT ||
        keyshare_pcsc_reset(NULL) != KEYSHARE_ERR_ARGUMENT) {
        return KEYSHARE_ERR_FAULT;
    }
    if (keyshare_pcsc_readers(&other, &reader, 1, &count) !=
            KEYSHARE_ERR_STATE ||
        keyshare_pcsc_choose(&other, "0") != KEYSHARE_ERR_STATE ||
        keyshare_pcsc_wait(&other, 0) != KEYSHARE_ERR_STATE ||
        keyshare_pcsc_wait_removal(&other, 0) != KEYSHARE_ERR_STATE ||
        keyshare_pcsc_connect(&other, &way) != KEYSHARE_ERR_STATE ||
        way.transmit != NULL ||
        keyshare_pcsc_reset(&other) != KEYSHARE_ERR_STATE) {
        return KEYSHARE_ERR_FAULT;
    }
    return KEYSHARE_OK;
}

static keyshare_error
obey(const char *word, const char *rest)
{
    uint32_t ms = (uint32_t)strtoul(rest, NULL, 10);

    if (strcmp(word, "start") == 0) {
        return keyshare_pcsc_start(&pcsc);
    }
    if (strcmp(word, "stop") == 0) {
        keyshare_pcsc_stop(&pcsc);
        return KEYSHARE_OK;
    }
    if (strcmp(word, "readers") == 0) {
        return list();
    }
    if (strcmp(word, "choose") == 0) {
        return keyshare_pcsc_choose(&pcsc, rest);
    }
    if (strcmp(word, "wait") == 0) {
        return keyshare_pcsc_wait(&pcsc, ms);
    }
    if (strcmp(word, "wait_removal") == 0) {
        return keyshare_pcsc_wait_removal(&pcsc, ms);
    }
    if (strcmp(word, "connect") == 0) {
        return keyshare_pcsc_connect(&pcsc, &transport);
    }
    if (strcmp(word, "send") == 0) {
        return send_hex(rest);
    }
    if (strcmp(word, "limits") == 0) {
        printf("%zu %zu", transport.command_max, transport.response_max);
        return KEYSHARE_OK;
    }
    if (strcmp(word, "atr") == 0) {
        put_hex(transport.atr, transport.atr_len);
        return KEYSHARE_OK;
    }
    if (strcmp(word, "reset") == 0) {
        return keyshare_pcsc_reset(&pcsc);
    }
    if (strcmp(word, "disconnect") == 0) {
        keyshare_pcsc_disconnect(&pcsc);
        return KEYSHARE_OK;
    }
    return strcmp(word, "misuse") == 0 ? misuse() : KEYSHARE_ERR_FAULT;
}

int
main(void)
{
    char line[LINE_SIZE];

    while (fgets(line, sizeof(line), stdin) != NULL) {
        char *rest;
        keyshare_error error;
        line[strcspn(line, "\n")] = '\0';
        rest = line + strcspn(line, " ");
        if (*rest != '\0') {
            *rest++ = '\0';
        }
        error = obey(line, rest);
        printf(" %s\n", keyshare_error_name(error));
        fflush(stdout);
    }
    keyshare_pcsc_stop(&pcsc);
    return 0;
}
