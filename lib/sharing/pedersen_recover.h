/* SPDX-License-Identifier: ISC */
/* The key from verified values of the scheme pedersen.
 *
 * The key's bytes are the low bytes of f(0), as many as the chunk has: a
 * dealer who committed to more has dealt those.
 */
#ifndef PEDERSEN_RECOVER_H
#define PEDERSEN_RECOVER_H

#include "scheme.h"

size_t keyshare_pedersen_recover_room(const struct scheme_set *set);

/** key = what THRESHOLD values give. All ones iff they give an opening of the
 * key commitment. @secret key, values, room, the mask */
uint32_t keyshare_pedersen_recover(const struct scheme_set *set, uint8_t *key,
    const uint8_t *indices, const uint8_t *const *values, void *room);

/** The same without the opening, for values that were shown to be good.
 * @secret key, values, room */
void keyshare_pedersen_recover_key(const struct scheme_set *set, uint8_t *key,
    const uint8_t *indices, const uint8_t *const *values, void *room);

#endif
