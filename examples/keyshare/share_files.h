/* SPDX-License-Identifier: ISC */
/* The raw shares of one splitting, in a new directory: FILE.001 to FILE.255,
 * written side by side. All of them exist, or none. */
#ifndef SHARE_FILES_H
#define SHARE_FILES_H

#include "newdir.h"

struct share_files {
    struct newdir dir;
    const char *name; /* of what is split, without the path that it has */
    unsigned count;
    unsigned begun; /* so many are there, under temporary names or not */
    unsigned named; /* so many of them have theirs */
    int file[KEYSHARE_COUNT_MAX]; /* open while they are written, or -1 */
};

/* Whether shares of PATH can be written to DIR. Touches nothing, says what is
 * wrong. */
enum status share_files_open(struct share_files *files, const char *dir,
    const char *path, unsigned count);

/* Create all of them. From here on signals are held back (interrupt.h). */
enum status share_files_begin(struct share_files *files);

/* Write on in the share of an index. */
enum status share_files_write(
    struct share_files *files, unsigned index, const void *bytes, size_t len);

/* Bring all to the disk, and give all their names. */
enum status share_files_publish(struct share_files *files);

/* The path of the share of an index; the caller's to free. NULL: no memory. */
char *share_files_path(const struct share_files *files, unsigned index);

/* Leave nothing of what was written and not published. */
void share_files_close(struct share_files *files);

#endif
