/* SPDX-License-Identifier: ISC */
/* The committed vectors, read at run time by Jansson. */
#ifndef VECTORS_H
#define VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/** Bytes that were hex. */
struct bytes {
    uint8_t *bytes;
    size_t len;
};

/** The file tests/vectors/NAME, whole; a failed assertion if there is none. */
json_t *vectors_load(const char *name);

/** How many elements an array of a file has, told outside of a test, where
 * nothing can be asserted; at least 1: whether they are there, the test says. */
int vectors_count(const char *name, const char *member);

/** The member of that name; a failed assertion if there is none. */
json_t *vectors_get(json_t *object, const char *name);

/** A string member, and one that is hex: the caller's to free. */
const char *vectors_text(json_t *object, const char *name);
struct bytes vectors_bytes(json_t *object, const char *name);

/** The bytes of a hex string: the caller's to free (never NULL). */
struct bytes vectors_hex(json_t *string);

#endif
