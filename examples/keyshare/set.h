/* SPDX-License-Identifier: ISC */
/* The directory that a dealt set is written to: it exists whole or not at
 * all. Everything is written to DIR.partial, record.ks last, and DIR.partial
 * is renamed to DIR. */
#ifndef SET_H
#define SET_H

#include "command.h"

struct set {
    char *dir;        /* as it was asked for, without slashes at its end */
    char *partial;    /* the same, with .partial */
    const char *name; /* the last part of dir */
    int parent;       /* the open directory that it lies in, or -1 */
    int folder;       /* DIR.partial, open while it is written, or -1 */
    unsigned count;   /* cards of each copy */
    unsigned copies;
};

#define SET_INIT                                                               \
    {                                                                          \
        NULL, NULL, NULL, -1, -1, 0, 0                                         \
    }

/* Whether a set can be written at DIR. Touches nothing, says what is wrong. */
enum status set_open(
    struct set *set, const char *dir, unsigned count, unsigned copies);

/* Write all of it, or leave nothing; says what is wrong. Signals that come
 * meanwhile are held back until the command ends. */
enum status set_write(struct set *set, const keyshare_record *record,
    keyshare_secret *const *shares);

/* How many files there are: the record, then cards by index, then copies. */
size_t set_files(const struct set *set);

/* The path of file POSITION, 0 for the record; the caller's to free. NULL: no
 * memory. */
char *set_path(const struct set *set, size_t position);

void set_close(struct set *set);

#endif
