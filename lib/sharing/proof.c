/* SPDX-License-Identifier: ISC */
/* The quorum proof: knowledge of an opening of the key commitment. */
#include "proof.h"

#include <string.h>

#include "group.h"
#include "hash.h"
#include "memory.h"
#include "pedersen.h"
#include "reveal.h"
#include "wire.h"

#define SIZE KEYSHARE_SCALAR_SIZE

static const struct prime *const field = &keyshare_scalar_field;

/* r = SHA-512 of the parts, mod L. */
static void
hash_to_scalar(
    mp_limb_t *r, const struct part *parts, size_t count, mp_limb_t *scratch)
{
    uint8_t digest[KEYSHARE_SHA512_SIZE];

    keyshare_hash_sha512(digest, parts, count);
    keyshare_scalar_reduce_wide(r, digest, scratch);
    keyshare_memory_wipe(digest, sizeof digest);
}

static void
make_rho(mp_limb_t *rho, const uint8_t *context, unsigned j, mp_limb_t *scratch)
{
    uint8_t number[2];
    const struct part parts[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/pedersen/rho"),
        {context, KEYSHARE_PROOF_CONTEXT_SIZE},
        {number, sizeof number},
    };

    keyshare_wire_put(number, sizeof number, j);
    hash_to_scalar(rho, parts, 3, scratch);
}

static void
make_challenge(
    mp_limb_t *c, const uint8_t *context, const uint8_t *R, mp_limb_t *scratch)
{
    const struct part parts[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/pedersen/proof"),
        {context, KEYSHARE_PROOF_CONTEXT_SIZE},
        {R, KEYSHARE_GROUP_SIZE},
    };

    hash_to_scalar(c, parts, 3, scratch);
}

/* mask = fresh bytes + the digest of S and P, mod L. */
static void
make_mask(mp_limb_t *mask, const char *which, const uint8_t *context,
    const uint8_t *fresh, const uint8_t *secret, size_t secret_len,
    mp_limb_t *scratch)
{
    mp_limb_t digest[KEYSHARE_SCALAR_LIMBS];
    const struct part parts[] = {
        KEYSHARE_PART_TEXT("libkeyshare/v1/pedersen/nonce"),
        {secret, secret_len},
        {context, KEYSHARE_PROOF_CONTEXT_SIZE},
        {which, 1},
    };

    hash_to_scalar(digest, parts, 4, scratch);
    keyshare_scalar_reduce_wide(mask, fresh, scratch);
    keyshare_prime_add(field, mask, mask, digest, scratch);
    keyshare_memory_wipe(digest, sizeof digest);
}

void
keyshare_proof_begin(struct proof *proof, const uint8_t *context,
    const uint8_t *fresh, const uint8_t *secret, size_t secret_len,
    mp_limb_t *scratch)
{
    uint8_t a[SIZE];
    uint8_t b[SIZE];

    make_mask(proof->z_a, "a", context, fresh, secret, secret_len, scratch);
    make_mask(proof->z_b, "b", context, fresh + KEYSHARE_SCALAR_WIDE_SIZE,
        secret, secret_len, scratch);
    keyshare_scalar_store(a, proof->z_a);
    keyshare_scalar_store(b, proof->z_b);
    keyshare_pedersen_commit(proof->R, a, b);
    keyshare_reveal_bytes(proof->R, sizeof proof->R, REVEAL_PROOF);
    make_challenge(proof->c, context, proof->R, scratch);
    keyshare_memory_wipe(a, sizeof a);
    keyshare_memory_wipe(b, sizeof b);
}

/* r += factor * a. */
static void
add_times(mp_limb_t *r, const mp_limb_t *factor, const mp_limb_t *a,
    mp_limb_t *scratch)
{
    mp_limb_t term[KEYSHARE_SCALAR_LIMBS];

    keyshare_prime_mul(field, term, factor, a, scratch);
    keyshare_prime_add(field, r, r, term, scratch);
    keyshare_memory_wipe(term, sizeof term);
}

void
keyshare_proof_sum_add(struct proof_sum *sum, const uint8_t *context,
    unsigned j, const mp_limb_t *f, const mp_limb_t *g, mp_limb_t *scratch)
{
    mp_limb_t rho[KEYSHARE_SCALAR_LIMBS];

    make_rho(rho, context, j, scratch);
    add_times(sum->a, rho, f, scratch);
    add_times(sum->b, rho, g, scratch);
}

void
keyshare_proof_take(
    struct proof *proof, struct proof_sum *sum, mp_limb_t *scratch)
{
    add_times(proof->z_a, proof->c, sum->a, scratch);
    add_times(proof->z_b, proof->c, sum->b, scratch);
    keyshare_memory_wipe(sum, sizeof *sum);
}

void
keyshare_proof_add(struct proof *proof, const uint8_t *context, unsigned j,
    const mp_limb_t *f, const mp_limb_t *g, mp_limb_t *scratch)
{
    mp_limb_t factor[KEYSHARE_SCALAR_LIMBS];

    make_rho(factor, context, j, scratch);
    keyshare_prime_mul(field, factor, factor, proof->c, scratch);
    add_times(proof->z_a, factor, f, scratch);
    add_times(proof->z_b, factor, g, scratch);
}

void
keyshare_proof_encode(uint8_t *bytes, const struct proof *proof)
{
    memcpy(bytes, proof->R, sizeof proof->R);
    keyshare_scalar_store(bytes + SIZE, proof->z_a);
    keyshare_scalar_store(bytes + 2 * SIZE, proof->z_b);
}

bool
keyshare_proof_is_canonical(const uint8_t *bytes, mp_limb_t *scratch)
{
    mp_limb_t z[KEYSHARE_SCALAR_LIMBS];
    uint32_t reduced = keyshare_scalar_load(z, bytes + SIZE, SIZE, scratch) &
                       keyshare_scalar_load(z, bytes + 2 * SIZE, SIZE, scratch);

    return reduced != 0 && keyshare_group_is_element(bytes);
}

bool
keyshare_proof_holds(const uint8_t *bytes, const uint8_t *context,
    const uint8_t *key_commitments, size_t stride, unsigned chunks,
    mp_limb_t *scratch)
{
    mp_limb_t scalar[KEYSHARE_SCALAR_LIMBS];
    uint8_t factor[SIZE];
    uint8_t term[KEYSHARE_GROUP_SIZE];
    uint8_t K[KEYSHARE_GROUP_SIZE] = {0};
    uint8_t left[KEYSHARE_GROUP_SIZE];

    for (unsigned j = 0; j < chunks; j++) {
        make_rho(scalar, context, j, scratch);
        keyshare_scalar_store(factor, scalar);
        keyshare_group_mul(term, factor, key_commitments + j * stride);
        keyshare_group_add(K, K, term);
    }
    make_challenge(scalar, context, bytes, scratch);
    keyshare_scalar_store(factor, scalar);
    keyshare_group_mul(term, factor, K);
    keyshare_group_add(term, term, bytes);
    keyshare_pedersen_commit(left, bytes + SIZE, bytes + 2 * SIZE);
    return memcmp(left, term, sizeof left) == 0;
}

void
keyshare_proof_factor(mp_limb_t *factor, const uint8_t *bytes,
    const uint8_t *context, unsigned j, mp_limb_t *scratch)
{
    mp_limb_t c[KEYSHARE_SCALAR_LIMBS];

    make_challenge(c, context, bytes, scratch);
    make_rho(factor, context, j, scratch);
    keyshare_prime_mul(field, factor, factor, c, scratch);
}
