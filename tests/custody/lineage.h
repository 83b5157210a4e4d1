/* SPDX-License-Identifier: ISC */
/* Records of one key, made for tests as no ceremony would make them: each says
 * what it is told to, and is a record. */
#ifndef LINEAGE_H
#define LINEAGE_H

#include <stdbool.h>

#include <keyshare/fingerprint.h>
#include <keyshare/record.h>

#include "gen.h"

/** A key, and what does not change in its lineage. */
struct lineage {
    keyshare_scheme scheme;
    size_t key_len;
    uint8_t key[KEYSHARE_KEY_SIZE_MAX];
    uint8_t id[KEYSHARE_LINEAGE_SIZE];
    uint8_t blinding[64]; /**< behind the key commitment */
    uint8_t kept[64];     /**< behind a commitment that is kept */
    struct gen gen;
};

/** What one record says. */
struct lineage_terms {
    keyshare_role role;
    unsigned threshold;
    unsigned count;
    uint32_t epoch;
    const char *label; /**< terminated; NULL: none */
    /** At an epoch above 0; NULL: some fingerprint that no record has. */
    const keyshare_record *predecessor;
    /** pedersen: C_k of chunk j is the same in all that keep it; k = 0: none
     * is kept. */
    unsigned keeps_chunk;
    unsigned keeps;
};

/** A new key and lineage. */
struct lineage lineage_begin(keyshare_scheme scheme, size_t key_len);

/** A record of it, all else newly drawn; the caller's to free. */
keyshare_record *lineage_record(
    struct lineage *lineage, const struct lineage_terms *terms);

#endif
