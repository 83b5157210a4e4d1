/* SPDX-License-Identifier: ISC */
/* What a back end of GF(2^8) must provide.
 *
 * A back end is a file of its own, compiled with the flags that its
 * instructions need; this header is the only one of ours that it includes
 * (an inline function would be emitted with those instructions), beside what
 * some of them share.
 */
#ifndef GF256_BACKEND_H
#define GF256_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Polynomials over GF(2^8), one a byte, and where they are evaluated. */
struct gf256_evaluation {
    uint8_t *const *y;       /**< count results, LEN bytes each from AT on */
    size_t at;               /**< where in each y the results begin */
    const uint8_t *x;        /**< the public points, count of them */
    size_t count;            /**< of points */
    const uint8_t *constant; /**< the coefficients of degree 0, LEN bytes */
    const uint8_t *higher;   /**< those of degree 1, then 2, ... */
    size_t stride;           /**< from one degree in HIGHER to the next */
    size_t degree;           /**< of the polynomials; so many are in HIGHER */
    size_t len;              /**< bytes, so many polynomials */
    bool passing;            /**< results are not looked at soon: a cache is no
                                  place for them */
};

/** One way to compute in GF(2)[X] / (X^8 + X^4 + X^3 + X + 1). */
struct gf256_backend {
    const char *name;
    /** What is left of secrets in the stack lies less than that far below the
     * caller: public functions burn it. Vector registers are not cleared: the
     * next function that uses them does it. */
    size_t depth;
    /** y = sum over j < count of c_j * x_j, LEN bytes each.
     *
     * count and len may be 0 (an empty sum is zero). No x_j may overlap y.
     * c is public and may steer anything; LEN too.
     * @secret y, the bytes at x_j
     */
    void (*dot)(uint8_t *y, const uint8_t *c, const uint8_t *const *x,
        size_t count, size_t len);
    /** The polynomials' values at each point. No y may overlap a coefficient,
     * or another y. All but what y, constant and higher point to is public.
     * @secret y, constant, higher
     */
    void (*evaluate)(const struct gf256_evaluation *evaluation);
    /** Lagrange weights: for every polynomial f of degree below count, f(x)
     * is the sum of weights_j * f(indices_j). 1 <= count <= 255 indices, all
     * different; x is not one of them. NULL where there is nothing better than
     * tables of logarithms.
     * @secret none */
    void (*weights)(
        uint8_t *weights, const uint8_t *indices, size_t count, uint8_t x);
};

extern const struct gf256_backend keyshare_gf256_portable;
extern const struct gf256_backend keyshare_gf256_avx2;
extern const struct gf256_backend keyshare_gf256_gfni128;
extern const struct gf256_backend keyshare_gf256_gfni256;
extern const struct gf256_backend keyshare_gf256_gfni512;

#endif
