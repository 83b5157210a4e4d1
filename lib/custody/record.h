/* SPDX-License-Identifier: ISC */
/* The encoded record E1: read into an object, or drafted by a ceremony.
 *
 *   80 version (01) . 81 scheme . 82 role . 83 threshold . 84 count .
 *   85 key length (2) . 86 lineage (16) . 87 epoch (4) . 88 label .
 *   89 time (8) . 8A predecessor's fingerprint, absent at epoch 0 .
 *   8B commitments . 8C quorum proof, where the scheme has one
 */
#ifndef RECORD_H
#define RECORD_H

#include <keyshare/policy.h>
#include <keyshare/record.h>

#include "scheme.h"

#define KEYSHARE_RECORD_TAG 0xe1

/** How a record's scheme works, and what it must know of the record. */
const struct scheme *keyshare_record_scheme(const keyshare_record *record);
const struct scheme_set *keyshare_record_set(const keyshare_record *record);

/** What a new record says before its commitments are made. */
struct record_terms {
    const keyshare_terms *terms;
    size_t key_len;
    const uint8_t *lineage; /**< 16 bytes */
    uint32_t epoch;
    const uint8_t *predecessor; /**< 32 bytes; NULL at epoch 0 */
};

/** A record being written. Once commitments and proof are in their places, its
 * bytes are given to the decoder, which alone makes records. */
struct record_draft {
    uint8_t *bytes;
    size_t len;
    uint8_t *commitments; /**< where they go */
    uint8_t *proof;       /**< where it goes; NULL if the scheme has none */
    const struct scheme *scheme;
    struct scheme_set set; /**< complete but for proof_context */
};

/** Write what is known before the commitments. Terms were checked. OK or
 * MEMORY. */
keyshare_error keyshare_record_draft_begin(
    struct record_draft *draft, const struct record_terms *terms);

/** The commitments are in place: make the set's proof_context. */
void keyshare_record_draft_committed(struct record_draft *draft);

/** Give back the draft's memory; a zeroed draft is fine. */
void keyshare_record_draft_end(struct record_draft *draft);

#endif
