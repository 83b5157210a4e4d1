/* SPDX-License-Identifier: ISC */
/* The field GF(2^8) = GF(2)[X] / (X^8 + X^4 + X^3 + X + 1), 0x11B.
 *
 * All that Shamir's scheme asks of it are sums of vectors with public factors
 * (powers of an index, Lagrange weights): so that is the one operation on
 * secrets here, and no secret is ever an address or a table's index.
 */
#ifndef GF256_H
#define GF256_H

#include <stddef.h>
#include <stdint.h>

/** y = sum over j < count of c_j * x_j, LEN bytes each.
 *
 * No x_j may overlap y. c, count and len are public.
 * @secret y, the bytes at x_j
 */
void keyshare_gf256_dot(uint8_t *y, const uint8_t *c, const uint8_t *const *x,
    size_t count, size_t len);

/** a * b, of public a and b. @secret none */
uint8_t keyshare_gf256_mul_public(uint8_t a, uint8_t b);

/** The inverse of a public a; 0 for 0. @secret none */
uint8_t keyshare_gf256_invert_public(uint8_t a);

#endif
