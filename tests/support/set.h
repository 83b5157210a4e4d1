/* SPDX-License-Identifier: ISC */
/* Share sets for tests: dealt from a seed, or put together from bytes; and
 * all the ways to choose some of their cards. */
#ifndef SET_H
#define SET_H

#include <stdbool.h>

#include <keyshare/deal.h>
#include <keyshare/recover.h>

#include "gen.h"

/** A set whose shares and key are known. Begin zeroed. */
struct set {
    keyshare_record *record;
    keyshare_policy policy;
    uint8_t key[KEYSHARE_KEY_SIZE_MAX];
    size_t key_len;
    keyshare_secret *shares[KEYSHARE_COUNT_MAX];
    /** Images with the shares alone, index 1 first. */
    keyshare_image cards[KEYSHARE_COUNT_MAX];
};

/** A policy of role custom. */
keyshare_policy set_policy(
    keyshare_scheme scheme, unsigned threshold, unsigned count);

/** Deal a random key of KEY_LEN bytes, all randomness from GEN. */
void set_deal(
    struct set *set, struct gen *gen, keyshare_policy policy, size_t key_len);

/** Take encoded bytes as the share of an index: a copy. */
void set_share(
    struct set *set, unsigned index, const uint8_t *bytes, size_t len);

void set_free(struct set *set);

/** cards = those of the COUNT places chosen, places from 0. */
void set_choose(const struct set *set, keyshare_image *cards,
    const size_t *chosen, size_t count);

/** Recovery from the COUNT places chosen, all of them good and distinct, gives
 * the key. WHAT: the case, for the message. */
void set_recovers(const struct set *set, const size_t *chosen, size_t count,
    const char *what);

/** The verdict on one card alone, nothing else known. */
keyshare_verdict set_verdict(
    const keyshare_record *record, const uint8_t *bytes, size_t len);

/** A fixture: from here on the library takes its memory from malloc. For tests
 * that allocate some 100000 times; and a sanitizer then sees each byte. */
void set_plain_memory(void);

/** Make the check (DO 84) of an encoded share anew, whatever it holds. */
void set_mend_check(uint8_t *share, size_t len);

/** The next COUNT of 0..BOUND-1 in lexical order; false after the last. Begin
 * with 0, 1, 2, ... */
bool choice_next(size_t *chosen, size_t count, size_t bound);
void choice_first(size_t *chosen, size_t count);

/** How many there are; SIZE_MAX if that is more than a million. */
size_t choice_count(size_t count, size_t bound);

#endif
