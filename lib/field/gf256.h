/* SPDX-License-Identifier: ISC */
/* The field GF(2^8) = GF(2)[X] / (X^8 + X^4 + X^3 + X + 1), 0x11B.
 *
 * All that Shamir's scheme asks of it are sums of vectors with public factors
 * (powers of an index, Lagrange weights): so that is the one operation on
 * secrets here, in two forms, and no secret is ever an address or a table's
 * index. Back ends compute them, each with other instructions; the best that
 * the machine has is chosen at the first use.
 */
#ifndef GF256_H
#define GF256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gf256_backend;
struct gf256_evaluation;

/** y = sum over j < count of c_j * x_j, LEN bytes each.
 *
 * No x_j may overlap y. c, count and len are public.
 * @secret y, the bytes at x_j
 */
void keyshare_gf256_dot(uint8_t *y, const uint8_t *c, const uint8_t *const *x,
    size_t count, size_t len);

/** Polynomials at many public points, 1..255 (gf256_backend.h).
 * @secret what y, constant and higher point to */
void keyshare_gf256_evaluate(const struct gf256_evaluation *evaluation);

/** Below these two, secrets are left in so much of the stack at most. */
size_t keyshare_gf256_depth(void);

/* ---- Public elements ---- */

/** Logarithms, of 0 too (0), and the powers of the base, twice over. */
struct gf256_tables {
    uint8_t log[256];
    uint8_t power[510];
};

extern const struct gf256_tables keyshare_gf256_tables;

/** a * b, of public a and b. @secret none */
uint8_t keyshare_gf256_mul_public(uint8_t a, uint8_t b);

/** The inverse of a public a; 0 for 0. @secret none */
uint8_t keyshare_gf256_invert_public(uint8_t a);

/** Lagrange weights: for every polynomial f of degree below COUNT,
 * f(x) = sum of weights_j * f(indices_j).
 *
 * indices: COUNT distinct ones, 1..255 of them; x is not one of them.
 * @secret none
 */
void keyshare_gf256_weights_public(
    uint8_t *weights, const uint8_t *indices, size_t count, uint8_t x);

/* ---- Back ends ---- */

/** The back end number WHICH that this machine can run, the best first;
 * NULL if there are no more. The last one is portable. */
const struct gf256_backend *keyshare_gf256_backend(unsigned which);

/** The one that computes. */
const struct gf256_backend *keyshare_gf256_backend_chosen(void);

/** Choose the one of that name, in all threads; NULL: the best. False: it is
 * not there. */
bool keyshare_gf256_backend_choose(const char *name);

#endif
