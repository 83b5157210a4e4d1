/* SPDX-License-Identifier: ISC */
/* A collection of cards: whose cards count, and what a card is to it. */
#ifndef COLLECTION_H
#define COLLECTION_H

#include "device.h"
#include "share.h"

/** Whether a place holds a set whose quorum is (or may be) the one that the
 * collection's task asks for. */
bool keyshare_collection_is_open(
    const keyshare_activation *device, const struct place *place);

/** Whether any place does. */
bool keyshare_collection_has_open(const keyshare_activation *device);

/** M: of the set that is fixed; before, that of all open ones; 0 where they
 * differ, or there are none. */
unsigned keyshare_collection_needed(const keyshare_activation *device);

/** What a card is: of which set, or against which it was judged. */
struct finding_of_card {
    keyshare_verdict verdict;
    bool own; /* enrol: it names the new record */
    const keyshare_record *set;
    struct share share; /* if the verdict is OK */
};

/** Judge a card, alone; OK or MEMORY. DUPLICATE is said here too.
 * @secret the card's share value; the verdict is revealed */
keyshare_error keyshare_collection_judge(const keyshare_activation *device,
    struct finding_of_card *finding, const keyshare_image *card);

#endif
