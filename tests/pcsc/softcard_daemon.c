/* SPDX-License-Identifier: ISC */
/* A card made of software, in a virtual reader: softcard-daemon PORT.
 *
 * It plays the hand that holds the card: what it is to do comes line by line on
 * its input, and each line is answered by one, "ok" with what was asked for, or
 * "no" with the reason. It ends when its input does.
 *
 *   new FILE [pin=PIN] [NAME=VALUE]...  a new card in FILE; names as of struct
 *                           softcard_kind, values decimal
 *   insert FILE             put the card of FILE into the reader
 *   remove                  take it out
 *   fault AT MOMENT REPORT DONE ERASED  struct softcard_fault, by its numbers
 *   count                   struct softcard_count, and zero it
 *   content ID              an EF's bytes in hex, the identifier in hex too
 *   remembers HEX           whether these bytes are in the card's memory
 *
 * What the card is lies in its file, and is written there before the card
 * answers.
 *
 * To the driver (vpcd) it speaks two bytes of length and as many bytes: one
 * byte is for the power (0 off, 1 on, 2 reset, 4: send the answer to reset),
 * more are a command.
 */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "softcard.h"

enum {
    FRAME_MAX = 65535,
    LINE_MAX_BYTES = 8192,
    NO_LINE = -1
};
enum {
    POWER_OFF = 0,
    POWER_ON = 1,
    POWER_RESET = 2,
    POWER_ATR = 4
};

/** The reader's end. */
struct reader {
    struct softcard card;
    char path[1024];
    uint16_t port;
    int line; /**< the connection; NO_LINE: no card in the reader */
};

static void
say(const char *text)
{
    puts(text);
    fflush(stdout);
}

/* ---- The reader ---- */

static void
hang_up(struct reader *reader)
{
    if (reader->line != NO_LINE) {
        close(reader->line);
        reader->line = NO_LINE;
    }
    if (reader->card.present) {
        softcard_remove(&reader->card);
    }
}

static bool
send_frame(int line, const uint8_t *bytes, size_t len)
{
    uint8_t frame[2 + FRAME_MAX];
    size_t sent = 0;

    if (len > FRAME_MAX) {
        return false;
    }
    frame[0] = (uint8_t)(len >> 8);
    frame[1] = (uint8_t)len;
    memcpy(frame + 2, bytes, len);
    while (sent < len + 2) {
        ssize_t n = send(line, frame + sent, len + 2 - sent, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        sent += (size_t)n;
    }
    return true;
}

static bool
receive(int line, uint8_t *bytes, size_t len)
{
    return recv(line, bytes, len, MSG_WAITALL) == (ssize_t)len;
}

static bool
store(struct reader *reader)
{
    if (!reader->card.dirty) {
        return true;
    }
    reader->card.dirty = false;
    return softcard_save(&reader->card, reader->path);
}

/* One command; false: hang up. */
static bool
exchange(struct reader *reader, const uint8_t *command, size_t len)
{
    static uint8_t response[SOFTCARD_RESPONSE_MAX];
    size_t received;
    keyshare_error error = softcard_transmit(
        &reader->card, command, len, response, sizeof(response), &received);

    if (!store(reader) || error != KEYSHARE_OK) {
        return false;
    }
    /* A reader gives what it has of an answer; nothing is no frame. */
    if (received > 0 && !send_frame(reader->line, response, received)) {
        return false;
    }
    return reader->card.present;
}

/* What the driver wants; false: hang up. */
static bool
serve(struct reader *reader)
{
    static uint8_t frame[FRAME_MAX];
    uint8_t head[2];
    size_t len;

    if (!receive(reader->line, head, 2)) {
        return false;
    }
    len = (size_t)head[0] << 8 | head[1];
    if (!receive(reader->line, frame, len)) {
        return false;
    }
    if (len != 1) {
        return exchange(reader, frame, len);
    }
    if (frame[0] == POWER_ATR) {
        return send_frame(reader->line, reader->card.atr, reader->card.atr_len);
    }
    softcard_reset(&reader->card);
    return true;
}

/* The driver looks for a new card now and then; it may be late. */
static bool
dial(struct reader *reader)
{
    const struct timespec pause = {0, 20 * 1000000};
    struct sockaddr_in address;

    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_port = htons(reader->port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int tries = 0; tries < 250; tries++) {
        int line = socket(AF_INET, SOCK_STREAM, 0);
        if (line < 0) {
            return false;
        }
        if (connect(line, (struct sockaddr *)&address, sizeof(address)) == 0) {
            reader->line = line;
            return true;
        }
        close(line);
        nanosleep(&pause, NULL);
    }
    return false;
}

/* ---- The hand ---- */

/** A setting of a kind of card: its name, and where its value goes. */
static bool
set_kind(struct softcard_kind *kind, const char *name, unsigned long value)
{
    const struct {
        const char *name;
        size_t *size;
        bool *flag;
        uint8_t *byte;
    } settings[] = {
        {"memory", &kind->memory, NULL, NULL},
        {"transfer", &kind->transfer, NULL, NULL},
        {"padding", &kind->padding, NULL, NULL},
        {"pin_reference", NULL, NULL, &kind->pin_reference},
        {"pin_tries", NULL, NULL, &kind->pin_tries},
        {"pin_block", NULL, NULL, &kind->pin_block},
        {"fill", NULL, NULL, &kind->fill},
        {"stale", NULL, &kind->stale, NULL},
        {"t0", NULL, &kind->t0, NULL},
        {"extended", NULL, &kind->extended, NULL},
        {"chaining", NULL, &kind->chaining, NULL},
        {"get_response", NULL, &kind->get_response, NULL},
        {"exact", NULL, &kind->exact, NULL},
        {"forgetful", NULL, &kind->forgetful, NULL},
    };

    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        if (strcmp(name, settings[i].name) != 0) {
            continue;
        }
        if (settings[i].size != NULL) {
            *settings[i].size = value;
        } else if (settings[i].flag != NULL) {
            *settings[i].flag = value != 0;
        } else {
            *settings[i].byte = (uint8_t)value;
        }
        return true;
    }
    if (strcmp(name, "delay_ms") == 0) {
        kind->delay_ms = (unsigned)value;
    } else if (strcmp(name, "writes") == 0) {
        kind->writes = (unsigned)value;
    } else if (strcmp(name, "fixed") == 0) {
        kind->fixed = (uint16_t)value;
    } else if (strcmp(name, "rules") == 0) {
        kind->rules = (enum softcard_rules)value;
    } else if (strcmp(name, "create") == 0) {
        kind->create = (enum softcard_rule)value;
    } else if (strcmp(name, "read") == 0) {
        kind->read = (enum softcard_rule)value;
    } else if (strcmp(name, "update") == 0) {
        kind->update = (enum softcard_rule)value;
    } else {
        return false;
    }
    return true;
}

static void
make_new(char *words)
{
    static struct softcard card;
    struct softcard_kind kind = softcard_usual();
    char *path = strtok(words, " "), *pin = NULL, *word;

    while ((word = strtok(NULL, " ")) != NULL) {
        char *value = strchr(word, '=');
        if (value == NULL) {
            say("no such setting");
            return;
        }
        *value++ = '\0';
        if (strcmp(word, "pin") == 0) {
            pin = value;
        } else if (!set_kind(&kind, word, strtoul(value, NULL, 10))) {
            say("no such setting");
            return;
        }
    }
    softcard_make(&card, &kind, pin);
    say(path != NULL && softcard_save(&card, path) ? "ok" : "no file");
}

static void
insert(struct reader *reader, const char *path)
{
    if (reader->line != NO_LINE) {
        say("no, there is one in the reader");
        return;
    }
    if (strlen(path) >= sizeof(reader->path) ||
        !softcard_load(&reader->card, path)) {
        say("no card in that file");
        return;
    }
    memcpy(reader->path, path, strlen(path) + 1);
    if (!dial(reader)) {
        hang_up(reader);
        say("no reader");
        return;
    }
    say("ok");
}

static void
arm(struct reader *reader, const char *words)
{
    struct softcard_fault fault = {0};
    unsigned moment, report, erased;

    if (sscanf(words, "%lu %u %u %zu %u", &fault.at, &moment, &report,
            &fault.done, &erased) != 5) {
        say("no fault of that form");
        return;
    }
    fault.moment = (enum softcard_moment)moment;
    fault.report = (enum softcard_report)report;
    fault.erased = erased != 0;
    softcard_arm(&reader->card, &fault);
    say("ok");
}

static void
tell_count(struct reader *reader)
{
    const struct softcard_count *count = &reader->card.count;

    printf("ok %lu %lu %lu %lu %lu\n", count->apdus, count->sent,
        count->received, count->verifies, count->updates);
    fflush(stdout);
    memset(&reader->card.count, 0, sizeof(reader->card.count));
}

static void
tell_content(struct reader *reader, const char *id)
{
    size_t size;
    const uint8_t *content =
        softcard_content(&reader->card, (uint16_t)strtoul(id, NULL, 16), &size);

    if (content == NULL) {
        say("no such file");
        return;
    }
    fputs("ok ", stdout);
    for (size_t i = 0; i < size; i++) {
        printf("%02x", content[i]);
    }
    say("");
}

static void
tell_remembers(struct reader *reader, const char *hex)
{
    uint8_t bytes[LINE_MAX_BYTES / 2];
    size_t len = 0;
    unsigned byte;

    while (len < sizeof(bytes) && sscanf(hex + 2 * len, "%2x", &byte) == 1) {
        bytes[len++] = (uint8_t)byte;
    }
    say(len > 0 && softcard_remembers(&reader->card, bytes, len)
            ? "ok"
            : "no, it does not");
}

static void
obey(struct reader *reader, char *text)
{
    char *words = strchr(text, ' ');

    if (words != NULL) {
        *words++ = '\0';
    } else {
        words = text + strlen(text);
    }
    if (strcmp(text, "new") == 0) {
        make_new(words);
    } else if (strcmp(text, "insert") == 0) {
        insert(reader, words);
    } else if (strcmp(text, "remove") == 0) {
        hang_up(reader);
        say("ok");
    } else if (strcmp(text, "fault") == 0) {
        arm(reader, words);
    } else if (strcmp(text, "count") == 0) {
        tell_count(reader);
    } else if (strcmp(text, "content") == 0) {
        tell_content(reader, words);
    } else if (strcmp(text, "remembers") == 0) {
        tell_remembers(reader, words);
    } else {
        say("no such word");
    }
}

/* All lines that are there; false: the input is at its end. */
static bool
listen_to_hand(struct reader *reader)
{
    static char buffer[LINE_MAX_BYTES];
    static size_t len;
    ssize_t n = read(STDIN_FILENO, buffer + len, sizeof(buffer) - len);
    char *end;

    if (n <= 0) {
        return false;
    }
    len += (size_t)n;
    while ((end = memchr(buffer, '\n', len)) != NULL) {
        size_t used = (size_t)(end - buffer) + 1;
        *end = '\0';
        obey(reader, buffer);
        memmove(buffer, buffer + used, len - used);
        len -= used;
    }
    return len < sizeof(buffer);
}

int
main(int argc, char **argv)
{
    static struct reader reader;
    struct pollfd from[2] = {{STDIN_FILENO, POLLIN, 0}, {0, POLLIN, 0}};

    if (argc != 2) {
        fprintf(stderr, "usage: softcard-daemon PORT\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    reader.port = (uint16_t)strtoul(argv[1], NULL, 10);
    reader.line = NO_LINE;
    for (;;) {
        from[1].fd = reader.line;
        if (poll(from, 2, -1) < 0) {
            if (errno == EINTR) {
                continue;
            }
            break;
        }
        if (reader.line != NO_LINE && from[1].revents != 0 && !serve(&reader)) {
            hang_up(&reader);
        } else if (from[0].revents != 0 && !listen_to_hand(&reader)) {
            break;
        }
    }
    hang_up(&reader);
    return 0;
}
