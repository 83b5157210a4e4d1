/* SPDX-License-Identifier: ISC */
/* A record being written by a ceremony, as bytes for the decoder. */
#ifndef RECORD_DRAFT_H
#define RECORD_DRAFT_H

#include <keyshare/policy.h>
#include <keyshare/record.h>

#include "scheme.h"

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

/** Bytes of the encoded record. */
size_t keyshare_record_draft_size(const struct record_terms *terms);

/** Write what is known before the commitments. Terms were checked. OK or
 * MEMORY. */
keyshare_error keyshare_record_draft_begin(
    struct record_draft *draft, const struct record_terms *terms);

/** The commitments are in place: make the set's proof_context. */
void keyshare_record_draft_committed(struct record_draft *draft);

/** Who says whether a record's proof holds: its decoder, or the check of the
 * whole set, which has the proof in its one equation. */
enum proof_check {
    PROOF_IS_CHECKED,
    PROOF_IS_CHECKED_LATER
};

/** Commitments and proof are in place: the record, as its decoder takes it.
 * OK; MEMORY; or FAULT if it is not a record, or not what the terms say. */
keyshare_error keyshare_record_draft_finish(const struct record_draft *draft,
    keyshare_record **record, const struct record_terms *terms,
    enum proof_check proof);

/** Give back the draft's memory; a zeroed draft is fine. */
void keyshare_record_draft_end(struct record_draft *draft);

#endif
