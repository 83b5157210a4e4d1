/* SPDX-License-Identifier: ISC */
/* The one door from secret to public.
 *
 * What is computed from secrets is secret until it passes here, with its
 * reason from the list below; nowhere else does the library branch on it. The
 * checks with poisoned secrets allow each reason by name and no other way out.
 */
#ifndef REVEAL_H
#define REVEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Why something that came of secrets is public. */
enum reveal {
    /* Whether a card is what was dealt: its verdict, which is the answer to
     * the people who presented it. One bit of a card, never where it differs. */
    REVEAL_VERDICT,
    /* Commitments: part of the record. Pedersen's hide the key whatever is
     * computed from them; gf256's tags are SHA-256 of blinded values. */
    REVEAL_COMMITMENT,
    /* The quorum proof: part of the record, witness-indistinguishable. */
    REVEAL_PROOF,
    /* A lineage's id: drawn only to be published in its records. */
    REVEAL_LINEAGE,
    /* That a drawn value is the one that only a stuck generator gives: the
     * operation ends with an error, and the value is used for nothing. */
    REVEAL_STUCK,
    /* Whether recovered cards gave the committed key: the answer. */
    REVEAL_MATCH,
    /* Whether gf256 shares lie on one polynomial: the answer of a check. */
    REVEAL_CONSISTENT,
    /* That a self-check failed: the machine is broken, all is wiped. */
    REVEAL_FAULT,
    /* The HMAC of a device's blob, or of what it suspended, which stands in it,
     * and whether it matches: it tells nothing of the keys, nor how to make
     * another. */
    REVEAL_SEAL,
    /* Whether a scalar that was handed in is below the modulus: the answer to
     * who handed it in. */
    REVEAL_BELOW,
    /* Whether a drawn scalar is below the modulus: if not, it is used for
     * nothing; if so, all that is known of it is that it is below. */
    REVEAL_REJECTED,
    /* Whether a card's memory holds what was written to it, or zeros: the
     * answer of writing and erasing. One bit of all that was read. */
    REVEAL_STORED
};

/** Whether a mask is set, as something to branch on. @secret mask, until now */
bool keyshare_reveal_mask(uint32_t mask, enum reveal reason);

/** LEN bytes are public from here on. @secret bytes, until now */
void keyshare_reveal_bytes(
    const uint8_t *bytes, size_t len, enum reveal reason);

#endif
