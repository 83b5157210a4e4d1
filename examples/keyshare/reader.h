/* SPDX-License-Identifier: ISC */
/* Cards in readers, in the place of files: "pcsc:" and the reader's name or
 * number.
 *
 * A reader has one card at a time, and may be named for several: whoever takes
 * one says whose turn it is. A card that was in the reader for another turn is
 * taken out first, and the next one waited for. */
#ifndef READER_H
#define READER_H

#include "command.h"

#include <stdbool.h>

#define READER_PREFIX "pcsc:"

/* Whether PATH names a reader, not a file. */
bool reader_is(const char *path);

/* Whether this command was built with readers; what to do if it was not. */
bool reader_is_supported(void);
extern const char reader_how_to_get[];

struct reader;

/* A turn is the place of an argument, or one of these: any card that is in the
 * reader, which is then there for others as if it had not been looked at; or
 * one that has not been in it for any turn. */
#define READER_ANY  SIZE_MAX
#define READER_NEXT (SIZE_MAX - 1)

/* Take the card for a turn: wait for it, having said so on standard error, and
 * connect. WHAT is it that is asked for, such as "the next card".
 *
 * Without a terminal on standard input it is waited for READER_PATIENCE seconds
 * at most. A signal that is held back ends it, too (interrupt.h). */
keyshare_error reader_take(
    struct reader **reader, const char *path, size_t turn, const char *what);

#define READER_PATIENCE 300

/* Whether the card did not come in time, or a signal did. */
bool reader_gave_up(const struct reader *reader);

/* The card that was taken. */
const keyshare_card *reader_card(const struct reader *reader);

/* The reader's name. */
const char *reader_name(const struct reader *reader);

/* Reset the card: its PIN is forgotten, and it is still taken. */
keyshare_error reader_reset(struct reader *reader);

/* Let go of the card: it is reset, and its PIN forgotten. NULL: nothing. */
void reader_let_go(struct reader *reader);

/* The card that PATH had last was not the one: the next turn gets another. */
void reader_refuse(const char *path);

/* All readers, by number, as far as there is room. */
struct reader_entry {
    char name[128];
    bool has_card;
};
#define READERS_MAX 16
keyshare_error reader_list(struct reader_entry *entries, size_t *count);

/* Close all of them. */
void reader_end(void);

/* Why a card or a file could not be read or written. */
struct trouble {
    enum status status; /* STATUS_YES: there is none */
    char text[256];
};

/* What ERROR means, and what the card said, where INFO is given. */
void trouble_with_card(struct trouble *trouble, keyshare_error error,
    const keyshare_card_info *info);

#endif
