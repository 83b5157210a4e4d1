/* SPDX-License-Identifier: ISC */
/* The quorum proof: knowledge of an opening of the key commitment.
 *
 * Okamoto's protocol for K = a B + b H ([Oka92] section 3), made
 * non-interactive ([FS86]). The openings of all chunks are proved at once:
 * with P the digest of all that the record says before the proof,
 *     rho_j = SHA-512("libkeyshare/v1/pedersen/rho" | P | j) mod L,
 *     K     = sum over chunks j of rho_j C_0,j,
 *     R     = r_a B + r_b H,
 *     c     = SHA-512("libkeyshare/v1/pedersen/proof" | P | R) mod L,
 *     z_a   = r_a + c sum of rho_j f_j(0),  z_b likewise with g,
 * and R | z_a | z_b is valid iff z_a B + z_b H = R + c K. It is perfectly
 * witness-indistinguishable: whichever opening made it, it looks the same, so
 * the commitments go on hiding the key from every computer.
 *
 * The masks r_a, r_b are 64 fresh bytes each plus a digest of a secret S and
 * of P: the fresh bytes make them uniform whatever the hash does, the hash
 * keeps them secret, and different, where the generator repeats itself. With
 * a mask known, z would give away the opening; with one used for two
 * challenges too.
 *
 * [Oka92] Okamoto, Provably secure and practical identification schemes and
 *         corresponding signature schemes, CRYPTO '92.
 * [FS86] Fiat, Shamir, How to prove yourself, CRYPTO '86.
 */
#ifndef PROOF_H
#define PROOF_H

#include <stdbool.h>

#include "scalar.h"

/** Bytes of P, of a proof, and of the fresh randomness that one takes. */
#define KEYSHARE_PROOF_CONTEXT_SIZE 64
#define KEYSHARE_PROOF_SIZE         96
#define KEYSHARE_PROOF_FRESH_SIZE   128

/** A proof being made. Linear in the opening: it can be added part by part. */
struct proof {
    uint8_t R[32];
    mp_limb_t c[KEYSHARE_SCALAR_LIMBS];
    mp_limb_t z_a[KEYSHARE_SCALAR_LIMBS];
    mp_limb_t z_b[KEYSHARE_SCALAR_LIMBS];
};

/** Begin: make the masks, R and the challenge.
 *
 * fresh: KEYSHARE_PROOF_FRESH_SIZE random bytes. secret: S.
 * @secret fresh, secret, proof, scratch; R is revealed
 */
void keyshare_proof_begin(struct proof *proof, const uint8_t *context,
    const uint8_t *fresh, const uint8_t *secret, size_t secret_len,
    mp_limb_t *scratch);

/** Add a part f, g of the opening of chunk j. @secret f, g, proof, scratch */
void keyshare_proof_add(struct proof *proof, const uint8_t *context, unsigned j,
    const mp_limb_t *f, const mp_limb_t *g, mp_limb_t *scratch);

/** Parts of an opening that are added up before they go into a proof: the sum of
 * rho_j f_j, and of rho_j g_j. Begin with zeros. */
struct proof_sum {
    mp_limb_t a[KEYSHARE_SCALAR_LIMBS];
    mp_limb_t b[KEYSHARE_SCALAR_LIMBS];
};

/** Add a part f, g of the opening of chunk j. @secret f, g, sum, scratch */
void keyshare_proof_sum_add(struct proof_sum *sum, const uint8_t *context,
    unsigned j, const mp_limb_t *f, const mp_limb_t *g, mp_limb_t *scratch);

/** Add a sum to a proof that was begun, and begin the sum anew.
 * @secret proof, sum, scratch */
void keyshare_proof_take(
    struct proof *proof, struct proof_sum *sum, mp_limb_t *scratch);

/** bytes = the proof, KEYSHARE_PROOF_SIZE bytes.
 * @secret proof, and the bytes until they are revealed */
void keyshare_proof_encode(uint8_t *bytes, const struct proof *proof);

/** Whether R is an element, and z_a and z_b are below L. @secret none */
bool keyshare_proof_is_canonical(const uint8_t *bytes, mp_limb_t *scratch);

/** Whether a canonical proof holds.
 *
 * key_commitments: C_0 of CHUNKS chunks, each STRIDE bytes after the one
 * before.
 * @secret none
 */
bool keyshare_proof_holds(const uint8_t *bytes, const uint8_t *context,
    const uint8_t *key_commitments, size_t stride, unsigned chunks,
    mp_limb_t *scratch);

/** factor = c rho_j: a canonical proof holds iff z_a B + z_b H is R + sum over
 * chunks j of factor_j C_0,j. For who checks it together with other equations.
 * @secret none */
void keyshare_proof_factor(mp_limb_t *factor, const uint8_t *bytes,
    const uint8_t *context, unsigned j, mp_limb_t *scratch);

#endif
