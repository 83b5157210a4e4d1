/* SPDX-License-Identifier: ISC */
/* The field GF(2^8): public factors, and the choice of a back end. */
#include "gf256.h"

#include "gf256_backend.h"

void
keyshare_gf256_dot(uint8_t *y, const uint8_t *c, const uint8_t *const *x,
    size_t count, size_t len)
{
    keyshare_gf256_portable.dot(y, c, x, count, len);
}

uint8_t
keyshare_gf256_mul_public(uint8_t a, uint8_t b)
{
    unsigned product = 0;
    unsigned multiple = a;

    for (; b != 0; b >>= 1) {
        if (b & 1)
            product ^= multiple;
        multiple <<= 1;
        if (multiple & 0x100)
            multiple ^= 0x11b;
    }
    return (uint8_t)product;
}

/* a^254: the group of units has 255 elements. */
uint8_t
keyshare_gf256_invert_public(uint8_t a)
{
    uint8_t power = a;
    uint8_t inverse = 1;

    /* 254 = 2 + 4 + ... + 128 */
    for (int i = 0; i < 7; i++) {
        power = keyshare_gf256_mul_public(power, power);
        inverse = keyshare_gf256_mul_public(inverse, power);
    }
    return inverse;
}
