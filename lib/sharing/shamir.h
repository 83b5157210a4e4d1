/* SPDX-License-Identifier: ISC */
/* Shamir's secret sharing, byte by byte over GF(2^8).
 *
 * Per byte a polynomial of degree M-1 over GF(2^8) with the secret at 0; the
 * share of index x in 1..255 is its value at x ([Sha79]; [ISO19592-2]).
 * Indices and all that is computed from them alone are public.
 *
 * [Sha79] Shamir, How to share a secret, Communications of the ACM 22 (11).
 * [ISO19592-2] ISO/IEC 19592-2:2017, Secret sharing: fundamental mechanisms.
 */
#ifndef SHAMIR_H
#define SHAMIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** value = the polynomials' values at x, LEN bytes.
 *
 * coefficients: THRESHOLD <= 255 vectors of LEN bytes, the constant one first.
 * @secret value, the bytes at coefficients
 */
void keyshare_shamir_evaluate(uint8_t *value, uint8_t x,
    const uint8_t *const *coefficients, size_t threshold, size_t len);

/** Lagrange weights: for every polynomial f of degree below COUNT,
 * f(x) = sum of weights_j * f(indices_j).
 *
 * indices: COUNT distinct ones; x is not one of them.
 * @secret none
 */
void keyshare_shamir_weights(
    uint8_t *weights, const uint8_t *indices, size_t count, uint8_t x);

/** The one of these weights that is of indices_which. @secret none */
uint8_t keyshare_shamir_weight(
    const uint8_t *indices, size_t count, size_t which, uint8_t x);

/** value = sum of weights_j * values_j, LEN bytes.
 * @secret value, the bytes at values */
void keyshare_shamir_interpolate(uint8_t *value, const uint8_t *weights,
    const uint8_t *const *values, size_t count, size_t len);

/** All ones iff each of COUNT > THRESHOLD values lies on the polynomials
 * through the first THRESHOLD of them. room: LEN bytes.
 * @secret the bytes at values, room, the mask */
uint32_t keyshare_shamir_consistent(const uint8_t *indices,
    const uint8_t *const *values, size_t count, size_t threshold, size_t len,
    uint8_t *room);

#endif
