/* SPDX-License-Identifier: ISC */
/* What lies on the table when cards are judged: the record, what it is
 * expected to be, other records that are known, and the cards.
 *
 * verify, check and recover all begin and end with it. */
#ifndef TABLE_H
#define TABLE_H

#include "buffer.h"
#include "json.h"
#include "options.h"
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
    int *errors; /* of each file, 0: it was read */
    keyshare_verdict *verdicts;
};

/* Read all that the options name. STATUS_NO: the record or a known one is
 * not what it should be, and no card was looked at; the answer is still
 * given. Any other but STATUS_YES: there is none. */
enum status table_lay(struct table *table, const struct options *options);

/* How many of the cards are good. */
size_t table_good(const struct table *table);

/* Name the bad cards on standard error, and for people list all of them. */
void table_name_cards(struct table *table);

/* The members that all answers begin with. */
void table_json(const struct table *table, struct json *json);

/* Wipe the cards, free everything. */
void table_clear(struct table *table);

#endif
