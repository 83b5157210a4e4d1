/* SPDX-License-Identifier: ISC */
/* Bytes that grow, and that are wiped wherever they were. */
#include "buffer.h"

#include <stdlib.h>
#include <string.h>

/* The compiler cannot know what is called, so it cannot leave the call out. */
static void *(*const volatile set_memory)(void *, int, size_t) = memset;

void
wipe(void *bytes, size_t len)
{
    if (len > 0)
        set_memory(bytes, 0, len);
}

bool
buffer_reserve(struct buffer *buffer, size_t more)
{
    size_t size = buffer->size < 512 ? 512 : buffer->size;
    uint8_t *bytes;

    if (more > SIZE_MAX / 2 - buffer->len) {
        buffer->failed = true;
        return false;
    }
    if (buffer->len + more <= buffer->size)
        return true;
    while (size < buffer->len + more)
        size *= 2;
    /* Not realloc: it would leave the old bytes behind unwiped. */
    bytes = malloc(size);
    if (bytes == NULL) {
        buffer->failed = true;
        return false;
    }
    if (buffer->len > 0)
        memcpy(bytes, buffer->bytes, buffer->len);
    wipe(buffer->bytes, buffer->size);
    free(buffer->bytes);
    buffer->bytes = bytes;
    buffer->size = size;
    return true;
}

void
buffer_add(struct buffer *buffer, const void *bytes, size_t len)
{
    if (len == 0 || !buffer_reserve(buffer, len))
        return;
    memcpy(buffer->bytes + buffer->len, bytes, len);
    buffer->len += len;
}

void
buffer_free(struct buffer *buffer)
{
    wipe(buffer->bytes, buffer->size);
    free(buffer->bytes);
    *buffer = (struct buffer)BUFFER_INIT;
}
