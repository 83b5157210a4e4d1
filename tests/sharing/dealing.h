/* SPDX-License-Identifier: ISC */
/* A dealing by a scheme, as custody has it made, in arrays that are just as
 * long as the scheme says: a sanitizer sees what it reads or writes beyond. */
#ifndef DEALING_H
#define DEALING_H

#include "gen.h"
#include "scheme.h"

/** The schemes, and their names for messages. */
#define DEALING_SCHEMES 2
extern const struct scheme *const dealing_schemes[DEALING_SCHEMES];
extern const char *const dealing_names[DEALING_SCHEMES];

struct dealing {
    const struct scheme *scheme;
    struct scheme_set set; /**< commitments and proof are those below */
    size_t commitments_len;
    size_t value_len;
    size_t coins_len;
    uint8_t *key;
    uint8_t *coins; /**< of the dealing */
    uint8_t *commitments;
    uint8_t *proof;
    uint8_t **values; /**< of index i at i - 1 */
    struct gen gen;
};

/** Draw key, contexts and coins. What a test changes of them before it deals
 * is the test's. */
void dealing_begin(struct dealing *d, const struct scheme *scheme,
    size_t threshold, size_t count, size_t key_len);

/** Deal and prove; the mask of a stuck generator. */
uint32_t dealing_deal(struct dealing *d);

/** Check, with newly drawn coins. */
uint32_t dealing_check(struct dealing *d);

/** Judge a value as that of an index. */
uint32_t dealing_verify(
    struct dealing *d, unsigned index, const uint8_t *value);

/** Whether the values of COUNT indices are of one dealing. */
uint32_t dealing_consistent(
    struct dealing *d, const uint8_t *indices, size_t count);

/** Recover from the values of as many indices as the threshold says. */
uint32_t dealing_recover(
    struct dealing *d, uint8_t *key, const uint8_t *indices);

/** Whether commitments and proof are canonical, and the proof holds. */
bool dealing_record_is_good(struct dealing *d);

/** Make what is the same for all cards: judging uses it from here on. */
void dealing_prepare(struct dealing *d);

void dealing_end(struct dealing *d);

#endif
