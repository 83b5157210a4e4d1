/* SPDX-License-Identifier: ISC */
/* The scheme gf256's values, and the SHA-256 tags that stand for them. */
#ifndef GF256_TAGS_H
#define GF256_TAGS_H

#include "hash.h"
#include "scheme.h"

#define GF256_BLINDING_SIZE 32
#define GF256_TAG_SIZE      KEYSHARE_SHA256_SIZE

/** Bytes of an extended key, and of a share's value. */
static inline size_t
gf256_value_len(size_t key_len)
{
    return key_len + GF256_BLINDING_SIZE;
}

/** The key tag: SHA-256("libkeyshare/v1/gf256/key" | h_k | extended key).
 * @secret extended_key, and the tag until it is revealed */
void keyshare_gf256_key_tag(
    uint8_t *tag, const struct scheme_set *set, const uint8_t *extended_key);

/** A share's tag: SHA-256("libkeyshare/v1/gf256/share" | h_s | index | value).
 * @secret value, and the tag until it is revealed */
void keyshare_gf256_share_tag(uint8_t *tag, const struct scheme_set *set,
    unsigned index, const uint8_t *value);

/** All ones iff that is the tag in the set's commitments.
 * @secret extended_key, the mask */
uint32_t keyshare_gf256_key_matches(
    const struct scheme_set *set, const uint8_t *extended_key);

/** All ones iff that is the tag in the set's commitments.
 * @secret value, the mask */
uint32_t keyshare_gf256_share_matches(
    const struct scheme_set *set, unsigned index, const uint8_t *value);

#endif
