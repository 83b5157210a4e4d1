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

/** What is split, and into what. */
struct shamir_split {
    uint8_t *const *shares; /**< count of them, written from AT on */
    const uint8_t *indices; /**< 1..255, all different */
    size_t count;
    size_t threshold;            /**< 1..255 */
    const uint8_t *secret;       /**< read from AT on */
    const uint8_t *coefficients; /**< threshold - 1 vectors of LEN bytes */
    size_t at;
    size_t len;
    bool passing; /**< the shares are too long for the caches */
};

/** LEN bytes of each share, of those of the secret.
 * @secret the bytes at shares, secret and coefficients */
void keyshare_shamir_split(const struct shamir_split *split);

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

/** In so much of the stack below the caller these functions leave secrets at
 * most. */
size_t keyshare_shamir_depth(void);

/** The names of the back ends that are there, the best first, then NULL. */
const char *keyshare_shamir_backend(unsigned which);

/** The name of the one that computes. */
const char *keyshare_shamir_backend_chosen(void);

/** Choose one by its name, for all threads; NULL: the best. False: it is not
 * there. */
bool keyshare_shamir_backend_choose(const char *name);

#endif
