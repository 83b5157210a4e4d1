/* SPDX-License-Identifier: ISC */
/* Cards in readers that PC/SC serves. */
#include "reader.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <keyshare/pcsc.h>

#include "interrupt.h"
#include "prompt.h"
#include "say.h"
#include "text.h"

/* How long a signal may wait to be seen. */
#define GLANCE_MS 500

/* A card that another program holds is tried again for ten seconds, and that
 * is said after one. */
#define BUSY_TRIES  40
#define BUSY_SILENT 4
static const struct timespec busy_pause = {0, 250 * 1000000L};

struct reader {
    struct reader *next;
    keyshare_pcsc pcsc;
    keyshare_card_transport transport;
    keyshare_card card;
    size_t turn; /* whose card is in it; READER_ANY: nobody's yet */
    bool gave_up;
};

/* Those that were named, once each: two names may be one reader's. */
static struct reader *readers;

const char reader_how_to_get[] = "";

bool
reader_is_supported(void)
{
    return true;
}

/* ---- Readers ---- */

/* Take up a reader that is new here; otherwise the one that is known. */
static struct reader *
keep(struct reader *opened)
{
    struct reader *known = readers;

    while (
        known != NULL && strcmp(known->pcsc.reader, opened->pcsc.reader) != 0)
        known = known->next;
    if (known != NULL) {
        keyshare_pcsc_stop(&opened->pcsc);
        free(opened);
        return known;
    }
    opened->next = readers;
    readers = opened;
    return opened;
}

static keyshare_error
open_reader(struct reader **reader, const char *path)
{
    const keyshare_pcsc none = KEYSHARE_PCSC_INIT;
    const keyshare_card nothing = KEYSHARE_CARD_INIT;
    struct reader *opened = calloc(1, sizeof *opened);
    keyshare_error error;

    *reader = NULL;
    if (opened == NULL)
        return KEYSHARE_ERR_MEMORY;
    opened->pcsc = none;
    opened->card = nothing;
    opened->turn = READER_ANY;
    error = keyshare_pcsc_start(&opened->pcsc);
    if (error == KEYSHARE_OK) {
        error =
            keyshare_pcsc_choose(&opened->pcsc, path + strlen(READER_PREFIX));
    }
    if (error != KEYSHARE_OK) {
        keyshare_pcsc_stop(&opened->pcsc);
        free(opened);
        return error;
    }
    *reader = keep(opened);
    return KEYSHARE_OK;
}

void
reader_end(void)
{
    while (readers != NULL) {
        struct reader *next = readers->next;

        keyshare_pcsc_stop(&readers->pcsc);
        free(readers);
        readers = next;
    }
}

const char *
reader_name(const struct reader *reader)
{
    return reader->pcsc.reader;
}

bool
reader_gave_up(const struct reader *reader)
{
    return reader != NULL && reader->gave_up;
}

keyshare_error
reader_list(struct reader_entry *entries, size_t *count)
{
    keyshare_pcsc pcsc = KEYSHARE_PCSC_INIT;
    keyshare_pcsc_reader found[READERS_MAX];
    keyshare_error error = keyshare_pcsc_start(&pcsc);

    _Static_assert(READERS_MAX == KEYSHARE_PCSC_READERS_MAX &&
                       sizeof entries->name == sizeof found->name,
        "room for all there can be");
    *count = 0;
    if (error == KEYSHARE_OK)
        error = keyshare_pcsc_readers(&pcsc, found, READERS_MAX, count);
    for (size_t i = 0; error == KEYSHARE_OK && i < *count; i++) {
        memcpy(entries[i].name, found[i].name, sizeof found[i].name);
        entries[i].has_card = found[i].has_card != 0;
    }
    keyshare_pcsc_stop(&pcsc);
    return error;
}

/* ---- Cards ---- */

static keyshare_error
wait_a_moment(struct reader *reader, bool present)
{
    return present ? keyshare_pcsc_wait(&reader->pcsc, GLANCE_MS)
                   : keyshare_pcsc_wait_removal(&reader->pcsc, GLANCE_MS);
}

/* Until there is a card in it, or none. */
static keyshare_error
wait_for(struct reader *reader, bool present)
{
    const keyshare_error yet =
        present ? KEYSHARE_ERR_CARD_ABSENT : KEYSHARE_ERR_LIMIT;
    const bool is_patient = isatty(STDIN_FILENO) == 1;
    keyshare_error error;
    unsigned long waited = 0;

    while ((error = wait_a_moment(reader, present)) == yet) {
        waited += GLANCE_MS;
        if (interrupt_pending() ||
            (!is_patient && waited >= READER_PATIENCE * 1000UL)) {
            reader->gave_up = true;
            return KEYSHARE_ERR_CARD_ABSENT;
        }
    }
    return error;
}

/* Say what is waited for, and how long. */
static void
ask(const struct reader *reader, const char *path, const char *verb,
    const char *what)
{
    struct shown text;
    char name[sizeof reader->pcsc.reader * 4 + 1];

    memcpy(name, shown(&text, reader->pcsc.reader), sizeof name - 1);
    name[sizeof name - 1] = '\0';
    if (isatty(STDIN_FILENO) == 1) {
        complain("%s (%s): %s %s", shown(&text, path), name, verb, what);
    } else {
        complain("%s (%s): %s %s; waiting for %d s at most", shown(&text, path),
            name, verb, what, READER_PATIENCE);
    }
}

static keyshare_error
await_card(
    struct reader *reader, const char *path, size_t turn, const char *what)
{
    bool is_used = turn != READER_ANY && reader->turn != READER_ANY &&
                   (turn == READER_NEXT || turn != reader->turn);
    keyshare_error error;

    if (is_used && keyshare_pcsc_wait(&reader->pcsc, 0) == KEYSHARE_OK) {
        ask(reader, path, "take the card out, and insert", what);
        error = wait_for(reader, false);
        return error == KEYSHARE_OK ? wait_for(reader, true) : error;
    }
    error = keyshare_pcsc_wait(&reader->pcsc, 0);
    if (error != KEYSHARE_ERR_CARD_ABSENT)
        return error;
    ask(reader, path, "insert", what);
    return wait_for(reader, true);
}

/* Connect. A program that has just ended, or looks at every card that comes,
 * lets go of it soon. */
static keyshare_error
connect_card(struct reader *reader, const char *path)
{
    struct shown text;

    for (unsigned tries = 1;; tries++) {
        keyshare_error error =
            keyshare_pcsc_connect(&reader->pcsc, &reader->transport);

        if (error != KEYSHARE_ERR_READER_BUSY || tries == BUSY_TRIES ||
            interrupt_pending()) {
            return error;
        }
        if (tries == BUSY_SILENT)
            complain("%s: waiting: another program holds the card",
                shown(&text, path));
        nanosleep(&busy_pause, NULL);
    }
}

keyshare_error
reader_take(
    struct reader **reader, const char *path, size_t turn, const char *what)
{
    const keyshare_card_transport none = KEYSHARE_CARD_TRANSPORT_INIT;
    struct reader *taken;
    keyshare_error error = open_reader(reader, path);

    if (error != KEYSHARE_OK)
        return error;
    taken = *reader;
    taken->gave_up = false;
    error = await_card(taken, path, turn, what);
    /* A card that does not work has had its turn, too. */
    if (error == KEYSHARE_OK && turn != READER_ANY)
        taken->turn = turn;
    taken->transport = none;
    if (error == KEYSHARE_OK)
        error = connect_card(taken, path);
    taken->card.transport = &taken->transport;
    taken->card.ask_pin = prompt_pin;
    taken->card.ask_context = taken->pcsc.reader;
    return error;
}

const keyshare_card *
reader_card(const struct reader *reader)
{
    return &reader->card;
}

keyshare_error
reader_reset(struct reader *reader)
{
    return keyshare_pcsc_reset(&reader->pcsc);
}

void
reader_let_go(struct reader *reader)
{
    if (reader != NULL)
        keyshare_pcsc_disconnect(&reader->pcsc);
}

void
reader_refuse(const char *path)
{
    struct reader *reader;

    if (open_reader(&reader, path) == KEYSHARE_OK)
        reader->turn = READER_NEXT;
}
