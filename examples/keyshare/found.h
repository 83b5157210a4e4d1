/* SPDX-License-Identifier: ISC */
/* What is in a file or on a card, as far as it can be shown. */
#ifndef FOUND_H
#define FOUND_H

#include "json.h"
#include "place.h"
#include "record_file.h"
#include "say.h"

struct found {
    const char *path;
    struct buffer bytes;     /* what all others point into */
    keyshare_card_info info; /* what a card says of itself */
    keyshare_record *record;
    unsigned index; /* of the share; 0: there is none to be shown */
    uint8_t named[KEYSHARE_FINGERPRINT_SIZE]; /* the record it names */
    keyshare_wrapped wrapped;                 /* len 0: there is none */
    const char *error;                        /* NULL: all is well */
    struct fault fault;                       /* room for it */
    struct trouble trouble;                   /* and for this */
    enum status status;
};

/* Nothing yet. */
void found_open(struct found *found, const char *path);

/* Look into it; no PIN is asked for. TURN is for a reader (reader.h). What is
 * wrong is in found->error. */
void found_look(struct found *found, size_t turn);

/* Take IMAGE for what was found, or where it is NULL the bytes that are there;
 * found->info stays. */
void found_take(struct found *found, const keyshare_secret *image);

/* Take what an inspection gave: found->info, and OPEN, which may be NULL. That a
 * card is empty is no error here. */
void found_take_open(struct found *found, const keyshare_secret *open);

/* The lines that show it, and the members that hold it. */
void found_say(struct say *say, const struct found *found);
void found_json(struct json *json, const struct found *found);

void found_close(struct found *found);

#endif
