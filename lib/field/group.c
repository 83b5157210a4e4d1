/* SPDX-License-Identifier: ISC */
/* The group ristretto255, by libsodium. */
#include "group.h"

#include <sodium.h>

bool
keyshare_group_is_element(const uint8_t *bytes)
{
    /* libsodium 1.0.18 does not look at the top bit: it would take two
     * encodings of each element, and 0...080 for the identity. */
    return crypto_core_ristretto255_is_valid_point(bytes) == 1 &&
           (bytes[KEYSHARE_GROUP_SIZE - 1] & 0x80) == 0 &&
           !sodium_is_zero(bytes, KEYSHARE_GROUP_SIZE);
}

void
keyshare_group_mul_base(uint8_t *r, const uint8_t *s)
{
    (void)!crypto_scalarmult_ristretto255_base(r, s);
}

void
keyshare_group_mul(uint8_t *r, const uint8_t *s, const uint8_t *a)
{
    (void)!crypto_scalarmult_ristretto255(r, s, a);
}

void
keyshare_group_add(uint8_t *r, const uint8_t *a, const uint8_t *b)
{
    (void)crypto_core_ristretto255_add(r, a, b);
}

void
keyshare_group_from_hash(uint8_t *r, const uint8_t *bytes)
{
    (void)crypto_core_ristretto255_from_hash(r, bytes);
}
