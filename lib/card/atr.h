/* SPDX-License-Identifier: ISC */
/* What a card's answer to reset tells of it: the card capabilities, among the
 * historical bytes ([ISO7816-4] 8.1.1.2.7).
 *
 * [ISO7816-4] ISO/IEC 7816-4:2005, Organization, security and commands for
 *             interchange.
 */
#ifndef ATR_H
#define ATR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a card can do beyond short commands. */
struct abilities {
    bool chaining; /**< commands in pieces */
    bool extended; /**< extended length */
};

/** Read them; none of an answer that says nothing, or makes no sense. */
struct abilities keyshare_atr_abilities(const uint8_t *atr, size_t len);

#endif
