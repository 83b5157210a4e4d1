/* SPDX-License-Identifier: ISC */
/* The one new file that a verb makes, and its copies: a key, or a card. Nothing
 * is ever replaced. */
#ifndef TARGET_H
#define TARGET_H

#include "buffer.h"
#include "options.h"

struct target {
    const char *path; /* as it was asked for; NULL: nowhere */
    const char *name; /* what it is called in its directory */
    int folder;       /* that directory, open, or -1 */
    unsigned copies;
    unsigned written;   /* so many copies are, under their temporary names */
    unsigned named;     /* so many of them have theirs */
    unsigned published; /* so many exist */
};

#define TARGET_INIT                                                            \
    {                                                                          \
        NULL, NULL, -1, 0, 0, 0, 0                                             \
    }

/* Whether so many copies can be written: card-3.ks, card-3-copy-2.ks and so
 * on. Touches nothing, says what is wrong. */
enum status target_open(struct target *target, const struct options *options,
    const char *path, unsigned copies);

/* Write all copies under temporary names. */
enum status target_write(struct target *target, const void *bytes, size_t len);

/* Or begin to write the one copy in pieces, under its temporary name, and
 * bring it to the disk, which closes FILE. */
enum status target_begin(struct target *target, int *file);
enum status target_end(const struct target *target, int file);

/* Read a copy, 1 or more, as it lies on the disk. */
enum status target_read_back(
    const struct target *target, struct buffer *bytes, unsigned copy);

/* Give all copies their names: from here on they exist. */
enum status target_publish(struct target *target);

/* The path of a copy; the caller's to free. NULL: no memory. */
char *target_path(const struct target *target, unsigned copy);

/* Leave nothing of what was written and not published. */
void target_close(struct target *target);

#endif
