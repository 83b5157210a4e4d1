/* SPDX-License-Identifier: ISC */
/* The encoded share E2, and a view into it.
 *
 *   80 version (01) . 81 index . 82 fingerprint of its record .
 *   83 value . 84 check: first 8 bytes of SHA-256 of 80..83 as encoded
 */
#ifndef SHARE_H
#define SHARE_H

#include <stddef.h>
#include <stdint.h>

#include <keyshare/error.h>

#define KEYSHARE_SHARE_TAG 0xe2

/** What an encoded share says. Pointers into its bytes: nothing is copied. */
struct share {
    unsigned index;
    const uint8_t *fingerprint; /**< 32 bytes */
    const uint8_t *value;
    size_t value_len;
};

/** Decode; LEN bytes, all of them the share.
 *
 * OK, FORMAT (index 0 too), VERSION, or DAMAGED if the check does not match;
 * SHARE is zeroed on failure.
 * @secret the value, the check
 */
keyshare_error keyshare_share_decode(
    struct share *share, const uint8_t *bytes, size_t len);

/** Bytes of an encoded share with a value of so many. */
size_t keyshare_share_size(size_t value_len);

/** Write all of a share but its fingerprint, value and check; the place of the
 * value, to be filled. bytes: keyshare_share_size(value_len) of them. */
uint8_t *keyshare_share_begin(uint8_t *bytes, unsigned index, size_t value_len);

/** Write fingerprint and check, the value being filled. @secret bytes */
void keyshare_share_seal(
    uint8_t *bytes, size_t value_len, const uint8_t *fingerprint);

#endif
