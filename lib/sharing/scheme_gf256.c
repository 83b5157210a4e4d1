/* SPDX-License-Identifier: ISC */
/* The scheme gf256: Shamir over GF(2^8), with SHA-256 tags as commitments.
 *
 * What is shared is the extended key: the key and 32 random bytes, the
 * blinding, so that hashes of it reveal nothing. Commitments: the key tag,
 * then a tag per share. The tags bind values to a lineage (h_k) and to a
 * record (h_s). There is no proof.
 */
#include "scheme.h"

#include <string.h>

#include "block.h"
#include "ct.h"
#include "hash.h"
#include "memory.h"
#include "reveal.h"
#include "shamir.h"

#define BLINDING_SIZE 32
#define TAG_SIZE      KEYSHARE_SHA256_SIZE

static size_t
value_len(size_t key_len)
{
    return key_len + BLINDING_SIZE;
}

static size_t
commitments_len(size_t threshold, size_t count, size_t key_len)
{
    (void)threshold;
    (void)key_len;
    return TAG_SIZE * (1 + count);
}

static void
make_key_tag(
    uint8_t *tag, const struct scheme_set *set, const uint8_t *extended_key)
{
    const struct part parts[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/gf256/key"),
        {set->key_context, sizeof set->key_context},
        {extended_key, value_len(set->key_len)},
    };

    keyshare_hash_sha256(tag, parts, 3);
}

static void
make_share_tag(uint8_t *tag, const struct scheme_set *set, unsigned index,
    const uint8_t *value)
{
    const uint8_t number = (uint8_t)index;
    const struct part parts[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/gf256/share"),
        {set->share_context, sizeof set->share_context},
        {&number, 1},
        {value, value_len(set->key_len)},
    };

    keyshare_hash_sha256(tag, parts, 4);
}

/* Any bytes may be a tag. */
static bool
commitments_canonical(const struct scheme_set *set)
{
    (void)set;
    return true;
}

static bool
same_key(const struct scheme_set *a, const struct scheme_set *b)
{
    return memcmp(a->commitments, b->commitments, TAG_SIZE) == 0;
}

/* Tags of shares are bound to their record: that they differ says nothing. */
static bool
is_stuck(const struct scheme_set *next, const struct scheme_set *previous)
{
    (void)next;
    (void)previous;
    return false;
}

/* There is no proof that could be wrong. */
static bool
no_proof(const struct scheme_set *set, void *room)
{
    (void)set;
    (void)room;
    return true;
}

static void
prove_nothing(const struct scheme_set *set, uint8_t *proof, const uint8_t *key,
    const uint8_t *coins, void *room)
{
    (void)set;
    (void)proof;
    (void)key;
    (void)coins;
    (void)room;
}

/* The blinding, then the coefficients above the constant one. */
static size_t
coins_len(const struct scheme_set *set)
{
    return BLINDING_SIZE + (set->threshold - 1) * value_len(set->key_len);
}

struct deal_room {
    uint8_t *extended_key;
    uint8_t *value;
    const uint8_t **coefficients;
};

static size_t
lay_out_deal(struct deal_room *room, const struct scheme_set *set, void *start)
{
    struct block block = {start, 0};

    room->extended_key = keyshare_block_take(&block, value_len(set->key_len));
    room->value = keyshare_block_take(&block, value_len(set->key_len));
    room->coefficients = keyshare_block_take(
        &block, set->threshold * sizeof *room->coefficients);
    return block.used;
}

static size_t
deal_room(const struct scheme_set *set)
{
    struct deal_room room;

    return lay_out_deal(&room, set, NULL);
}

static uint32_t
deal(const struct scheme_set *set, uint8_t *commitments, uint8_t *const *values,
    const uint8_t *key, const uint8_t *coins, void *start)
{
    const size_t len = value_len(set->key_len);
    struct deal_room room;
    uint32_t stuck = keyshare_ct_all_zero(coins, BLINDING_SIZE);

    lay_out_deal(&room, set, start);
    memcpy(room.extended_key, key, set->key_len);
    memcpy(room.extended_key + set->key_len, coins, BLINDING_SIZE);
    room.coefficients[0] = room.extended_key;
    for (size_t k = 1; k < set->threshold; k++) {
        room.coefficients[k] = coins + BLINDING_SIZE + (k - 1) * len;
        stuck |= keyshare_ct_all_zero(room.coefficients[k], len);
    }
    make_key_tag(commitments, set, room.extended_key);
    for (unsigned i = 1; i <= set->count; i++) {
        keyshare_shamir_evaluate(
            values[i - 1], (uint8_t)i, room.coefficients, set->threshold, len);
        make_share_tag(commitments + i * TAG_SIZE, set, i, values[i - 1]);
    }
    keyshare_reveal_bytes(commitments,
        commitments_len(set->threshold, set->count, set->key_len),
        REVEAL_COMMITMENT);
    return stuck;
}

/* All ones iff the extended key is the one that is tagged. */
static uint32_t
key_matches(const struct scheme_set *set, const uint8_t *extended_key)
{
    uint8_t tag[TAG_SIZE];
    uint32_t same;

    make_key_tag(tag, set, extended_key);
    same = keyshare_ct_equal(tag, set->commitments, TAG_SIZE);
    keyshare_memory_wipe(tag, sizeof tag);
    return same;
}

static uint32_t
verify(const struct scheme_set *set, unsigned index, const uint8_t *value)
{
    uint8_t tag[TAG_SIZE];
    uint32_t same;

    make_share_tag(tag, set, index, value);
    same =
        keyshare_ct_equal(tag, set->commitments + index * TAG_SIZE, TAG_SIZE);
    keyshare_memory_wipe(tag, sizeof tag);
    return same;
}

static size_t
nothing_needed(const struct scheme_set *set)
{
    (void)set;
    return 0;
}

/* A tag is as soon looked at. */
static void
prepare_nothing(const struct scheme_set *set, uint8_t *prepared, void *room)
{
    (void)set;
    (void)prepared;
    (void)room;
}

/* The extended key from the values of THRESHOLD indices. */
static void
interpolate(const struct scheme_set *set, uint8_t *extended_key,
    const uint8_t *indices, const uint8_t *const *values)
{
    uint8_t weights[255];

    keyshare_shamir_weights(weights, indices, set->threshold, 0);
    keyshare_shamir_interpolate(
        extended_key, weights, values, set->threshold, value_len(set->key_len));
}

static uint32_t
check_dealt(const struct scheme_set *set, const uint8_t *const *values,
    const uint8_t *key, const uint8_t *coins, void *start)
{
    struct deal_room room;
    uint8_t indices[255];
    uint32_t good = UINT32_MAX;

    (void)coins;
    lay_out_deal(&room, set, start);
    for (unsigned i = 1; i <= set->count; i++) {
        indices[i - 1] = (uint8_t)i;
        good &= verify(set, i, values[i - 1]);
    }
    good &= keyshare_shamir_consistent(indices, values, set->count,
        set->threshold, value_len(set->key_len), room.value);
    interpolate(set, room.extended_key, indices, values);
    good &= keyshare_ct_equal(room.extended_key, key, set->key_len);
    good &= key_matches(set, room.extended_key);
    return good;
}

/* The one thing that a recovery, or a check of more than M cards, needs. */
static size_t
recover_room(const struct scheme_set *set)
{
    return value_len(set->key_len);
}

static uint32_t
consistent(const struct scheme_set *set, const uint8_t *indices,
    const uint8_t *const *values, size_t count, void *room)
{
    return keyshare_shamir_consistent(
        indices, values, count, set->threshold, value_len(set->key_len), room);
}

static uint32_t
recover(const struct scheme_set *set, uint8_t *key, const uint8_t *indices,
    const uint8_t *const *values, void *room)
{
    uint8_t *extended_key = room;

    interpolate(set, extended_key, indices, values);
    memcpy(key, extended_key, set->key_len);
    return key_matches(set, extended_key);
}

const struct scheme keyshare_scheme_gf256 = {
    .proof_len = 0,
    .cards_prove_key = false,
    .commitments_len = commitments_len,
    .value_len = value_len,
    .commitments_canonical = commitments_canonical,
    .same_key = same_key,
    .is_stuck = is_stuck,
    .proof_room = nothing_needed,
    .proof_canonical = no_proof,
    .proof_holds = no_proof,
    .coins_len = coins_len,
    .deal_room = deal_room,
    .deal = deal,
    .prove = prove_nothing,
    .check_coins_len = nothing_needed,
    .check_dealt = check_dealt,
    .prepared_len = nothing_needed,
    .prepare_room = nothing_needed,
    .prepare = prepare_nothing,
    .verify = verify,
    .consistent = consistent,
    .recover_room = recover_room,
    .recover = recover,
};
