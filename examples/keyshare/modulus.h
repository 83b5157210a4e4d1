/* SPDX-License-Identifier: ISC */
/* A prime modulus, and numbers below it in hex: what --prime is about. */
#ifndef MODULUS_H
#define MODULUS_H

#include "buffer.h"
#include "options.h"
#include "source.h"

struct modulus {
    uint8_t bytes[KEYSHARE_RAW_PRIME_SIZE_MAX]; /* big-endian */
    size_t len;
};

/* The modulus that --prime names, or has in hex. */
enum status modulus_read(
    struct modulus *modulus, const struct options *options);

/* Read a number as wide as the modulus: MODULUS->len bytes. Whether it is
 * below it is for the library to say. */
enum status modulus_load(const struct modulus *modulus, uint8_t *number,
    const struct source *source);

/* Write a number in hex, with a newline: what its file holds. */
void modulus_text(
    const struct modulus *modulus, struct buffer *text, const uint8_t *number);

#endif
