/* SPDX-License-Identifier: ISC */
/* SHA-256, SHA-512 and HMAC-SHA-256 over a list of parts, by libsodium.
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

void
keyshare_hash_hmac_sha256(uint8_t *mac, const uint8_t *key, size_t key_len,
    const struct part *parts, size_t count)
{
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, key, key_len);
    for (size_t i = 0; i < count; i++)
        crypto_auth_hmacsha256_update(&state, parts[i].bytes, parts[i].len);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof state);
}
