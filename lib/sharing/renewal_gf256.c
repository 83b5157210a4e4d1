/* SPDX-License-Identifier: ISC */
/* New shares of the same key with the scheme gf256.
 *
 * Extended key and key tag stay; every new share is tagged anew. Tags are of
 * the shares themselves, so what went wrong before a share was tagged cannot
 * show in its tag: the sharing of zero is checked as a whole, an absent index's
 * share is traced back to its old tag, and a re-sharing is held against the
 * sum that the quorum's cards came to, which is masked all the time.
 */
#include "renewal.h"

#include <string.h>

#include "block.h"
#include "ct.h"
#include "gf256_tags.h"
#include "memory.h"
#include "reveal.h"
#include "shamir.h"

#define INDEX_MAX 255

struct room {
    uint8_t *sum; /* of the quorum's weighted values, and the mask */
    uint8_t *mask;
    uint8_t *value;
    const uint8_t **vectors; /* one more than the set has cards */
    uint8_t *weight;
};

static size_t
lay_out(struct room *room, const struct scheme_set *set, void *start)
{
    const size_t len = gf256_value_len(set->key_len);
    struct block block = {start, 0};

    room->sum = keyshare_block_take(&block, len);
    room->mask = keyshare_block_take(&block, len);
    room->value = keyshare_block_take(&block, len);
    room->vectors =
        keyshare_block_take(&block, (set->count + 1) * sizeof *room->vectors);
    room->weight = keyshare_block_take(&block, 1);
    return block.used;
}

static size_t
room_size(const struct scheme_set *set)
{
    struct room room;

    return lay_out(&room, set, NULL);
}

/* ---- The sharing of zero ---- */

static size_t
coins_len(const struct scheme_set *set)
{
    return (set->threshold - 1) * gf256_value_len(set->key_len);
}

static uint32_t
share_zero(const struct scheme_set *set, uint8_t *commitments,
    const struct scheme_set *old, bool same_degree, uint8_t *const *values,
    const uint8_t *coins, void *start)
{
    const size_t len = gf256_value_len(set->key_len);
    struct room room;
    uint32_t stuck = 0;

    (void)same_degree;
    lay_out(&room, set, start);
    memset(room.value, 0, len);
    room.vectors[0] = room.value;
    for (size_t k = 1; k < set->threshold; k++) {
        room.vectors[k] = coins + (k - 1) * len;
        stuck |= keyshare_ct_all_zero(room.vectors[k], len);
    }
    memcpy(commitments, old->commitments, GF256_TAG_SIZE);
    for (unsigned i = 1; i <= set->count; i++)
        if (values[i - 1] != NULL)
            keyshare_shamir_evaluate(
                values[i - 1], (uint8_t)i, room.vectors, set->threshold, len);
    return stuck;
}

/* All of d(1)..d(N) lie on the polynomial of degree M-1 through (0, 0) and the
 * first M-1 of them. */
static uint32_t
is_zero(const struct scheme_set *set, uint8_t *const *values, void *start)
{
    const size_t len = gf256_value_len(set->key_len);
    uint8_t indices[INDEX_MAX + 1];
    struct room room;

    lay_out(&room, set, start);
    memset(room.mask, 0, len);
    indices[0] = 0;
    room.vectors[0] = room.mask;
    for (size_t i = 1; i <= set->count; i++) {
        indices[i] = (uint8_t)i;
        room.vectors[i] = values[i - 1];
    }
    return keyshare_shamir_consistent(
        indices, room.vectors, set->count + 1, set->threshold, len, room.value);
}

/* ---- Sums of old shares ---- */

static void
weigh(const struct scheme_set *set, const struct quorum *quorum, size_t which,
    unsigned x, void *start)
{
    struct room room;

    lay_out(&room, set, start);
    *room.weight = keyshare_shamir_weight(
        quorum->indices, quorum->count, which, (uint8_t)x);
}

/* sum += weight * value; no copy of the sum stays. */
static void
add_times(const struct scheme_set *set, const struct room *room, uint8_t *sum,
    uint8_t weight, const uint8_t *value)
{
    const size_t len = gf256_value_len(set->key_len);
    const uint8_t factors[2] = {1, weight};
    const uint8_t *const vectors[2] = {sum, value};

    keyshare_shamir_interpolate(room->value, factors, vectors, 2, len);
    memcpy(sum, room->value, len);
    keyshare_memory_wipe(room->value, len);
}

static void
add(const struct scheme_set *set, uint8_t *sum, const uint8_t *value,
    void *start)
{
    struct room room;

    lay_out(&room, set, start);
    add_times(set, &room, sum, *room.weight, value);
}

static void
shift(const struct scheme_set *set, uint8_t *value, const uint8_t *old,
    const uint8_t *d, void *start)
{
    struct room room;

    lay_out(&room, set, start);
    memcpy(value, old, gf256_value_len(set->key_len));
    add_times(set, &room, value, 1, d);
}

static void
commit(const struct scheme_set *set, uint8_t *commitments, unsigned index,
    const uint8_t *value)
{
    uint8_t *tag = commitments + index * GF256_TAG_SIZE;

    keyshare_gf256_share_tag(tag, set, index, value);
    keyshare_reveal_bytes(tag, GF256_TAG_SIZE, REVEAL_COMMITMENT);
}

static uint32_t
comes_of(const struct scheme_set *old, unsigned index, const uint8_t *value,
    const uint8_t *d, void *start)
{
    struct room room;
    uint32_t same;

    lay_out(&room, old, start);
    memcpy(room.mask, value, gf256_value_len(old->key_len));
    add_times(old, &room, room.mask, 1, d);
    same = keyshare_gf256_share_matches(old, index, room.mask);
    keyshare_memory_wipe(room.mask, gf256_value_len(old->key_len));
    return same;
}

/* ---- The quorum's witness: its sum, masked ---- */

static size_t
witness_len(const struct scheme_set *set)
{
    return gf256_value_len(set->key_len);
}

static uint32_t
witness_begin(const struct scheme_set *set, const uint8_t *fresh,
    const uint8_t *value, void *start)
{
    const size_t len = gf256_value_len(set->key_len);
    struct room room;

    (void)value;
    lay_out(&room, set, start);
    memcpy(room.mask, fresh, len);
    add_times(set, &room, room.sum, 1, fresh);
    return keyshare_ct_all_zero(fresh, len);
}

static void
witness_add(const struct scheme_set *set, const uint8_t *value, void *start)
{
    struct room room;

    lay_out(&room, set, start);
    add_times(set, &room, room.sum, *room.weight, value);
}

static void
prove_nothing(const struct scheme_set *set, uint8_t *proof, void *start)
{
    (void)set;
    (void)proof;
    (void)start;
}

/* All ones iff the masked sum, and what the first M values give at 0, leave the
 * mask alone. The sum is never without its mask on the way. */
static uint32_t
agrees_with_witness(const struct scheme_set *set, const struct room *room,
    const uint8_t *indices, const uint8_t *const *values)
{
    const size_t len = gf256_value_len(set->key_len);
    uint8_t weights[INDEX_MAX + 1];

    weights[0] = 1;
    keyshare_shamir_weights(weights + 1, indices, set->threshold, 0);
    room->vectors[0] = room->sum;
    for (size_t i = 0; i < set->threshold; i++)
        room->vectors[i + 1] = values[i];
    keyshare_shamir_interpolate(
        room->value, weights, room->vectors, set->threshold + 1, len);
    return keyshare_ct_equal(room->value, room->mask, len);
}

static uint32_t
check_reshared(const struct scheme_set *set, const uint8_t *const *values,
    const uint8_t *coins, void *start)
{
    uint8_t indices[INDEX_MAX];
    struct room room;
    uint32_t good = UINT32_MAX;

    (void)coins;
    lay_out(&room, set, start);
    for (unsigned i = 1; i <= set->count; i++) {
        indices[i - 1] = (uint8_t)i;
        good &= keyshare_gf256_share_matches(set, i, values[i - 1]);
    }
    good &= keyshare_shamir_consistent(indices, values, set->count,
        set->threshold, gf256_value_len(set->key_len), room.value);
    return good & agrees_with_witness(set, &room, indices, values);
}

const struct renewal keyshare_renewal_gf256 = {
    .commits_to_shares = true,
    .room = room_size,
    .coins_len = coins_len,
    .share_zero = share_zero,
    .is_zero = is_zero,
    .weigh = weigh,
    .add = add,
    .shift = shift,
    .commit = commit,
    .comes_of = comes_of,
    .witness_is_published = false,
    .witness_len = witness_len,
    .witness_begin = witness_begin,
    .witness_add = witness_add,
    .prove = prove_nothing,
    .check_reshared = check_reshared,
};
