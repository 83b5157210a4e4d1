/* SPDX-License-Identifier: ISC */
/* Share sets, as the public functions deal them: the key, all that the source
 * of randomness gives, and so the shares, are poisoned. */
#ifndef CT_SET_H
#define CT_SET_H

#include <keyshare.h>

#include "gen.h"

#define CT_SET_COUNT_MAX 7
#define CT_SET_KEY_MAX   100

struct ct_set {
    keyshare_record *record;
    keyshare_secret *shares[CT_SET_COUNT_MAX];
    keyshare_policy policy;
    uint8_t key[CT_SET_KEY_MAX];
    size_t key_len;
};

/** The program's one generator. */
struct gen *ct_set_gen(void);

/** A source that gives its bytes, poisoned; or poisoned zeros alone. */
keyshare_random ct_set_random(void);
keyshare_random ct_set_stuck(void);

/** Deal POLICY and KEY_LEN of the set, whatever comes of it. */
keyshare_error ct_set_deal_from(
    struct ct_set *set, const keyshare_random *random);

/** Deal: shares are secret, the record is not. */
void ct_set_deal(
    struct ct_set *set, const keyshare_policy *policy, size_t key_len);

/** Make of a gf256 set one whose last share is another, with a tag that fits:
 * as a dealer might make who means ill. */
void ct_set_deal_badly(struct ct_set *set);

void ct_set_end(struct ct_set *set);

size_t ct_set_value_len(const struct ct_set *set);

/** Where the value stands in an encoded share. */
uint8_t *ct_set_value(const struct ct_set *set, uint8_t *share);

/** Make fingerprint and check of a share anew. */
void ct_set_seal(const struct ct_set *set, uint8_t *share);

#endif
