/* SPDX-License-Identifier: ISC */
/* HKDF with SHA-256 [RFC5869]: from a key to a pseudorandom key, and from that
 * to as many keys as are wanted, each for its info.
 *
 * [RFC5869] HMAC-based Extract-and-Expand Key Derivation Function.
 */
#ifndef HKDF_H
#define HKDF_H

#include "hash.h"

/** Bytes of a pseudorandom key. */
#define KEYSHARE_HKDF_KEY_SIZE KEYSHARE_SHA256_SIZE

/** The longest output: as many blocks as one byte counts ([RFC5869] 2.3). */
#define KEYSHARE_HKDF_OUTPUT_SIZE_MAX (255 * KEYSHARE_SHA256_SIZE)

/** pseudorandom = HKDF-Extract(salt, key). @secret pseudorandom, key */
void keyshare_hkdf_extract(uint8_t *pseudorandom, const uint8_t *salt,
    size_t salt_len, const uint8_t *key, size_t key_len);

/** output = HKDF-Expand(pseudorandom, info, LEN), LEN in 1..255 * 32. At most
 * KEYSHARE_HKDF_PARTS_MAX parts make the info. @secret output, pseudorandom */
#define KEYSHARE_HKDF_PARTS_MAX 8
void keyshare_hkdf_expand(uint8_t *output, size_t len,
    const uint8_t *pseudorandom, const struct part *info, size_t count);

#endif
