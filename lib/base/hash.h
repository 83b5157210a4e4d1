/* SPDX-License-Identifier: ISC */
/* SHA-256, SHA-512 and HMAC-SHA-256 over a list of parts, as if they stood in
 * one row. */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

#define KEYSHARE_SHA256_SIZE 32
#define KEYSHARE_SHA512_SIZE 64

/** Bytes that are hashed; NULL if len is 0. */
struct part {
    const void *bytes;
    size_t len;
};

/** A string literal without its terminator, as a part. */
#define KEYSHARE_PART_TEXT(literal)                                            \
    {                                                                          \
        (literal), sizeof(literal) - 1                                         \
    }

/** digest = SHA-256 of the parts. @secret digest, parts */
void keyshare_hash_sha256(
    uint8_t *digest, const struct part *parts, size_t count);

/** digest = SHA-512 of the parts. @secret digest, parts */
void keyshare_hash_sha512(
    uint8_t *digest, const struct part *parts, size_t count);

/** mac = HMAC-SHA-256 of the parts, 32 bytes; the key has any length.
 * @secret mac, key, parts */
void keyshare_hash_hmac_sha256(uint8_t *mac, const uint8_t *key, size_t key_len,
    const struct part *parts, size_t count);

#endif
