/* SPDX-License-Identifier: ISC */
/* Files: read once and bounded, written whole or not at all.
 *
 * All of them are taken to be secret: no stdio, no copy left unwiped. What
 * can fail returns errno, 0 when done.
 */
#ifndef STORE_H
#define STORE_H

#include "buffer.h"

/* What the name of a file has at its end until all of it is written. */
#define STORE_PARTIAL ".partial"

/* Read an open file to its end, but no more than MAX + 1 bytes: that many
 * say that there are too many. */
int store_read(struct buffer *bytes, int file, size_t max);

/* The same for a file that is named. */
int store_load(struct buffer *bytes, const char *path, size_t max);

/* The same for a file that was written here, and as far as that is possible
 * from the disk, not from what the system remembers of it. */
int store_read_back(
    struct buffer *bytes, int folder, const char *name, size_t max);

/* Write all of it to an open file. */
int store_write(int file, const void *bytes, size_t len);

/* Begin a new file, mode 0600, which is written in pieces. */
int store_begin(int *file, int folder, const char *name);

/* Bring what was written to the disk. Closes FILE. */
int store_end(int file);

/* Write a new file, mode 0600, to the disk. A file that is there is never
 * replaced. On failure nothing of it is left.
 *
 * folder is an open directory, NAME a name in it.
 */
int store_create(int folder, const char *name, const void *bytes, size_t len);

/* Rename FROM to TO where there is no TO. */
int store_rename(int folder, const char *from, const char *to);

/* Create a file under a temporary name, then rename it. On failure nothing of
 * it is left. */
int store_save(int folder, const char *name, const void *bytes, size_t len);

/* Overwrite a file with zeros and remove it, as far as that is possible. */
void store_shred(int folder, const char *name);

/* Bring a directory's names to the disk. */
int store_sync(int folder);

/* Open the directory that PATH lies in; NAME is what it is called there (a
 * pointer into PATH). -1 and errno where that fails. */
int store_open_parent(const char *path, const char **name);

#endif
