/* SPDX-License-Identifier: ISC */
/* One run of "keyshare combine". */
#ifndef COMBINING_H
#define COMBINING_H

#include <sodium.h>

#include "modulus.h"
#include "raw_files.h"
#include "say.h"
#include "target.h"

struct combining {
    const struct options *options;
    struct say say;
    enum raw_format format;
    struct modulus modulus; /* with --prime */
    struct source source[KEYSHARE_COUNT_MAX];
    uint8_t index[KEYSHARE_COUNT_MAX];
    unsigned count; /* of them */
    struct target target;
    int file; /* where the secret goes: open, standard output, or -1 */
    crypto_hash_sha256_state hash;
    uint8_t digest[crypto_hash_sha256_BYTES];
    uint64_t bytes; /* so long is the secret */
};

/* Combine bytes of any length. */
enum status combine_bytes(struct combining *combining);

/* Hand out a piece of the secret to where it is to go. */
enum status combining_write(
    struct combining *combining, const void *bytes, size_t len);

#endif
