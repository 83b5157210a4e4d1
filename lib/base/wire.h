/* SPDX-License-Identifier: ISC */
/* Integers as they stand on the wire: big-endian, of fixed width. */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>
#include <stdint.h>

/** bytes = x in LEN bytes, most significant first. */
static inline void
keyshare_wire_put(uint8_t *bytes, size_t len, uint64_t x)
{
    for (size_t i = len; i-- > 0; x >>= 8)
        bytes[i] = (uint8_t)x;
}

/** The integer in LEN <= 8 bytes, most significant first. */
static inline uint64_t
keyshare_wire_get(const uint8_t *bytes, size_t len)
{
    uint64_t x = 0;

    for (size_t i = 0; i < len; i++)
        x = x << 8 | bytes[i];
    return x;
}

#endif
