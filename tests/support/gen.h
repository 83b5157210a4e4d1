/* SPDX-License-Identifier: ISC */
/* Random inputs that can be made again: a seeded generator (not for keys).
 *
 * KEYSHARE_TEST_SEED sets the seed, KEYSHARE_TEST_COUNT how many random cases
 * a property is tried with. A failing case says its seed.
 */
#ifndef GEN_H
#define GEN_H

#include <stddef.h>
#include <stdint.h>

#include <keyshare/random.h>

/** A generator's state. */
struct gen {
    uint64_t seed; /**< as begun: what a failure prints */
    uint64_t state;
};

/** Begin with the environment's seed, or with a fixed one. */
struct gen gen_begin(void);

/** How many cases to try: the environment's number, or USUAL. */
size_t gen_count(size_t usual);

uint64_t gen_next(struct gen *gen);

/** 0 <= the result < bound. */
size_t gen_below(struct gen *gen, size_t bound);

void gen_bytes(struct gen *gen, uint8_t *bytes, size_t len);

/** COUNT distinct numbers of 0..BOUND-1, in random order. */
void gen_choice(struct gen *gen, size_t *chosen, size_t count, size_t bound);

/** A source of randomness for the library that gives GEN's bytes. */
keyshare_random gen_random(struct gen *gen);

#endif
