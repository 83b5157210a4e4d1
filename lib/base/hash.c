/* SPDX-License-Identifier: ISC */
/* SHA-256 and SHA-512 over a list of parts, by libsodium.
 *
 * libsodium's hashing cannot fail: its return values are constants.
 */
#include "hash.h"

#include <sodium.h>

void
keyshare_hash_sha256(uint8_t *digest, const struct part *parts, size_t count)
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < count; i++)
        crypto_hash_sha256_update(&state, parts[i].bytes, parts[i].len);
    crypto_hash_sha256_final(&state, digest);
    sodium_memzero(&state, sizeof state);
}

void
keyshare_hash_sha512(uint8_t *digest, const struct part *parts, size_t count)
{
    crypto_hash_sha512_state state;

    crypto_hash_sha512_init(&state);
    for (size_t i = 0; i < count; i++)
        crypto_hash_sha512_update(&state, parts[i].bytes, parts[i].len);
    crypto_hash_sha512_final(&state, digest);
    sodium_memzero(&state, sizeof state);
}
