/* SPDX-License-Identifier: ISC */
/* The scheme gf256's values, and the SHA-256 tags that stand for them. */
#include "gf256_tags.h"

#include "ct.h"
#include "memory.h"

void
keyshare_gf256_key_tag(
    uint8_t *tag, const struct scheme_set *set, const uint8_t *extended_key)
{
    const struct part parts[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/gf256/key"),
        {set->key_context, sizeof set->key_context},
        {extended_key, gf256_value_len(set->key_len)},
    };

    keyshare_hash_sha256(tag, parts, 3);
}

void
keyshare_gf256_share_tag(uint8_t *tag, const struct scheme_set *set,
    unsigned index, const uint8_t *value)
{
    const uint8_t number = (uint8_t)index;
    const struct part parts[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/gf256/share"),
        {set->share_context, sizeof set->share_context},
        {&number, 1},
        {value, gf256_value_len(set->key_len)},
    };

    keyshare_hash_sha256(tag, parts, 4);
}

uint32_t
keyshare_gf256_key_matches(
    const struct scheme_set *set, const uint8_t *extended_key)
{
    uint8_t tag[GF256_TAG_SIZE];
    uint32_t same;

    keyshare_gf256_key_tag(tag, set, extended_key);
    same = keyshare_ct_equal(tag, set->commitments, sizeof tag);
    keyshare_memory_wipe(tag, sizeof tag);
    return same;
}

uint32_t
keyshare_gf256_share_matches(
    const struct scheme_set *set, unsigned index, const uint8_t *value)
{
    const uint8_t *right = set->commitments + index * GF256_TAG_SIZE;
    uint8_t tag[GF256_TAG_SIZE];
    uint32_t same;

    keyshare_gf256_share_tag(tag, set, index, value);
    same = keyshare_ct_equal(tag, right, sizeof tag);
    keyshare_memory_wipe(tag, sizeof tag);
    return same;
}
