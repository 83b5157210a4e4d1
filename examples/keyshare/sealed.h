/* SPDX-License-Identifier: ISC */
/* Files that are authenticated under a key, and replaced whole or not at all:
 * what a device's directory is made of. A file stands for what its name says
 * and for nothing else. What can fail returns errno, 0 when done. */
#ifndef SEALED_H
#define SEALED_H

#include <stdbool.h>

#include <keyshare.h>

#include "buffer.h"

#define SEALED_KEY_SIZE 32
#define SEALED_TAG_SIZE 32

/* Read a file in the open directory, but no more than MAX + 1 bytes. */
int sealed_read(struct buffer *bytes, int folder, const char *name, size_t max);

/* Replace the file NAME, or make it, mode 0600: afterwards the old one or the
 * new one is there, and on the disk. */
int sealed_replace(int folder, const char *name, const void *bytes, size_t len);

/* The same with a tag behind the bytes. */
int sealed_write(int folder, const char *name, const uint8_t *key,
    const void *bytes, size_t len);

/* Whether what was read ends with the tag of NAME under KEY; that is taken
 * off. */
bool sealed_open(struct buffer *bytes, const char *name, const uint8_t *key);

/* What authenticates two pieces in a row under NAME. */
void sealed_tag(uint8_t *tag, const char *name, const uint8_t *key,
    const struct buffer *before, const void *bytes, size_t len);

/* Write a key with its check, by which a slip of the disk shows. */
int sealed_write_key(int folder, const char *name, const uint8_t *key);

/* Whether what was read is a key with its check; that is taken off. */
bool sealed_open_key(struct buffer *bytes);

#endif
