/* SPDX-License-Identifier: ISC */
/* What a dealing of the scheme pedersen keeps to itself, and a refresh or a
 * re-sharing after it: computed from what was drawn and from the record, by
 * another way than the library's. */
#ifndef OPENING_H
#define OPENING_H

#include <stdbool.h>

#include <keyshare/record.h>

#include "gen.h"
#include "scalar.h"

#define OPENING_CHUNKS_MAX 4
#define DRAWN_MAX          4096

/** A source of randomness that remembers what it gave. */
struct drawn {
    bool constant; /**< all bytes are VALUE */
    uint8_t value;
    struct gen gen; /**< otherwise */
    uint8_t bytes[DRAWN_MAX];
    size_t len;
    /** Where the second draw of a dealing begins: the scheme's coins. */
    size_t draws;
    size_t coins;
};

keyshare_random drawn_random(struct drawn *drawn);

typedef mp_limb_t opening_scalar[KEYSHARE_SCALAR_LIMBS];

struct opening {
    size_t chunks;
    opening_scalar f[OPENING_CHUNKS_MAX]; /**< f_j(0) */
    opening_scalar g[OPENING_CHUNKS_MAX]; /**< g_j(0) */
    opening_scalar rho[OPENING_CHUNKS_MAX];
    opening_scalar c;
    opening_scalar z[2];
    opening_scalar masks[2]; /**< z_a - c sum of rho_j f_j, z_b likewise */
    opening_scalar fresh[2]; /**< what was drawn for them, mod L */
};

/** COINS: what the dealing of KEY drew for the scheme. */
void opening_compute(struct opening *opening, const keyshare_record *record,
    const uint8_t *key, const uint8_t *coins);

/** The same of a later record of the lineage. COINS: what the dealing drew for
 * the scheme, with that THRESHOLD. FRESH: what was drawn for the masks. */
void opening_compute_later(struct opening *opening,
    const keyshare_record *record, const uint8_t *key, const uint8_t *coins,
    size_t threshold, const uint8_t *fresh);

#endif
