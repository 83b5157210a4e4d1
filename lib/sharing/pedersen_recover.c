/* SPDX-License-Identifier: ISC */
/* The key from verified values of the scheme pedersen. */
#include "pedersen_recover.h"

#include <string.h>

#include "ct.h"
#include "pedersen.h"
#include "pedersen_chunk.h"
#include "polynomial.h"

static const struct prime *const field = &keyshare_scalar_field;

struct room {
    mp_limb_t *weights;
    mp_limb_t *products; /* while the weights are made */
    mp_limb_t *term;
    mp_limb_t *sum;
    mp_limb_t *scratch;
    uint8_t *f; /* f(0), g(0) of a chunk, as bytes */
    uint8_t *g;
    uint8_t *opened;
};

static size_t
lay_out(struct room *room, const struct scheme_set *set, void *start)
{
    struct block block = {start, 0};

    room->weights = take_scalars(&block, set->threshold);
    room->products = take_scalars(&block, set->threshold + 2);
    room->term = take_scalars(&block, 1);
    room->sum = take_scalars(&block, 1);
    room->scratch = take_scratch(&block);
    room->f = keyshare_block_take(&block, SCALAR_SIZE);
    room->g = keyshare_block_take(&block, SCALAR_SIZE);
    room->opened = keyshare_block_take(&block, POINT_SIZE);
    return block.used;
}

size_t
keyshare_pedersen_recover_room(const struct scheme_set *set)
{
    struct room room;

    return lay_out(&room, set, NULL);
}

/* bytes = the polynomial's value at 0, of which the values' bytes at OFFSET are
 * those at the indices that the weights were made for. */
static void
interpolate(const struct scheme_set *set, uint8_t *bytes,
    const struct room *room, const uint8_t *const *values, size_t offset)
{
    memset(room->sum, 0, LIMBS * sizeof(mp_limb_t));
    for (size_t i = 0; i < set->threshold; i++) {
        (void)keyshare_scalar_load(
            room->term, values[i] + offset, SCALAR_SIZE, room->scratch);
        keyshare_prime_mul(field, room->term, room->term,
            room->weights + i * LIMBS, room->scratch);
        keyshare_prime_add(
            field, room->sum, room->sum, room->term, room->scratch);
    }
    keyshare_scalar_store(bytes, room->sum);
}

static void
make_weights(const struct scheme_set *set, const struct room *room,
    const uint8_t *indices)
{
    keyshare_polynomial_weights(field, room->weights, indices, set->threshold,
        room->products, room->scratch);
}

uint32_t
keyshare_pedersen_recover(const struct scheme_set *set, uint8_t *key,
    const uint8_t *indices, const uint8_t *const *values, void *start)
{
    struct room room;
    uint32_t good = UINT32_MAX;

    lay_out(&room, set, start);
    make_weights(set, &room, indices);
    for (size_t j = 0; j < chunks_of(set->key_len); j++) {
        interpolate(set, room.f, &room, values, j * PAIR_SIZE);
        interpolate(set, room.g, &room, values, j * PAIR_SIZE + SCALAR_SIZE);
        keyshare_pedersen_commit(room.opened, room.f, room.g);
        good &=
            keyshare_ct_equal(room.opened, commitments_of(set, j), POINT_SIZE);
        memcpy(key + j * CHUNK_SIZE, room.f, chunk_len(set, j));
    }
    return good;
}

void
keyshare_pedersen_recover_key(const struct scheme_set *set, uint8_t *key,
    const uint8_t *indices, const uint8_t *const *values, void *start)
{
    struct room room;

    lay_out(&room, set, start);
    make_weights(set, &room, indices);
    for (size_t j = 0; j < chunks_of(set->key_len); j++) {
        interpolate(set, room.f, &room, values, j * PAIR_SIZE);
        memcpy(key + j * CHUNK_SIZE, room.f, chunk_len(set, j));
    }
}
