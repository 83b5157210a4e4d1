/* SPDX-License-Identifier: ISC */
/* Comparisons of secret bytes: differences are gathered, never acted on. */
#include "ct.h"

uint32_t
keyshare_ct_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
    uint32_t difference = 0;

    for (size_t i = 0; i < len; i++)
        difference |= keyshare_ct_barrier((uint32_t)(a[i] ^ b[i]));
    return keyshare_ct_is_zero(difference);
}

uint32_t
keyshare_ct_all_zero(const uint8_t *a, size_t len)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < len; i++)
        bits |= keyshare_ct_barrier(a[i]);
    return keyshare_ct_is_zero(bits);
}
