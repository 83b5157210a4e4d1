/* SPDX-License-Identifier: ISC */
/* Choices made from a seed: the same seed, the same choices. */
#ifndef LOT_H
#define LOT_H

#include <stddef.h>
#include <stdint.h>

/* SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
static inline uint64_t
lot_next(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

/** 0 <= the result < bound. */
static inline size_t
lot_below(uint64_t *state, size_t bound)
{
    return (size_t)(lot_next(state) % bound);
}

#endif
