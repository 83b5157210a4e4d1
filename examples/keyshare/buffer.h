/* SPDX-License-Identifier: ISC */
/* Bytes that grow, and that are wiped wherever they were.
 *
 * A card, a key, an answer with the key in it: all are secret, and all pass
 * through one of these, never through stdio.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer {
    uint8_t *bytes;
    size_t len;
    size_t size;
    bool failed; /* no memory: what was added since is lost */
};

#define BUFFER_INIT                                                            \
    {                                                                          \
        NULL, 0, 0, false                                                      \
    }

/* Overwrite with zeros, in a way that the compiler does not leave out. */
void wipe(void *bytes, size_t len);

/* Make room for MORE bytes behind those that are there. */
bool buffer_reserve(struct buffer *buffer, size_t more);

/* Add bytes; where there is no memory for them, buffer->failed is set. */
void buffer_add(struct buffer *buffer, const void *bytes, size_t len);

/* Wipe, free, and begin anew. */
void buffer_free(struct buffer *buffer);

#endif
