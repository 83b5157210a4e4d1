/* SPDX-License-Identifier: ISC */
/* New shares of the same key with the scheme pedersen.
 *
 * Zero is shared by polynomials d, d' with value 0 at 0, D_k = d_k B + d'_k H
 * ([HJKY95] section 3.3): the new commitments are C_k + D_k, and C_0 stays as it
 * is. Each new share is later judged against them as any card is, so nothing
 * that goes wrong on the way is handed out.
 *
 * [HJKY95] Herzberg, Jarecki, Krawczyk, Yung, Proactive secret sharing or: how
 *          to cope with perpetual leakage, CRYPTO '95.
 */
#include "renewal.h"

#include <string.h>

#include "memory.h"
#include "pedersen_coefficients.h"
#include "pedersen_deal.h"
#include "polynomial.h"
#include "proof.h"
#include "reveal.h"

static const struct prime *const field = &keyshare_scalar_field;

struct room {
    struct coefficients coefficients; /* of d, d' of one chunk */
    mp_limb_t *weight;
    mp_limb_t *weight_room;
    mp_limb_t *f; /* from here on to be forgotten */
    mp_limb_t *g;
    mp_limb_t *scratch;
    size_t forget_len;     /* until here */
    struct proof_sum *sum; /* of cards that are not in the proof yet */
    struct proof *proof;
    uint8_t *begun; /* whether the proof was */
    void *check;
};

static size_t
lay_out(struct room *room, const struct scheme_set *set, void *start)
{
    struct block block = {start, 0};
    size_t before;

    keyshare_coefficients_take(&room->coefficients, &block, set);
    room->weight = take_scalars(&block, 1);
    room->weight_room = take_scalars(&block, 2);
    before = block.used;
    room->f = take_scalars(&block, 1);
    room->g = take_scalars(&block, 1);
    room->scratch = take_scratch(&block);
    room->forget_len = block.used - before;
    room->sum = keyshare_block_take(&block, sizeof *room->sum);
    room->begun = keyshare_block_take(&block, 1);
    room->proof = keyshare_block_take(&block, sizeof *room->proof);
    room->check = keyshare_block_take(&block, keyshare_pedersen_deal_room(set));
    return block.used;
}

static size_t
room_size(const struct scheme_set *set)
{
    struct room room;

    return lay_out(&room, set, NULL);
}

/* Nothing of an old or a new share stays where it was computed with. */
static void
forget(const struct room *room)
{
    keyshare_memory_wipe(room->f, room->forget_len);
}

/* ---- The sharing of zero ---- */

static size_t
coins_len(const struct scheme_set *set)
{
    return chunks_of(set->key_len) * keyshare_coefficients_coins_len(set);
}

/* Chunk j's commitments: C_0 as it was, D_k or C_k + D_k. */
static void
commit_chunk(const struct scheme_set *set, const struct room *room,
    uint8_t *commitments, const struct scheme_set *old, bool same_degree,
    size_t j)
{
    const uint8_t *before = commitments_of(old, j);
    uint8_t *row = commitments + j * set->threshold * POINT_SIZE;

    memcpy(row, before, POINT_SIZE);
    for (size_t k = 1; k < set->threshold; k++) {
        uint8_t *commitment = row + k * POINT_SIZE;

        keyshare_coefficients_commit(&room->coefficients, commitment, k);
        if (same_degree)
            keyshare_group_add(commitment, commitment, before + k * POINT_SIZE);
    }
}

static uint32_t
share_zero(const struct scheme_set *set, uint8_t *commitments,
    const struct scheme_set *old, bool same_degree, uint8_t *const *values,
    const uint8_t *coins, void *start)
{
    const size_t stride = keyshare_coefficients_coins_len(set);
    struct room room;
    uint32_t stuck = 0;

    lay_out(&room, set, start);
    memset(room.coefficients.f, 0, LIMBS * sizeof(mp_limb_t));
    memset(room.coefficients.g, 0, LIMBS * sizeof(mp_limb_t));
    for (size_t j = 0; j < chunks_of(set->key_len); j++) {
        stuck |=
            keyshare_coefficients_load(&room.coefficients, coins + j * stride);
        commit_chunk(set, &room, commitments, old, same_degree, j);
        for (unsigned i = 1; i <= set->count; i++)
            if (values[i - 1] != NULL)
                keyshare_coefficients_evaluate(
                    &room.coefficients, values[i - 1] + j * PAIR_SIZE, i);
    }
    keyshare_reveal_bytes(commitments,
        pedersen_commitments_len(set->threshold, set->key_len),
        REVEAL_COMMITMENT);
    return stuck;
}

/* The commitments show it of every share that is made of them. */
static uint32_t
shown_later(const struct scheme_set *set, uint8_t *const *values, void *start)
{
    (void)set;
    (void)values;
    (void)start;
    return UINT32_MAX;
}

/* ---- Sums of old shares ---- */

static void
weigh(const struct scheme_set *set, const struct quorum *quorum, size_t which,
    unsigned x, void *start)
{
    struct room room;

    lay_out(&room, set, start);
    keyshare_polynomial_weight(field, room.weight, quorum->indices,
        quorum->count, which, x, room.weight_room, room.scratch);
}

/* r = weight * the scalar in bytes. */
static void
load_weighted(mp_limb_t *r, const struct room *room, const uint8_t *bytes)
{
    (void)keyshare_scalar_load(r, bytes, SCALAR_SIZE, room->scratch);
    keyshare_prime_mul(field, r, r, room->weight, room->scratch);
}

/* bytes += a, of scalars. */
static void
add_to(uint8_t *bytes, const mp_limb_t *a, const struct room *room)
{
    (void)keyshare_scalar_load(room->g, bytes, SCALAR_SIZE, room->scratch);
    keyshare_prime_add(field, room->g, room->g, a, room->scratch);
    keyshare_scalar_store(bytes, room->g);
}

static void
add(const struct scheme_set *set, uint8_t *sum, const uint8_t *value,
    void *start)
{
    const size_t len = pedersen_value_len(set->key_len);
    struct room room;

    lay_out(&room, set, start);
    for (size_t at = 0; at < len; at += SCALAR_SIZE) {
        load_weighted(room.f, &room, value + at);
        add_to(sum + at, room.f, &room);
    }
    forget(&room);
}

static void
shift(const struct scheme_set *set, uint8_t *value, const uint8_t *old,
    const uint8_t *d, void *start)
{
    const size_t len = pedersen_value_len(set->key_len);
    struct room room;

    lay_out(&room, set, start);
    memcpy(value, old, len);
    for (size_t at = 0; at < len; at += SCALAR_SIZE) {
        (void)keyshare_scalar_load(room.f, d + at, SCALAR_SIZE, room.scratch);
        add_to(value + at, room.f, &room);
    }
    forget(&room);
}

/* Commitments are to coefficients, not to shares. */
static void
commit_nothing(const struct scheme_set *set, uint8_t *commitments,
    unsigned index, const uint8_t *value)
{
    (void)set;
    (void)commitments;
    (void)index;
    (void)value;
}

static uint32_t
judged_later(const struct scheme_set *old, unsigned index, const uint8_t *value,
    const uint8_t *d, void *start)
{
    (void)old;
    (void)index;
    (void)value;
    (void)d;
    (void)start;
    return UINT32_MAX;
}

/* ---- The quorum's witness: the proof ---- */

static size_t
witness_len(const struct scheme_set *set)
{
    (void)set;
    return KEYSHARE_PROOF_FRESH_SIZE;
}

/* The proof's masks do not rest on the generator alone. */
static uint32_t
witness_begin(const struct scheme_set *set, const uint8_t *fresh,
    const uint8_t *value, void *start)
{
    struct room room;

    lay_out(&room, set, start);
    keyshare_proof_begin(room.proof, set->proof_context, fresh, value,
        pedersen_value_len(set->key_len), room.scratch);
    keyshare_proof_take(room.proof, room.sum, room.scratch);
    *room.begun = 1;
    forget(&room);
    return 0;
}

static void
witness_add(const struct scheme_set *set, const uint8_t *value, void *start)
{
    struct room room;

    lay_out(&room, set, start);
    for (size_t j = 0; j < chunks_of(set->key_len); j++) {
        const uint8_t *pair = value + j * PAIR_SIZE;

        load_weighted(room.f, &room, pair);
        load_weighted(room.g, &room, pair + SCALAR_SIZE);
        keyshare_proof_sum_add(room.sum, set->proof_context, (unsigned)j,
            room.f, room.g, room.scratch);
    }
    if (*room.begun != 0)
        keyshare_proof_take(room.proof, room.sum, room.scratch);
    forget(&room);
}

static void
prove(const struct scheme_set *set, uint8_t *proof, void *start)
{
    struct room room;

    lay_out(&room, set, start);
    keyshare_proof_encode(proof, room.proof);
    keyshare_reveal_bytes(proof, KEYSHARE_PROOF_SIZE, REVEAL_PROOF);
}

/* C_0 is the old one: shares that open the commitments are of its key. */
static uint32_t
check_reshared(const struct scheme_set *set, const uint8_t *const *values,
    const uint8_t *coins, void *start)
{
    struct room room;

    lay_out(&room, set, start);
    return keyshare_pedersen_deal_check_shares(set, values, coins, room.check);
}

const struct renewal keyshare_renewal_pedersen = {
    .commits_to_shares = false,
    .room = room_size,
    .coins_len = coins_len,
    .share_zero = share_zero,
    .is_zero = shown_later,
    .weigh = weigh,
    .add = add,
    .shift = shift,
    .commit = commit_nothing,
    .comes_of = judged_later,
    .witness_is_published = true,
    .witness_len = witness_len,
    .witness_begin = witness_begin,
    .witness_add = witness_add,
    .prove = prove,
    .check_reshared = check_reshared,
};
