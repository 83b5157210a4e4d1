/* SPDX-License-Identifier: ISC */
/* Pedersen commitments to polynomials over ristretto255.
 *
 * For one chunk of the key: f, g are polynomials of degree M-1 over Z_L, with
 * f(0) the chunk. C_k = f_k B + g_k H commits to their coefficients, and the
 * share (f(i), g(i)) is good iff it opens the commitments' value at i,
 * f(i) B + g(i) H = sum of i^k C_k ([Ped91] section 4). H is the one-way map
 * of SHA-512("libkeyshare/v1/pedersen/H"), so nobody knows its logarithm.
 *
 * Commitments here are 32-byte encodings in one row, C_0 first. Those of a
 * record were found to be elements when it was decoded.
 *
 * [Ped91] Pedersen, Non-interactive and information-theoretic secure
 *         verifiable secret sharing, CRYPTO '91.
 */
#ifndef PEDERSEN_H
#define PEDERSEN_H

#include <stddef.h>
#include <stdint.h>

#include "scalar.h"

/** The second base point, 32 bytes. */
extern const uint8_t keyshare_pedersen_h[32];

/** commitment = f B + g H; f, g: scalars, 32 bytes each.
 * @secret f, g, and the commitment until it is revealed */
void keyshare_pedersen_commit(
    uint8_t *commitment, const uint8_t *f, const uint8_t *g);

/** value = sum over k < threshold of index^k C_k: what the share of that
 * index has to open. @secret none */
void keyshare_pedersen_evaluate(uint8_t *value, const uint8_t *commitments,
    size_t threshold, unsigned index);

/** values = what the shares of indices 1..count have to open, one after another,
 * by finite differences: about threshold additions each, where evaluating at
 * one index multiplies as often. room: threshold elements. @secret none */
void keyshare_pedersen_evaluate_all(uint8_t *values, const uint8_t *commitments,
    size_t threshold, size_t count, uint8_t *room, mp_limb_t *scratch);

#endif
