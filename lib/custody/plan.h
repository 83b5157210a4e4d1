/* SPDX-License-Identifier: ISC */
/* The plan of a maintenance operation, checked: who is present, who is absent,
 * and whose new share takes form at the end. All of it is public. */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>

#include <keyshare/maintenance.h>

#include "judge.h"
#include "record_draft.h"
#include "renewal.h"

enum operation {
    REPAIR,
    REFRESH,
    RESHARE
};

/** A plan, as checked and copied. */
struct plan {
    enum operation operation;
    const keyshare_record *record;
    struct judge judge; /**< of the record's cards */
    /** The new set: its terms (repair: the record's) and the label's copy. */
    keyshare_terms terms;
    char label[KEYSHARE_LABEL_SIZE_MAX];
    struct scheme_set set;
    /** Those whose cards are awaited; the quorum are the first of them, once a
     * refresh has put them there (collect.c). */
    uint8_t present[KEYSHARE_COUNT_MAX];
    size_t present_count;
    struct quorum quorum;
    /** By index of the new set. */
    bool is_present[KEYSHARE_COUNT_MAX + 1];
    bool is_late[KEYSHARE_COUNT_MAX + 1];
    unsigned index; /**< repair's */
};

/** Check a plan and take what it says. OK, ARGUMENT, POLICY, LABEL, INDEX,
 * UNEXPECTED or QUORUM. The plan stays where it is: it points into itself. */
keyshare_error keyshare_plan_take(
    struct plan *own, enum operation operation, const keyshare_plan *plan);

/** Whether the new share of that index takes form at the last card. */
bool keyshare_plan_makes(const struct plan *plan, unsigned index);

/** How many do; and whether they come to a quorum with the card on the table. */
unsigned keyshare_plan_together(const struct plan *plan);
bool keyshare_plan_together_is_quorum(const struct plan *plan);

/** What the record has to say; nothing for a repair. */
struct record_terms keyshare_plan_record_terms(const struct plan *plan);

#endif
