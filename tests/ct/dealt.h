/* SPDX-License-Identifier: ISC */
/* Sets that a scheme has dealt, as it sees them: key, coins and values are
 * poisoned. */
#ifndef DEALT_H
#define DEALT_H

#include "gen.h"
#include "scheme.h"

/** The most values of a set. */
#define DEALT_VALUES 7

struct dealt {
    const struct scheme *scheme;
    struct scheme_set set;
    uint8_t *key;
    uint8_t *coins;
    uint8_t *commitments;
    uint8_t *proof;
    uint8_t *values[DEALT_VALUES];
    const uint8_t *chosen[DEALT_VALUES]; /**< the same, to be read */
    uint8_t indices[DEALT_VALUES];
    size_t value_len;
};

/** The program's one generator. */
struct gen *dealt_gen(void);

/** LEN random bytes, which are secret. */
void dealt_secret(uint8_t *bytes, size_t len);

/** LEN zeroed bytes of a test, to be freed. */
void *dealt_memory(size_t len);

/** A set with a key and coins, and zeroed room for what comes of them. */
void dealt_begin(struct dealt *dealt, const struct scheme *scheme,
    size_t threshold, size_t count, size_t key_len);

void dealt_end(struct dealt *dealt);

/** Deal it and prove it: values are secret, commitments and proof are not. */
void dealt_deal(struct dealt *dealt);

/** Judge the value of an index: whether it is good is as expected. */
void dealt_verify(const struct dealt *dealt, unsigned index, bool good);

/** Commitments and proof are public. */
void dealt_is_public(const struct dealt *dealt);

#endif
