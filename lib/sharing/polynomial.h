/* SPDX-License-Identifier: ISC */
/* Polynomials over a prime field: values at an index, Lagrange weights.
 *
 * An array of elements holds them one after another, p->limbs limbs each.
 * Indices are public and below the modulus. Scratch: what the field asks
 * for, keyshare_prime_itch(p) limbs.
 */
#ifndef POLYNOMIAL_H
#define POLYNOMIAL_H

#include "prime.h"

/** value = f(x), by Horner's rule.
 *
 * coefficients: THRESHOLD elements, the constant one first; value is none of
 * them.
 * @secret value, coefficients, scratch
 */
void keyshare_polynomial_evaluate(const struct prime *p, mp_limb_t *value,
    const mp_limb_t *coefficients, size_t threshold, unsigned x,
    mp_limb_t *scratch);

/** Lagrange weights at 0: for every polynomial f of degree below COUNT,
 * f(0) = sum of weights_j * f(indices_j).
 *
 * indices: COUNT distinct ones, at least 1. weights: COUNT elements; room:
 * COUNT + 2 elements.
 * @secret none
 */
void keyshare_polynomial_weights(const struct prime *p, mp_limb_t *weights,
    const uint8_t *indices, size_t count, mp_limb_t *room, mp_limb_t *scratch);

/** One Lagrange weight: for every polynomial f of degree below COUNT,
 * f(x) = sum over j of weight_j * f(indices_j); here that of indices_which.
 *
 * indices: COUNT distinct ones, none of them x. weight: an element; room: two.
 * @secret none
 */
void keyshare_polynomial_weight(const struct prime *p, mp_limb_t *weight,
    const uint8_t *indices, size_t count, size_t which, unsigned x,
    mp_limb_t *room, mp_limb_t *scratch);

/** r = the product of COUNT indices, which may be none. @secret none */
void keyshare_polynomial_numerator(const struct prime *p, mp_limb_t *r,
    const uint8_t *indices, size_t count, mp_limb_t *scratch);

/** What that is to be divided by to make the Lagrange weight at 0 of
 * indices_which: r = indices_which * product over i != which of
 * (indices_i - indices_which).
 *
 * indices: COUNT distinct ones. room: an element.
 * @secret none
 */
void keyshare_polynomial_denominator(const struct prime *p, mp_limb_t *r,
    const uint8_t *indices, size_t count, size_t which, mp_limb_t *room,
    mp_limb_t *scratch);

#endif
