/* SPDX-License-Identifier: ISC */
/* A new directory: it exists whole or not at all.
 *
 * Its files are written into PATH.partial, which is renamed to PATH. Whoever
 * writes them holds signals back meanwhile (interrupt.h), and ends by
 * newdir_publish, or removes them again and calls newdir_abandon. */
#ifndef NEWDIR_H
#define NEWDIR_H

#include <stdbool.h>

#include "command.h"

struct newdir {
    char *path;       /* as it was asked for, without slashes at its end */
    char *partial;    /* the same, with .partial */
    const char *name; /* the last part of path */
    int parent;       /* the open directory that it lies in, or -1 */
    int folder;       /* PATH.partial, open while it is written, or -1 */
};

#define NEWDIR_INIT                                                            \
    {                                                                          \
        NULL, NULL, NULL, -1, -1                                               \
    }

/* Whether it can be made: there is no PATH, or an empty one. Touches nothing,
 * says what is wrong; but where PATH.partial is there, *IS_LEFT is set, and it
 * is the caller who says what it may hold. */
enum status newdir_open(struct newdir *newdir, const char *path, bool *is_left);

/* Make PATH.partial. */
enum status newdir_begin(struct newdir *newdir);

/* What PATH.partial is called in the directory that it lies in. */
const char *newdir_partial_name(const struct newdir *newdir);

/* Give it its name: from here on it exists. Where it may not survive a crash
 * this is said, and is STATUS_SYSTEM. */
enum status newdir_publish(struct newdir *newdir);

/* Remove PATH.partial, which is empty again, and say so if that fails. One
 * that exists, or was not begun, is left alone. */
enum status newdir_abandon(struct newdir *newdir);

/* Leave PATH.partial as it is: what is in it is still wanted. */
void newdir_leave(struct newdir *newdir);

void newdir_close(struct newdir *newdir);

#endif
