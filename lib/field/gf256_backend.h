/* SPDX-License-Identifier: ISC */
/* What a back end of GF(2^8) must provide.
 *
 * A back end is a file of its own, compiled with the flags that its
 * instructions need; this header is the only one of ours that it includes
 * (an inline function would be emitted with those instructions).
 */
#ifndef GF256_BACKEND_H
#define GF256_BACKEND_H

#include <stddef.h>
#include <stdint.h>

/** One way to compute in GF(2)[X] / (X^8 + X^4 + X^3 + X + 1). */
struct gf256_backend {
    const char *name;
    /** y = sum over j < count of c_j * x_j, LEN bytes each.
     *
     * count and len may be 0 (an empty sum is zero). No x_j may overlap y.
     * c is public and may steer anything; LEN too. What is left of x and y
     * in the stack lies less than 1 KiB deep: public functions burn it.
     * @secret y, the bytes at x_j
     */
    void (*dot)(uint8_t *y, const uint8_t *c, const uint8_t *const *x,
        size_t count, size_t len);
};

extern const struct gf256_backend keyshare_gf256_portable;

#endif
