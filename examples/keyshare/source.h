/* SPDX-License-Identifier: ISC */
/* What is split or combined, as it is read: of any length, from a file, a pipe
 * or standard input, in large pieces. */
#ifndef SOURCE_H
#define SOURCE_H

#include "buffer.h"
#include "command.h"

struct source {
    const char *path;
    int file; /* open, or -1 */
    bool is_input;
    bool is_sized; /* a regular file: how long it is is known */
    uint64_t size; /* when it was opened */
};

#define SOURCE_INIT                                                            \
    {                                                                          \
        NULL, -1, false, false, 0                                              \
    }

/* Open a file. Where TAKES_INPUT is set "-" is standard input. What is secret
 * is not read from a terminal. */
enum status source_open(
    struct source *source, const char *path, bool takes_input);

/* Read WANTED bytes, fewer only where it ends. A signal that is held back
 * (interrupt.h) ends the waiting for a pipe. */
enum status source_read(
    const struct source *source, uint8_t *bytes, size_t wanted, size_t *len);

/* The last byte of a file that is one, without reading the rest. */
enum status source_last(const struct source *source, uint8_t *byte);

/* "PATH: why" on standard error. */
enum status source_fail(const struct source *source, int error);

void source_close(struct source *source);

#endif
