/* SPDX-License-Identifier: ISC */
/* Make the lengths, checks and proofs of a changed input right again, so that
 * it passes what would else end its reading at the first look.
 */
#ifndef MEND_H
#define MEND_H

#include "tree.h"

/** What to make right. */
#define MEND_FIT    0x01U /**< a record's fields fit its parameters */
#define MEND_POINTS 0x02U /**< commitments are elements of the group */
#define MEND_PROOF  0x04U /**< the quorum proof, over known openings */
#define MEND_NAME   0x08U /**< a share names the record beside it */
#define MEND_CHECK  0x10U /**< the checks of shares and wrapped keys */
#define MEND_FIXED  0x20U /**< a share alone names the second fixed record */

void mend(struct tree *tree, unsigned what);

#endif
