/* SPDX-License-Identifier: ISC */
/* What lies on the table when cards are judged: the record, what it is
 * expected to be, other records that are known, and the cards.
 *
 * verify, check and recover all begin and end with it; so do repair, refresh
 * and reshare, which have one card at a time on it (maintain.h). */
#ifndef TABLE_H
#define TABLE_H

#include "buffer.h"
#include "json.h"
#include "options.h"
#include "place.h"
#include "say.h"

struct table {
    const struct options *options;
    struct say say;
    keyshare_record *record; /* NULL: the file had none in it */
    bool authenticated;      /* its fingerprint was expected, and is it */
    keyshare_expected expected;
    uint8_t fingerprint[KEYSHARE_FINGERPRINT_SIZE]; /* of expected */
    keyshare_record **known;
    size_t known_count;
    size_t count; /* cards; 0 where the record was refused */
    struct buffer *files;
    keyshare_image *images;
    struct trouble *troubles; /* why a card could not be read */
    unsigned *indices;        /* what the card says; 0: it says none */
    keyshare_verdict *verdicts;
};

/* Read all that the options name but the cards, which have places. STATUS_NO: the record or a known one is
 * not what it should be, and no card was looked at; the answer is still
 * given. Any other but STATUS_YES: there is none. */
enum status table_open(struct table *table, const struct options *options);

/* Read card I. One that cannot be read, or is too large for one, is judged as
 * if it were empty: damaged. AGAIN is the index by which a reader asks for a
 * card that was there before; 0: it was not. */
void table_read(struct table *table, size_t i, unsigned again);

/* Whether card I could not be read: troubles[I] says why. */
bool table_is_unread(const struct table *table, size_t i);

/* Wipe card I: it is off the table. */
void table_wipe(struct table *table, size_t i);

/* Open, and read all cards. */
enum status table_lay(struct table *table, const struct options *options);

/* How many of the cards are good. */
size_t table_good(const struct table *table);

/* For people: the line of card I. */
void table_list_card(struct table *table, size_t i);

/* Name card I on standard error, if it is a bad one. */
void table_name_bad(const struct table *table, size_t i);

/* Both, for all cards. */
void table_name_cards(struct table *table);

/* The members that all answers begin with. */
void table_json(const struct table *table, struct json *json);

/* The list of the cards, which is one of them. */
void table_json_cards(const struct table *table, struct json *json);

/* Wipe the cards, free everything. */
void table_clear(struct table *table);

#endif
