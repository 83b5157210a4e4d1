/* SPDX-License-Identifier: ISC */
/* Judging cards against a record: what verify, check and recover share.
 *
 * A card is taken apart, compared and judged in one act; its share stays in
 * the caller's buffer and is only pointed at.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include <keyshare/recover.h>

#include "share.h"

/** Who judges: the record, and what else is known. */
struct judge {
    const keyshare_record *record;
    const keyshare_record *const *known;
    size_t known_count;
};

/** The good cards of a set: distinct indices, in the order presented. */
struct accepted {
    uint8_t indices[KEYSHARE_COUNT_MAX];
    const uint8_t *values[KEYSHARE_COUNT_MAX];
    size_t count;
};

/** Begin: is the record the expected one? OK, ARGUMENT, UNEXPECTED.
 * record is not NULL; expected may be. */
keyshare_error keyshare_judge_begin(struct judge *judge,
    const keyshare_record *record, const keyshare_expected *expected);

/** Judge one card alone; OK, ARGUMENT or MEMORY, and with OK its verdict (never
 * DUPLICATE) and, if that is OK, its share.
 * @secret the card's share value; the verdict is revealed */
keyshare_error keyshare_judge_card(const struct judge *judge,
    keyshare_verdict *verdict, struct share *share, const keyshare_image *card);

/** Judge all cards, each by position, and gather the good ones. On an error
 * all verdicts are NONE. @secret the cards' share values */
keyshare_error keyshare_judge_cards(const struct judge *judge,
    keyshare_verdict *verdicts, struct accepted *accepted,
    const keyshare_image *cards, size_t count);

#endif
