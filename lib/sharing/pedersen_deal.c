/* SPDX-License-Identifier: ISC */
/* Dealing with the scheme pedersen, and the check of a dealing as encoded. */
#include "pedersen_deal.h"

#include <string.h>

#include "ct.h"
#include "pedersen.h"
#include "pedersen_coefficients.h"
#include "pedersen_recover.h"
#include "proof.h"
#include "reveal.h"

static const struct prime *const field = &keyshare_scalar_field;

/* Coins are 64 bytes a scalar. Per chunk: g_0, then f_k and g_k for k = 1..M-1;
 * after the chunks what the proof takes. */
static size_t
chunk_coins_len(const struct scheme_set *set)
{
    return WIDE_SIZE + keyshare_coefficients_coins_len(set);
}

size_t
keyshare_pedersen_deal_coins_len(const struct scheme_set *set)
{
    return chunks_of(set->key_len) * chunk_coins_len(set) +
           KEYSHARE_PROOF_FRESH_SIZE;
}

/* Weights of the check: a 128-bit one for the proof and for each share after the
 * first, and a 248-bit one for each chunk after the first. */
#define WEIGHT_SIZE       16
#define CHUNK_WEIGHT_SIZE 31

size_t
keyshare_pedersen_deal_check_coins_len(const struct scheme_set *set)
{
    return set->count * WEIGHT_SIZE +
           (chunks_of(set->key_len) - 1) * CHUNK_WEIGHT_SIZE;
}

struct room {
    struct coefficients coefficients; /* of one chunk */
    mp_limb_t *scalar;
    mp_limb_t *sum_f;
    mp_limb_t *sum_g;
    mp_limb_t *rest; /* 1 - v c rho_0, for the shares' weights */
    mp_limb_t *scratch;
    uint8_t *pair;    /* two scalars as bytes */
    uint8_t *opened;  /* an element */
    uint8_t *opening; /* f(0), g(0) of all chunks */
    uint8_t *key;     /* recovered, to be compared */
    struct proof *proof;
    uint8_t *indices;
    void *recover;
};

static size_t
lay_out(struct room *room, const struct scheme_set *set, void *start)
{
    struct block block = {start, 0};

    keyshare_coefficients_take(&room->coefficients, &block, set);
    room->scalar = take_scalars(&block, 1);
    room->sum_f = take_scalars(&block, 1);
    room->sum_g = take_scalars(&block, 1);
    room->rest = take_scalars(&block, 1);
    room->scratch = take_scratch(&block);
    room->pair = keyshare_block_take(&block, PAIR_SIZE);
    room->opened = keyshare_block_take(&block, POINT_SIZE);
    room->opening =
        keyshare_block_take(&block, pedersen_value_len(set->key_len));
    room->key = keyshare_block_take(&block, set->key_len);
    room->proof = keyshare_block_take(&block, sizeof *room->proof);
    room->indices = keyshare_block_take(&block, set->count);
    room->recover =
        keyshare_block_take(&block, keyshare_pedersen_recover_room(set));
    return block.used;
}

size_t
keyshare_pedersen_deal_room(const struct scheme_set *set)
{
    struct room room;

    return lay_out(&room, set, NULL);
}

/* f_0 = the key's bytes in chunk j, g_0 = random. */
static void
load_opening(const struct scheme_set *set, const struct room *room,
    const uint8_t *key, const uint8_t *coins, size_t j)
{
    (void)keyshare_scalar_load(room->coefficients.f, key + j * CHUNK_SIZE,
        chunk_len(set, j), room->scratch);
    keyshare_scalar_reduce_wide(
        room->coefficients.g, coins + j * chunk_coins_len(set), room->scratch);
}

/* The coefficients of chunk j. All ones iff the generator is stuck: g_0 drawn
 * from zeros alone, or as keyshare_coefficients_load says. */
static uint32_t
load_coefficients(const struct scheme_set *set, const struct room *room,
    const uint8_t *key, const uint8_t *coins, size_t j)
{
    const uint8_t *coin = coins + j * chunk_coins_len(set);

    load_opening(set, room, key, coins, j);
    return keyshare_ct_all_zero(coin, WIDE_SIZE) |
           keyshare_coefficients_load(&room->coefficients, coin + WIDE_SIZE);
}

uint32_t
keyshare_pedersen_deal(const struct scheme_set *set, uint8_t *commitments,
    uint8_t *const *values, const uint8_t *key, const uint8_t *coins,
    void *start)
{
    struct room room;
    uint32_t stuck = 0;

    lay_out(&room, set, start);
    for (size_t j = 0; j < chunks_of(set->key_len); j++) {
        uint8_t *row = commitments + j * set->threshold * POINT_SIZE;

        stuck |= load_coefficients(set, &room, key, coins, j);
        for (size_t k = 0; k < set->threshold; k++)
            keyshare_coefficients_commit(
                &room.coefficients, row + k * POINT_SIZE, k);
        for (unsigned i = 1; i <= set->count; i++)
            keyshare_coefficients_evaluate(
                &room.coefficients, values[i - 1] + j * PAIR_SIZE, i);
    }
    keyshare_reveal_bytes(commitments,
        pedersen_commitments_len(set->threshold, set->key_len),
        REVEAL_COMMITMENT);
    return stuck;
}

void
keyshare_pedersen_deal_prove(const struct scheme_set *set, uint8_t *proof,
    const uint8_t *key, const uint8_t *coins, void *start)
{
    const size_t chunks = chunks_of(set->key_len);
    struct room room;

    lay_out(&room, set, start);
    for (size_t j = 0; j < chunks; j++) {
        uint8_t *pair = room.opening + j * PAIR_SIZE;

        load_opening(set, &room, key, coins, j);
        keyshare_scalar_store(pair, room.coefficients.f);
        keyshare_scalar_store(pair + SCALAR_SIZE, room.coefficients.g);
    }
    keyshare_proof_begin(room.proof, set->proof_context,
        coins + chunks * chunk_coins_len(set), room.opening,
        pedersen_value_len(set->key_len), room.scratch);
    for (size_t j = 0; j < chunks; j++) {
        load_opening(set, &room, key, coins, j);
        keyshare_proof_add(room.proof, set->proof_context, (unsigned)j,
            room.coefficients.f, room.coefficients.g, room.scratch);
    }
    keyshare_proof_encode(proof, room.proof);
    keyshare_reveal_bytes(proof, KEYSHARE_PROOF_SIZE, REVEAL_PROOF);
}

/* ---- The check of a dealing, as encoded ---- */

/* factor = v c rho_j: what the proof, of weight v, has at C_j,0. */
static void
load_proof_factor(const struct scheme_set *set, mp_limb_t *factor,
    const uint8_t *coins, size_t j, const struct room *room)
{
    mp_limb_t v[LIMBS];

    (void)keyshare_scalar_load(v, coins, WEIGHT_SIZE, room->scratch);
    keyshare_proof_factor(
        factor, set->proof, set->proof_context, (unsigned)j, room->scratch);
    keyshare_prime_mul(field, factor, factor, v, room->scratch);
}

/* weight = w_i s_j: of share i (from 1) in chunk j. s_0 = 1, and w_1 is what the
 * proof and the others leave of 1: rest, when they were taken from it before. */
static void
load_weight(const struct scheme_set *set, mp_limb_t *weight, mp_limb_t *rest,
    const uint8_t *coins, size_t i, size_t j, const struct room *room)
{
    mp_limb_t s_j[LIMBS];

    if (i == 1) {
        memcpy(weight, rest, LIMBS * sizeof *weight);
    } else {
        (void)keyshare_scalar_load(
            weight, coins + (i - 1) * WEIGHT_SIZE, WEIGHT_SIZE, room->scratch);
        keyshare_prime_sub(field, rest, rest, weight);
    }
    if (j == 0)
        return;
    (void)keyshare_scalar_load(s_j,
        coins + set->count * WEIGHT_SIZE + (j - 1) * CHUNK_WEIGHT_SIZE,
        CHUNK_WEIGHT_SIZE, room->scratch);
    keyshare_prime_mul(field, weight, weight, s_j, room->scratch);
}

/* sum += weight * the scalar in bytes; reduced &= whether that is below L. */
static void
add_weighted(mp_limb_t *sum, const mp_limb_t *weight, const uint8_t *bytes,
    uint32_t *reduced, const struct room *room)
{
    *reduced &=
        keyshare_scalar_load(room->scalar, bytes, SCALAR_SIZE, room->scratch);
    keyshare_prime_mul(
        field, room->scalar, room->scalar, weight, room->scratch);
    keyshare_prime_add(field, sum, sum, room->scalar, room->scratch);
}

/* Chunk j's part in the check: sum_f and sum_g take the weighted shares, and
 * factors_k the public sum over i of weight_i * i^k, with the proof's at k = 0.
 * Chunk 0 comes first: there the proof's factor gives what is left for w_1. */
static uint32_t
weigh_chunk(const struct scheme_set *set, const struct room *room,
    const uint8_t *const *values, const uint8_t *coins, size_t j,
    mp_limb_t *factors)
{
    uint32_t reduced = UINT32_MAX;
    mp_limb_t rest[LIMBS] = {1};

    memset(factors, 0, set->threshold * LIMBS * sizeof *factors);
    load_proof_factor(set, factors, coins, j, room);
    if (j == 0)
        keyshare_prime_sub(field, room->rest, rest, factors);
    memcpy(rest, room->rest, sizeof rest);
    for (size_t i = set->count; i >= 1; i--) {
        const uint8_t *pair = values[i - 1] + j * PAIR_SIZE;
        mp_limb_t weight[LIMBS];

        load_weight(set, weight, rest, coins, i, j, room);
        add_weighted(room->sum_f, weight, pair, &reduced, room);
        add_weighted(room->sum_g, weight, pair + SCALAR_SIZE, &reduced, room);
        for (size_t k = 0; k < set->threshold; k++) {
            mp_limb_t *factor = factors + k * LIMBS;

            keyshare_prime_add(field, factor, factor, weight, room->scratch);
            keyshare_prime_mul_index(
                field, weight, weight, (unsigned)i, room->scratch);
        }
    }
    return reduced;
}

/* The proof's part, but for the commitments: sum_f = v z_a, sum_g = v z_b,
 * right = v R. */
static uint32_t
weigh_proof(const struct scheme_set *set, const struct room *room,
    const uint8_t *coins, uint8_t *right)
{
    const uint8_t *z = set->proof + POINT_SIZE;
    uint32_t reduced = UINT32_MAX;
    uint8_t weight[SCALAR_SIZE];
    mp_limb_t v[LIMBS];

    (void)keyshare_scalar_load(v, coins, WEIGHT_SIZE, room->scratch);
    memset(room->sum_f, 0, LIMBS * sizeof *room->sum_f);
    memset(room->sum_g, 0, LIMBS * sizeof *room->sum_g);
    add_weighted(room->sum_f, v, z, &reduced, room);
    add_weighted(room->sum_g, v, z + SCALAR_SIZE, &reduced, room);
    keyshare_scalar_store(weight, v);
    keyshare_group_mul(right, weight, set->proof);
    return reduced;
}

/* One equation for the proof and for all shares and chunks,
 *     (v z_a + sum of w f_j(i)) B + (v z_b + sum of w g_j(i)) H
 *         = v R + sum of v c rho_j C_j,0 + sum of (sum of w i^k) C_j,k
 * over weights v and w = w_i s_j, random and drawn after shares and proof were
 * fixed.
 *
 * The w_i and v c rho_0 add up to 1, so that C_0,0 stands there as it is. With e
 * by how much the proof fails to hold, and e_i by how much share i fails to open
 * its commitments, chunks weighted, the equation is v e + sum of w_i e_i = 0,
 * which is
 *     e_1 + v (e - c rho_0 e_1) + sum over i > 1 of w_i (e_i - e_1) = 0.
 * If what v and the w_i stand at is 0 throughout, it holds iff e_1 is 0, and
 * with it all the others are; otherwise it holds with a probability of 2^-128. */
static uint32_t
is_proved_and_opens(const struct scheme_set *set, const uint8_t *const *values,
    const uint8_t *coins, const struct room *room)
{
    uint8_t right[POINT_SIZE];
    uint32_t good = weigh_proof(set, room, coins, right);

    keyshare_group_add(right, right, commitments_of(set, 0));
    for (size_t j = 0; j < chunks_of(set->key_len); j++) {
        good &= weigh_chunk(set, room, values, coins, j, room->coefficients.f);
        for (size_t k = j == 0 ? 1 : 0; k < set->threshold; k++) {
            uint8_t factor[SCALAR_SIZE];
            uint8_t term[POINT_SIZE];

            keyshare_scalar_store(factor, room->coefficients.f + k * LIMBS);
            keyshare_group_mul(
                term, factor, commitments_of(set, j) + k * POINT_SIZE);
            keyshare_group_add(right, right, term);
        }
    }
    keyshare_scalar_store(room->pair, room->sum_f);
    keyshare_scalar_store(room->pair + SCALAR_SIZE, room->sum_g);
    keyshare_pedersen_commit(
        room->opened, room->pair, room->pair + SCALAR_SIZE);
    return good & keyshare_ct_equal(room->opened, right, POINT_SIZE);
}

uint32_t
keyshare_pedersen_deal_check_shares(const struct scheme_set *set,
    const uint8_t *const *values, const uint8_t *coins, void *start)
{
    struct room room;

    lay_out(&room, set, start);
    return is_proved_and_opens(set, values, coins, &room);
}

uint32_t
keyshare_pedersen_deal_check(const struct scheme_set *set,
    const uint8_t *const *values, const uint8_t *key, const uint8_t *coins,
    void *start)
{
    const size_t before = set->count - set->threshold;
    struct room room;
    uint32_t good;

    lay_out(&room, set, start);
    good = is_proved_and_opens(set, values, coins, &room);
    for (size_t i = 0; i < set->count; i++)
        room.indices[i] = (uint8_t)(i + 1);
    keyshare_pedersen_recover_key(
        set, room.key, room.indices + before, values + before, room.recover);
    return good & keyshare_ct_equal(room.key, key, set->key_len);
}
