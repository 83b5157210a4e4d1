/* SPDX-License-Identifier: ISC */
/* The one door from secret to public: a place to stand for the checks. */
#include "reveal.h"

bool
keyshare_reveal_mask(uint32_t mask, enum reveal reason)
{
    (void)reason;
    return mask != 0;
}

void
keyshare_reveal_bytes(const uint8_t *bytes, size_t len, enum reveal reason)
{
    (void)bytes;
    (void)len;
    (void)reason;
}
