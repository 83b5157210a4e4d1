/* SPDX-License-Identifier: ISC */
/* Dealing with the scheme pedersen, and the check of a dealing as encoded.
 * The contracts are those of struct scheme. */
#ifndef PEDERSEN_DEAL_H
#define PEDERSEN_DEAL_H

#include "scheme.h"

size_t keyshare_pedersen_deal_coins_len(const struct scheme_set *set);

size_t keyshare_pedersen_deal_room(const struct scheme_set *set);

/** @secret values, key, coins, room, the mask */
uint32_t keyshare_pedersen_deal(const struct scheme_set *set,
    uint8_t *commitments, uint8_t *const *values, const uint8_t *key,
    const uint8_t *coins, void *room);

/** @secret key, coins, room */
void keyshare_pedersen_deal_prove(const struct scheme_set *set, uint8_t *proof,
    const uint8_t *key, const uint8_t *coins, void *room);

size_t keyshare_pedersen_deal_check_coins_len(const struct scheme_set *set);

/** @secret values, key, room, the mask */
uint32_t keyshare_pedersen_deal_check(const struct scheme_set *set,
    const uint8_t *const *values, const uint8_t *key, const uint8_t *coins,
    void *room);

/** The same of a re-sharing, whose key nobody has: whether the proof holds, and
 * all of the encoded values open the set's commitments.
 * @secret values, room, the mask */
uint32_t keyshare_pedersen_deal_check_shares(const struct scheme_set *set,
    const uint8_t *const *values, const uint8_t *coins, void *room);

#endif
