/* SPDX-License-Identifier: ISC */
/* What people read: numbered steps on standard output, trouble on standard
 * error. Nothing secret is ever given to these functions. */
#ifndef SAY_H
#define SAY_H

#include <stdbool.h>
#include <stdint.h>

#include <keyshare.h>

#include "output.h"

/* The script of one ceremony step by step. */
struct say {
    bool quiet; /* a program is listening: it gets its object and no text */
    unsigned steps;
};

/* "1. Text", with the number of the step. */
void say_step(struct say *say, const char *format, ...) OUTPUT_FORMAT(2, 3);

/* A line that belongs to the step before it. */
void say_line(struct say *say, const char *format, ...) OUTPUT_FORMAT(2, 3);

/* A line for itself: the answer. */
void say_answer(struct say *say, const char *format, ...) OUTPUT_FORMAT(2, 3);

/* A fingerprint in hex, and in words as they are read aloud. */
void say_fingerprint(struct say *say, const uint8_t *fingerprint);

/* Bytes in hex, with a name before them; no more than a fingerprint has. */
void say_bytes(
    struct say *say, const char *name, const uint8_t *bytes, size_t len);

/* What a record says, but for its fingerprint. */
void say_record(struct say *say, const keyshare_record *record);

/* "keyshare: text" on standard error. */
void complain(const char *format, ...) OUTPUT_FORMAT(1, 2);

#endif
